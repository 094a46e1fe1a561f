/** What the headers of a checkpoint tell of it. */
import type { CheckpointSummary, DtypeShare, TensorInfo } from '../../protocol/checkpoint.ts';
import { countOf } from './sizes.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

export type TensorSummary = Pick<CheckpointSummary, 'path' | 'format' | 'bytes' | 'facts' | 'parameters' | 'tensors' | 'unlisted'>;

/** @param most tensors that are listed; all are counted */
export function summaryOf(file: TensorFile, most = 20_000): TensorSummary {
  const { path, format, size, facts, tensors } = file;
  return {
    path,
    format,
    bytes: size,
    facts,
    parameters: sharesOf(tensors),
    tensors: tensors.slice(0, most).map(infoOf),
    unlisted: Math.max(0, tensors.length - most),
  };
}

export function infoOf({ name, dtype, shape, bytes }: TensorEntry): TensorInfo {
  return { name, dtype, shape, bytes };
}

/** By dtype, the one with most bytes first. */
function sharesOf(tensors: readonly TensorEntry[]): DtypeShare[] {
  const shares = new Map<string, { tensors: number; elements: number; bytes: number }>();
  for (const { dtype, shape, bytes } of tensors) {
    const share = shares.get(dtype) ?? { tensors: 0, elements: 0, bytes: 0 };
    share.tensors++;
    share.elements += countOf(shape) ?? 0;
    share.bytes += bytes;
    shares.set(dtype, share);
  }
  return Array.from(shares, ([dtype, share]) => ({ dtype, ...share })).toSorted((a, b) => b.bytes - a.bytes);
}
