/** The sentences that a config wants to be looked at at every validation, with the links that people drew between their words. */
import { Failure } from '../../../protocol/failure.ts';
import { type Pair, type PairSource, readPairs } from '../../text/pairs.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { ProbeSequence } from '../sequence-probe.ts';
import { normalized } from './encoder.ts';
import { tokenLinks } from './token-links.ts';

/** The first so many pairs are looked at: their maps are kept at every validation. */
const most = 32;

/** @throws Failure `bad-corpus` naming file and line, also where there is no pair; `no-such-file` */
export async function readProbePairs(source: PairSource): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for await (const pair of readPairs(source)) {
    pairs.push(normalized(pair));
    if (pairs.length === most) break;
  }
  if (pairs.length > 0) return pairs;
  throw new Failure(
    'bad-corpus',
    `${source.kind === 'tsv' ? source.file : source.source} has no pair to probe with; at least one was expected.`,
    'Name another file as "probe.pairs" of the config, or leave "probe" out: held-out sentences are probed then.',
  );
}

/** Room that a model has for tokens. */
interface Limits {
  readonly sourceTokens: number;
  readonly targetTokens: number;
}

/**
 * Those with links are decoded along their reference, so that links and maps are of the same tokens; the others freely.
 * Pairs that a model has no room for are left out.
 */
export function probeSequencesOf(pairs: readonly Pair[], tokenizer: TextTokenizer, end: number, { sourceTokens, targetTokens }: Limits): ProbeSequence[] {
  return pairs.flatMap((pair): ProbeSequence[] => {
    const source = [...tokenizer.encodeIds(pair.source), end];
    const target = [...tokenizer.encodeIds(pair.target), end];
    if (source.length > sourceTokens || target.length > targetTokens) return [];
    return [pair.links === undefined ? { source } : { source, target, gold: goldOf(pair, pair.links, tokenizer) }];
  });
}

/** Links between tokens; one that is sure and, by another word, possible is sure. */
function goldOf(pair: Pair, links: NonNullable<Pair['links']>, tokenizer: TextTokenizer): NonNullable<ProbeSequence['gold']> {
  const sure = tokenLinks(pair, links, tokenizer);
  const key = ({ source, target }: { readonly source: number; readonly target: number }): string => `${source}-${target}`;
  const known = new Set(sure.map(key));
  const possible = tokenLinks(pair, pair.possible ?? [], tokenizer).filter(link => !known.has(key(link)));
  return [...sure.map(({ source, target }) => [target, source, 1] as const), ...possible.map(({ source, target }) => [target, source, 0] as const)];
}
