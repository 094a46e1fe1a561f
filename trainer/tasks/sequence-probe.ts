/** What a checkpoint writes from held-out sources, and what it looked at. */
import type { SequenceManifest } from '../checkpoints/manifest.ts';
import { greedySearch } from '../decoding/greedy.ts';
import type { TranslationModel } from '../decoding/model.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { type ProbedExample, writeProbe } from './probe-file.ts';

/** Of the sources, how many have their maps kept. */
const mapped = 8;

/** A source whose maps are wanted. */
export interface ProbeSequence {
  /** Token ids, with the end token. */
  readonly source: readonly number[];
  /** What it is made to write, with the end token; left out, the model decodes greedily. */
  readonly target?: readonly number[] | undefined;
  readonly gold?: ProbedExample['gold'];
}

/**
 * Decodes greedily.
 * @param sources token ids, each with its end token
 * @param file where the maps go (`writeProbe`)
 * @param wanted whose maps are kept; left out, those of the first sources
 * @returns what was written, a text a source
 */
export async function probeSequences(
  model: TranslationModel<SequenceManifest>,
  sources: readonly (readonly number[])[],
  file: string,
  wanted: readonly ProbeSequence[] = sources.slice(0, mapped).map(source => ({ source })),
): Promise<string[]> {
  const targets: string[] = [];
  for (const source of sources) {
    const { ids } = await model.decode(source, 0, greedySearch);
    targets.push(model.tokenizer.decode(ids).text.trim());
  }
  const examples: ProbedExample[] = [];
  for (const sequence of wanted) examples.push(await probed(model, sequence));
  await writeProbe(file, examples);
  return targets;
}

async function probed(model: TranslationModel<SequenceManifest>, { source, target, gold }: ProbeSequence): Promise<ProbedExample> {
  const decoded = target === undefined ? await model.decode(source, 0, greedySearch) : { ids: target, rows: await bestRows(model, source, target) };
  const written = piecesOf(decoded.ids, model.tokenizer);
  return {
    map: { shape: [decoded.ids.length, source.length], data: Float32Array.from(decoded.rows.flat()) },
    layers: await model.layerMaps(source, decoded.ids),
    source: piecesOf(source, model.tokenizer),
    target: written,
    read: [...piecesOf([model.special.start], model.tokenizer), ...written.slice(0, -1)],
    gold,
  };
}

/** The map that aligns best, while the model is made to write a target. */
async function bestRows(model: TranslationModel<SequenceManifest>, source: readonly number[], target: readonly number[]): Promise<number[][]> {
  const { maps } = model;
  const { id, shift } = maps.choose();
  const best = maps.every(shift).find(map => map.id === id) ?? maps.choose();
  return best.rows(await model.attendTo(source, target), source.length);
}

/** How tokens are shown: as they are spelled, or by the names of those that spell nothing. */
export function piecesOf(ids: readonly number[], tokenizer: TextTokenizer): string[] {
  const { text, spans } = tokenizer.decode(ids);
  return spans.map(({ start, end }, place) => tokenizer.nameOf(ids[place] ?? -1) ?? text.slice(start, end));
}
