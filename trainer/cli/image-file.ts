import { maximumImageFile } from '../corpora/image.ts';
import { readBounded } from '../files/bounded.ts';

/** @throws Failure `no-such-file`, `bad-argument` */
export function readImageFile(file: string): Promise<Uint8Array> {
  return readBounded(file, { most: maximumImageFile, noun: 'an image', hint: 'Give a smaller image.' });
}
