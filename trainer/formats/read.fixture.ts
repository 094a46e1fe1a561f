/** Reading a checkpoint in a test. */
import { numbersOf } from './numbers.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

export function entryNamed(file: TensorFile, name: string): TensorEntry {
  const tensor = file.tensors.find(each => each.name === name);
  if (tensor === undefined) throw new Error(`${file.path} has ${file.tensors.map(each => each.name).join(', ')}, and no ${name}`);
  return tensor;
}

/** All values of a tensor, as numbers. */
export async function valuesIn(file: TensorFile, name: string): Promise<number[]> {
  const values: number[] = [];
  for await (const numbers of numbersOf(file, entryNamed(file, name))) values.push(...numbers);
  return values;
}

/** All bytes that reading a tensor gives. */
export async function bytesIn(file: TensorFile, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read(entryNamed(file, name))) chunks.push(chunk);
  return Buffer.concat(chunks);
}
