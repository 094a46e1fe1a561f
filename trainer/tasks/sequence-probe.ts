/** What a checkpoint writes from held-out sources, and what it looked at. */
import { type NamedTensor, writeSafetensors } from '../checkpoints/safetensors.ts';
import type { SequenceManifest } from '../checkpoints/manifest.ts';
import { greedySearch } from '../decoding/greedy.ts';
import type { TranslationModel } from '../decoding/model.ts';
import { makeFileAtomically } from '../files/atomic.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';

/** Of the sources, how many have their maps kept. */
const mapped = 8;

/**
 * Decodes greedily.
 * @param sources token ids, each with its end token
 * @param file where the maps go: `<n>` is the map of source n, `[target, source]`; the metadata holds its tokens
 * @returns what was written, a text a source
 */
export async function probeSequences(
  model: TranslationModel<SequenceManifest>,
  sources: readonly (readonly number[])[],
  file: string,
): Promise<string[]> {
  const maps: NamedTensor[] = [];
  const tokens: Record<string, string> = {};
  const targets: string[] = [];
  for (const [index, source] of sources.entries()) {
    const { ids, rows } = await model.decode(source, 0, greedySearch);
    targets.push(model.tokenizer.decode(ids).text.trim());
    if (index >= mapped) continue;
    maps.push({ name: String(index), shape: [ids.length, source.length], data: Float32Array.from(rows.flat()) });
    tokens[`${index}.source`] = JSON.stringify(piecesOf(source, model.tokenizer));
    tokens[`${index}.target`] = JSON.stringify(piecesOf(ids, model.tokenizer));
  }
  await makeFileAtomically(file, aside => writeSafetensors(aside, maps, tokens));
  return targets;
}

/** How tokens are shown: as they are spelled, or by the names of those that spell nothing. */
export function piecesOf(ids: readonly number[], tokenizer: TextTokenizer): string[] {
  const { text, spans } = tokenizer.decode(ids);
  return spans.map(({ start, end }, place) => tokenizer.nameOf(ids[place] ?? -1) ?? text.slice(start, end));
}
