/** What differs between two checkpoints of any formats: tensors of the same name, by value, in constant memory. */
import type { CheckpointComparison, CompareProgress, TensorDifference } from '../../protocol/checkpoint.ts';
import { differencesOf, haveSameBytes } from './differences.ts';
import { unmeasured } from './numbers.ts';
import { infoOf } from './summary.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

export interface ComparingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Now and then, and at the end. */
  readonly onProgress?: ((progress: CompareProgress) => void) | undefined;
}

/** Milliseconds between two words of progress. */
const pause = 100;

/**
 * Compares `other` with `file`.
 *
 * Types may differ: values are compared as numbers, 64-bit integers of one type exactly. A NaN equals a NaN, an infinity the same.
 * @throws Failure `broken-model` where values are not there; AbortError
 */
export async function compareTensorFiles(
  file: TensorFile,
  other: TensorFile,
  { signal, onProgress }: ComparingOptions = {},
): Promise<CheckpointComparison> {
  const others = new Map(other.tensors.map(tensor => [tensor.name, tensor]));
  const names = new Set(file.tensors.map(({ name }) => name));
  const pairs = file.tensors.flatMap(tensor => {
    const same = others.get(tensor.name);
    return same === undefined ? [] : [{ name: tensor.name, a: { file, tensor }, b: { file: other, tensor: same } }];
  });
  const changed: TensorDifference[] = [];
  const incomparable: { readonly name: string; readonly why: string }[] = [];
  const of = pairs.reduce((sum, { a }) => sum + a.tensor.bytes, 0);
  let [equal, before, told] = [0, 0, Date.now()];
  const progress = (within: number): void => {
    if (Date.now() - told < pause) return;
    told = Date.now();
    onProgress?.({ read: before + within, of });
  };
  for (const pair of pairs) {
    const { a, b } = pair;
    signal?.throwIfAborted();
    const result = await comparePair(a, b, fraction => progress(fraction * a.tensor.bytes), signal);
    if (result === 'equal') equal++;
    else if ('why' in result) incomparable.push({ name: pair.name, ...result });
    else changed.push({ name: pair.name, ...result });
    before += a.tensor.bytes;
  }
  onProgress?.({ read: of, of });
  return {
    changed: changed.toSorted((x, y) => (y.relative ?? Infinity) - (x.relative ?? Infinity) || y.largest - x.largest),
    equal,
    added: other.tensors.filter(({ name }) => !names.has(name)).map(infoOf),
    missing: file.tensors.filter(({ name }) => !others.has(name)).map(infoOf),
    incomparable,
  };
}

export interface Side {
  readonly file: TensorFile;
  readonly tensor: TensorEntry;
}

async function comparePair(
  a: Side,
  b: Side,
  progress: (fraction: number) => void,
  signal: AbortSignal | undefined,
): Promise<'equal' | Omit<TensorDifference, 'name'> | { readonly why: string }> {
  const [ours, theirs] = [a.tensor.shape, b.tensor.shape];
  if (ours.length !== theirs.length || ours.some((length, axis) => length !== theirs[axis])) {
    return { why: `[${ours.join(', ')}] and [${theirs.join(', ')}]` };
  }
  const sameType = a.tensor.dtype === b.tensor.dtype;
  if (sameType && (await haveSameBytes(a, b, progress, signal))) return 'equal';
  const why = unmeasured(a.tensor.dtype) ?? unmeasured(b.tensor.dtype);
  if (why !== undefined) return { why: `${sameType ? 'they differ' : `${a.tensor.dtype} and ${b.tensor.dtype}`}, not measured: ${why}` };
  let [count, largest, sum, squares, own, unpaired] = [0, 0, 0, 0, 0, 0];
  let differ = false;
  const elements = Math.max(1, ours.reduce((product, length) => product * length, 1));
  for await (const { values, differences } of differencesOf(a, b, signal)) {
    for (let index = 0; index < differences.length; index++) {
      const [value = 0, difference = 0] = [values[index], differences[index]];
      if (difference !== difference) unpaired++;
      const size = Math.abs(difference);
      if (size > 0) differ = true;
      if (size > largest) largest = size;
      sum += size;
      squares += difference * difference;
      if (value - value === 0) own += value * value;
    }
    count += differences.length;
    progress(count / elements);
  }
  if (unpaired > 0) return { why: `${unpaired} ${unpaired === 1 ? 'value is' : 'values are'} finite in only one of them` };
  if (!differ) return 'equal';
  const relative = Math.sqrt(squares) / Math.sqrt(own);
  return { largest: finite(largest), mean: finite(sum / count), relative: Number.isFinite(relative) ? relative : null };
}

/** JSON has no infinity. */
const finite = (value: number): number => Math.min(value, Number.MAX_VALUE);
