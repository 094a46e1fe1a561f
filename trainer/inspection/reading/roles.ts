import type { HeadFacts, HeadRole } from '../../../protocol/inspection.ts';
import type { AttentionMatrix } from '../../analysis/map-statistics.ts';
import type { Pattern, PatternRole } from './patterns.ts';

/**
 * From which score on a head has a role:
 *
 * - previous, next, self: more than half of a token's attention goes there, as Clark et al. count their heads (2019, "What
 *   Does BERT Look At?", section 3.1).
 * - first: the same; an attention sink (Xiao et al. 2023, "Efficient Streaming Language Models with Attention Sinks").
 * - separator: the same; Clark et al., section 3.2, of [SEP], and figure 1 of full stops.
 * - duplicate: the same, of tokens that stood before, to where they did (Wang et al. 2022, "Interpretability in the Wild",
 *   section 3, duplicate token heads).
 * - induction: the same, to what followed there: prefix matching of Olsson et al. 2022, "In-context Learning and Induction
 *   Heads", measured on the text at hand and not on random tokens.
 * - positional: relative position alone tells more than half of the differences between its weights. Voita et al. 2019,
 *   "Analyzing Multi-Head Self-Attention", section 5.1, ask for the largest weight to be at one position, mostly ±1, in 90 %
 *   of the rows; this also finds heads that look at several neighbours.
 * - diagonal: ours; of two texts, weights are less than a tenth of the text from the diagonal in the mean.
 */
const thresholds: Readonly<Record<HeadRole, number>> = {
  previous: 0.5, next: 0.5, self: 0.5, first: 0.5, separator: 0.5, duplicate: 0.5, induction: 0.5, positional: 0.5, diagonal: 0.9,
};

/** A role that so few rows tell of is not told. */
const leastRows = 3;
/** So many times what attention spread evenly would have there: where every other token is a comma, half on commas is nothing. */
const leastTimesEven = 2;

export interface RoleEvidence {
  /** Maps of one head, and of each what its tokens have a role look at. */
  readonly maps: readonly { readonly map: AttentionMatrix; readonly patterns: readonly Pattern[] }[];
  /** Scores that are no pattern's, where they mean something. */
  readonly others: readonly { readonly role: Exclude<HeadRole, PatternRole>; readonly score: number }[];
}

/** The roles that hold, the surest first. */
export function rolesOf({ maps, others }: RoleEvidence): HeadFacts['roles'] {
  const measured = new Map<PatternRole, { rows: number; mass: number; even: number }>();
  for (const { map, patterns } of maps) {
    for (const pattern of patterns) {
      const known = measured.get(pattern.role) ?? { rows: 0, mass: 0, even: 0 };
      measured.set(pattern.role, {
        rows: known.rows + pattern.rows,
        mass: known.mass + massIn(map, pattern),
        even: known.even + pattern.even,
      });
    }
  }
  const scores = [...measured].flatMap(([role, { rows, mass, even }]) =>
    rows >= leastRows && mass >= leastTimesEven * even ? [{ role, score: Math.min(1, mass / rows) }] : []);
  const rows = maps.reduce((sum, { map: { shape: [queries] } }) => sum + queries, 0);
  return [...scores, ...(rows < leastRows ? [] : others)].filter(({ role, score }) => score >= thresholds[role]).toSorted((one, other) => other.score - one.score);
}

function massIn({ weights }: AttentionMatrix, { cells }: Pattern): number {
  let mass = 0;
  for (let index = 0; index < cells.length; index++) mass += weights[cells[index] ?? 0] ?? 0;
  return mass;
}
