/** Reads a checkpoint as inspecting it does: lists everything, then measures and compares what is small enough for a case. */
import { compareTensorFiles } from '../../trainer/formats/compare.ts';
import { unmeasured } from '../../trainer/formats/numbers.ts';
import { openTensorFile } from '../../trainer/formats/open.ts';
import { statisticsOf } from '../../trainer/formats/statistics.ts';
import { summaryOf } from '../../trainer/formats/summary.ts';
import type { TensorEntry, TensorFile } from '../../trainer/formats/tensor-file.ts';
import type { Subject } from './subject.ts';

/** What is read of one tensor, and of about how many: an honest gigabyte takes its time, and nobody waits for it here. */
const most = { tensors: 4, bytes: 1 << 20 } as const;

/** By content, as a user opens a file, or as the format that it was before it was damaged. */
export function readTensors(open: (path: string) => Promise<TensorFile>): Subject['read'] {
  return async (path, random) => {
    const file = await (random() < 0.5 ? openTensorFile : open)(path);
    try {
      JSON.stringify(summaryOf(file));
      const tensors = file.tensors.filter(() => random() < most.tensors / file.tensors.length);
      for (const tensor of tensors) await readTensor(file, tensor);
      if (random() < 0.1) await compareTensorFiles({ ...file, tensors: tensors.filter(isSmall) }, file);
    } finally {
      await file.close();
    }
  };
}

function isSmall({ shape, bytes }: TensorEntry): boolean {
  return bytes <= most.bytes && shape.reduce((count, length) => count * length, 1) <= most.bytes;
}

async function readTensor(file: TensorFile, tensor: TensorEntry): Promise<void> {
  if (unmeasured(tensor.dtype) === undefined && isSmall(tensor)) {
    const { histogram, elements, nans, infinities } = await statisticsOf(file, tensor, { bins: 8 });
    const counted = histogram.reduce((sum, count) => sum + count, 0);
    if (counted !== elements - nans - infinities) throw new Error(`${tensor.name}: ${counted} of ${elements} values are in the histogram`);
    return;
  }
  let read = 0;
  for await (const chunk of file.read(tensor)) {
    read += chunk.length;
    if (read > most.bytes) return;
  }
}
