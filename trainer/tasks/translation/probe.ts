/** Looks at a checkpoint as a user would: translates held-out sentences and keeps what a few of them attended to. */
import { corpusBleu } from '../analysis/bleu.ts';
import { type NamedTensor, writeSafetensors } from '../checkpoints/safetensors.ts';
import { greedySearch } from '../decoding/greedy.ts';
import { TranslationModel } from '../decoding/model.ts';
import { makeFileAtomically } from '../files/atomic.ts';
import { normalizeForModel } from '../text/normalize.ts';
import type { Pair } from '../text/pairs.ts';

/** Held-out sources translated at each validation. */
const translated = 400;
/** Of these, how many have their maps kept. */
const mapped = 8;
/** Of these, how many are shown. */
const shown = 2;

export interface ProbeReport {
  /** Greedy, against all references of each source. */
  readonly bleu: number;
  readonly samples: readonly { readonly source: string; readonly target: string; readonly reference: string }[];
}

/**
 * @param file where the maps go: `<n>` is the map of probe sentence n, `[target, source]`; the metadata holds its tokens
 */
export async function probeCheckpoint(
  folder: string,
  file: string,
  heldOut: readonly Pair[],
  threads: number,
): Promise<ProbeReport> {
  const references = new Map<string, string[]>();
  for (const { source, target } of heldOut) {
    const key = normalizeForModel(source);
    references.set(key, [...(references.get(key) ?? []), target]);
  }
  const model = await TranslationModel.open(folder, { threads });
  const { sourceTokens } = model.manifest.limits;
  const fits = (source: string): boolean => model.tokenizer.encodeIds(source).length < sourceTokens;
  const sources: string[] = [];
  for (const source of references.keys()) {
    if (sources.length === translated) break;
    if (fits(source)) sources.push(source);
  }
  const maps: NamedTensor[] = [];
  const tokens: Record<string, string> = {};
  const targets: string[] = [];
  try {
    for (const [index, source] of sources.entries()) {
      const { ids: words, spans } = model.tokenizer.encode(source);
      const { ids, rows } = await model.decode([...words, model.special.end], 0, greedySearch);
      const decoded = model.tokenizer.decode(ids);
      targets.push(decoded.text.trim());
      if (index >= mapped) continue;
      const pieces = (all: readonly number[], text: string, cuts: readonly { start: number; end: number }[]): string[] =>
        cuts.map(({ start, end }, place) => model.tokenizer.nameOf(all[place] ?? -1) ?? text.slice(start, end));
      maps.push({ name: String(index), shape: [ids.length, words.length + 1], data: Float32Array.from(rows.flat()) });
      tokens[`${index}.source`] = JSON.stringify([...pieces(words, source, spans), model.manifest.tokens.end]);
      tokens[`${index}.target`] = JSON.stringify(pieces(ids, decoded.text, decoded.spans));
    }
  } finally {
    await model.release();
  }
  await makeFileAtomically(file, aside => writeSafetensors(aside, maps, tokens));
  const samples = sources.slice(0, shown).map((source, index) => ({
    source,
    target: targets[index] ?? '',
    reference: references.get(source)?.[0] ?? '',
  }));
  const { score } = corpusBleu(targets, sources.map(source => references.get(source) ?? []));
  return { bleu: score, samples };
}
