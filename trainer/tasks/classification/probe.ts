/** Looks at a checkpoint as a user would: classifies held-out texts and keeps what a few of them attended to. */
import { classificationScores } from '../../analysis/classification-scores.ts';
import { type NamedTensor, writeSafetensors } from '../../checkpoints/safetensors.ts';
import { bestClass, pooledAttention } from '../../classifying/classification.ts';
import { TextClassifierModel } from '../../classifying/model.ts';
import { makeFileAtomically } from '../../files/atomic.ts';
import type { Inspection } from '../../training/task.ts';
import { spread } from '../spread.ts';
import type { Dataset } from './dataset.ts';

/** Held-out texts classified at each validation. */
const classified = 2000;
/** Of these, how many have their maps kept. */
const mapped = 8;
/** Of these, how many are shown. */
const shown = 2;

/**
 * Accuracy and macro F1, both in percent.
 * @param file where the maps go: `<n>` is what was pooled of probe text n, `[1, source]`; the metadata holds its tokens
 */
export async function probeCheckpoint(
  folder: string,
  file: string,
  { validation, parts, labels, names }: Pick<Dataset, 'validation' | 'parts' | 'labels' | 'names'>,
  threads: number,
): Promise<Inspection> {
  const model = await TextClassifierModel.open(folder, { threads });
  const probed = spread(validation.map((example, index) => ({ ...example, text: parts.validation[index]?.text ?? '' })), classified);
  const predicted: number[] = [];
  const maps: NamedTensor[] = [];
  const tokens: Record<string, string> = {};
  try {
    for (const [index, { ids }] of probed.entries()) {
      const answer = await model.answer(ids);
      const best = bestClass(answer);
      predicted.push(best);
      if (index >= mapped) continue;
      const { text, spans } = model.tokenizer.decode(ids);
      maps.push({ name: String(index), shape: [1, ids.length], data: Float32Array.from(pooledAttention(answer)) });
      tokens[`${index}.source`] = JSON.stringify(spans.map(({ start, end }) => text.slice(start, end)));
      tokens[`${index}.target`] = JSON.stringify([names[best] ?? '']);
    }
  } finally {
    await model.release();
  }
  await makeFileAtomically(file, aside => writeSafetensors(aside, maps, tokens));
  const actual = probed.map(({ label }) => label);
  const { accuracy, macroF1 } = classificationScores(actual, predicted, labels.length);
  const samples = probed.slice(0, shown).map(({ text, label }, index) => ({
    source: text,
    target: names[predicted[index] ?? -1] ?? '',
    reference: names[label] ?? '',
  }));
  return { metrics: { accuracy: 100 * accuracy, macroF1: 100 * macroF1 }, samples };
}
