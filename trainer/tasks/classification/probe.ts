import { TextClassifierModel } from '../../classifying/model.ts';
import type { Inspection } from '../../training/task.ts';
import { probeClassifier } from '../classification-probe.ts';
import { piecesOf } from '../sequence-probe.ts';
import type { Dataset } from './dataset.ts';

/** Looks at a checkpoint by held-out texts; the positions of a map are tokens. */
export async function probeCheckpoint(
  folder: string,
  file: string,
  { validation, parts, names }: Pick<Dataset, 'validation' | 'parts' | 'names'>,
  threads: number,
): Promise<Inspection> {
  const model = await TextClassifierModel.open(folder, { threads });
  const examples = validation.map((example, index) => ({ ...example, text: parts.validation[index]?.text ?? '' }));
  try {
    return await probeClassifier(file, examples, names, {
      answer: ({ ids }) => model.answer(ids),
      labelOf: ({ label }) => label,
      positions: ({ ids }) => piecesOf(ids, model.tokenizer),
      nameOf: ({ text }) => text,
    });
  } finally {
    await model.release();
  }
}
