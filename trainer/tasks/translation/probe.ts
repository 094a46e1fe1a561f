/** Looks at a checkpoint as a user would: translates held-out sentences and keeps what a few of them attended to. */
import { corpusBleu } from '../../analysis/bleu.ts';
import { TranslationModel } from '../../decoding/model.ts';
import { normalizeForModel } from '../../text/normalize.ts';
import type { Pair } from '../../text/pairs.ts';
import type { Inspection } from '../../training/task.ts';
import { probeSequences } from '../sequence-probe.ts';
import { spread } from '../spread.ts';

/** Held-out sources translated at each validation. */
const translated = 400;
/** Of these, how many are shown. */
const shown = 2;

/**
 * BLEU is greedy, against all references of each source.
 * @param file where the maps go (`probeSequences`)
 */
export async function probeCheckpoint(
  folder: string,
  file: string,
  heldOut: readonly Pair[],
  threads: number,
): Promise<Inspection> {
  const references = new Map<string, string[]>();
  for (const { source, target } of heldOut) {
    const key = normalizeForModel(source);
    references.set(key, [...(references.get(key) ?? []), target]);
  }
  const model = await TranslationModel.open(folder, { threads });
  const { sourceTokens } = model.manifest.limits;
  const fits = (source: string): boolean => model.tokenizer.encodeIds(source).length < sourceTokens;
  const sources = spread([...references.keys()].filter(fits), translated);
  const encoded = sources.map(source => [...model.tokenizer.encodeIds(source), model.special.end]);
  const targets = await probeSequences(model, encoded, file).finally(() => model.release());
  const samples = sources.slice(0, shown).map((source, index) => ({
    source,
    target: targets[index] ?? '',
    reference: references.get(source)?.[0] ?? '',
  }));
  const { score } = corpusBleu(targets, sources.map(source => references.get(source) ?? []));
  return { metrics: { bleu: score }, samples };
}
