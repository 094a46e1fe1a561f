/** Looks at a checkpoint as a user would: classifies held-out images and keeps what of a few of them it attended to. */
import { classificationScores } from '../../analysis/classification-scores.ts';
import { type NamedTensor, writeSafetensors } from '../../checkpoints/safetensors.ts';
import { bestClass, pooledAttention } from '../../classifying/classification.ts';
import { ImageClassifierModel } from '../../classifying/model.ts';
import { makeFileAtomically } from '../../files/atomic.ts';
import { patchRectangle } from '../../models/classifier/patches.ts';
import type { Inspection } from '../../training/task.ts';
import { spread } from '../spread.ts';
import type { Dataset } from './dataset.ts';

/** Held-out images classified at each validation. */
const classified = 2000;
/** Of these, how many have their maps kept. */
const mapped = 8;
/** Of these, how many are shown. */
const shown = 2;

/**
 * Accuracy and macro F1, both in percent.
 * @param file where the maps go: `<n>` is what was pooled of probe image n, `[1, patches]`; the metadata holds where each
 *   patch begins, "x,y"
 */
export async function probeCheckpoint(
  folder: string,
  file: string,
  { parts, labels, names, format }: Pick<Dataset, 'parts' | 'labels' | 'names' | 'format'>,
  threads: number,
): Promise<Inspection> {
  const model = await ImageClassifierModel.open(folder, { threads });
  const { architecture } = model.manifest;
  const probed = spread(parts.validation, classified);
  const predicted: number[] = [];
  const maps: NamedTensor[] = [];
  const places: Record<string, string> = {};
  try {
    for (const [index, { pixels }] of probed.entries()) {
      const answer = await model.answer({ ...format, pixels });
      const best = bestClass(answer);
      predicted.push(best);
      if (index >= mapped) continue;
      const attention = pooledAttention(answer);
      maps.push({ name: String(index), shape: [1, attention.length], data: Float32Array.from(attention) });
      const corners = attention.map((_, patch) => patchRectangle(patch, architecture));
      places[`${index}.source`] = JSON.stringify(corners.map(({ x, y }) => `${x},${y}`));
      places[`${index}.target`] = JSON.stringify([names[best] ?? '']);
    }
  } finally {
    await model.release();
  }
  await makeFileAtomically(file, aside => writeSafetensors(aside, maps, places));
  const actual = probed.map(({ label }) => labels.indexOf(label));
  const { accuracy, macroF1 } = classificationScores(actual, predicted, labels.length);
  const samples = probed.slice(0, shown).map(({ name }, index) => ({
    source: name,
    target: names[predicted[index] ?? -1] ?? '',
    reference: names[actual[index] ?? -1] ?? '',
  }));
  return { metrics: { accuracy: 100 * accuracy, macroF1: 100 * macroF1 }, samples };
}
