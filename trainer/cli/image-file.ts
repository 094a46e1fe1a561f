import { readFile, stat } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import { maximumImageFile } from '../corpora/image.ts';
import { errnoOf } from '../files/errno.ts';

/** @throws Failure `no-such-file`, `bad-argument` */
export async function readImageFile(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > maximumImageFile) {
      throw new Failure(
        'bad-argument',
        `${file} has ${size.toLocaleString('en')} bytes; an image has at most ${maximumImageFile.toLocaleString('en')}.`,
        'Give a smaller image.',
      );
    }
    return await readFile(file);
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure('no-such-file', `${file} cannot be read (${errnoOf(thrown) ?? String(thrown)}).`, 'Check the path of the image.', { cause: thrown });
  }
}
