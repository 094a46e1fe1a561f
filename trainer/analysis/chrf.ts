import { countMatches, countNgrams } from './ngrams.ts';
import { checkReferences, referenceCount } from './references.ts';
import { removeWhitespace } from './whitespace.ts';

const orders = [1, 2, 3, 4, 5, 6] as const;
/** Recall weighs β² times as much as precision (Popović 2016). */
const beta = 2;

export interface ChrfScore {
  /** 0 to 100. */
  readonly score: number;
  /** How the score was made, in sacreBLEU's notation, without its version. */
  readonly signature: string;
}

/** Of one order: n-grams in the hypothesis, in the reference, and in both. */
interface Overlap {
  readonly hypothesis: number;
  readonly reference: number;
  readonly matches: number;
}

/**
 * Corpus chrF2 (Popović 2015, 2016) as sacreBLEU 2 computes it by default: F₂ of 1- to 6-grams of characters (code
 * points), spaces left out, averaged over the orders that occur; of several references a sentence counts with the one
 * it scores best against. `references[i]` are those of `hypotheses[i]`. Throws `Failure` `bad-argument` where a
 * sentence has no reference.
 */
export function corpusChrf(hypotheses: readonly string[], references: readonly (readonly string[])[]): ChrfScore {
  checkReferences(hypotheses, references);
  const totals = hypotheses
    .map((hypothesis, index) => bestOverlaps(hypothesis, references[index] ?? []))
    .reduce((sums, overlaps) => sums.map((sum, slot) => add(sum, overlaps[slot])));
  return {
    score: 100 * fScore(totals),
    signature: `nrefs:${referenceCount(references)}|case:mixed|eff:yes|nc:${orders.length}|nw:0|space:no`,
  };
}

/** Against the reference that gives the best F score; of equals, the first. */
function bestOverlaps(hypothesis: string, references: readonly string[]): Overlap[] {
  const found = characterNgrams(hypothesis);
  return references
    .map(reference => overlapsOf(found, characterNgrams(reference)))
    .reduce((best, candidate) => (fScore(candidate) > fScore(best) ? candidate : best));
}

function characterNgrams(text: string): Map<string, number>[] {
  const characters = [...removeWhitespace(text)];
  return orders.map(order => countNgrams(characters, order, ''));
}

function overlapsOf(found: readonly Map<string, number>[], expected: readonly Map<string, number>[]): Overlap[] {
  return found.map((ngrams, slot) => {
    const reference = expected[slot] ?? new Map<string, number>();
    return {
      // An order that the reference is too short for is no fault of the hypothesis.
      hypothesis: reference.size === 0 ? 0 : sizeOf(ngrams),
      reference: sizeOf(reference),
      matches: countMatches(ngrams, reference),
    };
  });
}

function sizeOf(ngrams: ReadonlyMap<string, number>): number {
  let size = 0;
  for (const count of ngrams.values()) size += count;
  return size;
}

function add(one: Overlap, other: Overlap | undefined): Overlap {
  if (other === undefined) return one;
  return {
    hypothesis: one.hypothesis + other.hypothesis,
    reference: one.reference + other.reference,
    matches: one.matches + other.matches,
  };
}

/** F of the mean precision and mean recall over the orders that both sides have ("effective order"); 0 to 1. */
function fScore(overlaps: readonly Overlap[]): number {
  const effective = overlaps.filter(({ hypothesis, reference }) => hypothesis > 0 && reference > 0);
  if (effective.length === 0) return 0;
  const precision = effective.reduce((sum, one) => sum + one.matches / one.hypothesis, 0) / effective.length;
  const recall = effective.reduce((sum, one) => sum + one.matches / one.reference, 0) / effective.length;
  if (precision + recall === 0) return 0;
  return ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall);
}
