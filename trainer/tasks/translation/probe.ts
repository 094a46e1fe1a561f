/** Looks at a checkpoint as a user would: translates held-out sentences and keeps what a few of them attended to. */
import { corpusBleu } from '../../analysis/bleu.ts';
import { TranslationModel } from '../../decoding/model.ts';
import { normalizeForModel } from '../../text/normalize.ts';
import type { Pair } from '../../text/pairs.ts';
import type { Inspection } from '../../training/task.ts';
import { probeSequences } from '../sequence-probe.ts';
import { spread } from '../spread.ts';
import { probeSequencesOf } from './probe-pairs.ts';

/** Held-out sources translated at each validation. */
const translated = 400;
/** Of these, how many are shown. */
const shown = 2;

/**
 * BLEU is greedy, against all references of each source.
 * @param file where the maps go (`probeSequences`)
 * @param wanted whose maps are kept, as `normalizeForModel` leaves them; left out, those of some held-out sources
 */
export async function probeCheckpoint(
  folder: string,
  file: string,
  heldOut: readonly Pair[],
  threads: number,
  wanted?: readonly Pair[],
): Promise<Inspection> {
  const references = new Map<string, string[]>();
  for (const { source, target } of heldOut) {
    const key = normalizeForModel(source);
    references.set(key, [...(references.get(key) ?? []), target]);
  }
  const model = await TranslationModel.open(folder, { threads });
  const { limits } = model.manifest;
  const fits = (source: string): boolean => model.tokenizer.encodeIds(source).length < limits.sourceTokens;
  const sources = spread([...references.keys()].filter(fits), translated);
  const encoded = sources.map(source => [...model.tokenizer.encodeIds(source), model.special.end]);
  const sequences = wanted && probeSequencesOf(wanted, model.tokenizer, model.special.end, limits);
  const targets = await probeSequences(model, encoded, file, sequences).finally(() => model.release());
  const samples = sources.slice(0, shown).map((source, index) => ({
    source,
    target: targets[index] ?? '',
    reference: references.get(source)?.[0] ?? '',
  }));
  const { score } = corpusBleu(targets, sources.map(source => references.get(source) ?? []));
  return { metrics: { bleu: score }, samples };
}
