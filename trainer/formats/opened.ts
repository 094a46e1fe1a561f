/** What opening a file of any format has in common. */
import { resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { quoted } from './broken.ts';
import { ByteSource } from './bytes.ts';
import { unitOf } from './numbers.ts';
import { stretches } from './stretches.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

/** What a format makes of one open file. */
export type Contents = Pick<TensorFile, 'format' | 'facts' | 'tensors' | 'read'>;

/** Opens a file, and closes it again where nothing can be made of it. */
export async function opened(given: string, make: (source: ByteSource, path: string) => Promise<Contents>): Promise<TensorFile> {
  const path = resolve(given);
  const source = await ByteSource.open(path);
  try {
    return { ...(await make(source, path)), path, size: source.size, close: () => source.close() };
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}

/** Reads tensors that all lie in one file, as they are. */
export function readPlaced(source: ByteSource, tensors: readonly TensorEntry[]): TensorFile['read'] {
  const byName = new Map(tensors.map(tensor => [tensor.name, tensor]));
  return ({ name }) => {
    const { place, bytes, dtype } = ofName(byName, name, source.path);
    return stretches(source, place?.offset ?? NaN, bytes, unitOf(dtype));
  };
}

/** @throws Failure `bad-argument` where there is none of that name */
export function ofName<Tensor>(tensors: ReadonlyMap<string, Tensor>, name: string, path: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Failure('bad-argument', `${path} has no tensor ${quoted(name)}; expected one that it lists.`, 'Choose another tensor.');
  return tensor;
}
