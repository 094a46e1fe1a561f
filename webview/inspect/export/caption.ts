/** What is written around a picture of a view. */
import type { Inspection } from '../../../protocol/inspection.ts';
import type { Caption } from '../../map/framed.ts';
import { readingText, type ChosenReading } from '../reading/reading.ts';

/** @param name what of the model is seen; where the model lies is nobody's business who is shown it */
export function captionOf({ model }: Pick<Inspection, 'model'>, name: string, reading: ChosenReading): Caption {
  return { title: `${model.split(/[\\/]/).at(-1) ?? model} · ${name}`, note: readingText(reading) };
}
