import { ImageClassifierModel } from '../../classifying/model.ts';
import { patchRectangle } from '../../models/classifier/patches.ts';
import type { Inspection } from '../../training/task.ts';
import { probeClassifier } from '../classification-probe.ts';
import type { Dataset } from './dataset.ts';

/** Looks at a checkpoint by held-out images; the positions of a map are where each patch begins, "x,y". */
export async function probeCheckpoint(
  folder: string,
  file: string,
  { parts, labels, names, format }: Pick<Dataset, 'parts' | 'labels' | 'names' | 'format'>,
  threads: number,
): Promise<Inspection> {
  const model = await ImageClassifierModel.open(folder, { threads });
  const { architecture } = model.manifest;
  try {
    return await probeClassifier(file, parts.validation, names, {
      answer: ({ pixels }) => model.answer({ ...format, pixels }),
      labelOf: ({ label }) => labels.indexOf(label),
      positions: (_, attention) => attention.map((_weight, patch) => patchRectangle(patch, architecture)).map(({ x, y }) => `${x},${y}`),
      nameOf: ({ name }) => name,
    });
  } finally {
    await model.release();
  }
}
