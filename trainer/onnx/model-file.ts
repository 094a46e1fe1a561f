/** The file of a model, opened again to read what was left in it. */
import { Failure } from '../../protocol/failure.ts';
import { ByteSource } from '../formats/bytes.ts';
import type { OnnxModel } from './model.ts';

/** @throws Failure `no-such-file`; `broken-model` where the file is no longer what was opened */
export async function openModelFile({ file, size, bytes }: OnnxModel): Promise<ByteSource> {
  if (bytes !== undefined) return ByteSource.of(file, bytes);
  const source = await ByteSource.open(file);
  if (source.size === size) return source;
  await source.close();
  throw new Failure('broken-model', `${file} has ${source.size} bytes; it had ${size} when it was opened.`, 'Open it again.');
}

/** Does some work with the file, and closes it. @throws Failure as `openModelFile` does */
export async function withModelFile<Result>(model: OnnxModel, work: (source: ByteSource) => Promise<Result>): Promise<Result> {
  const source = await openModelFile(model);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}
