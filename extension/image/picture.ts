import { Failure } from '../../protocol/failure.ts';

/** Largest image file that is read, in bytes: it goes to the worker and to the webview as it is. */
export const largestImage = 32 * 1024 * 1024;

/** Endings of the files that can be classified. */
export const imageEndings = ['png', 'jpg', 'jpeg'] as const;

const signatures = [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], [0xff, 0xd8, 0xff]] as const;

/** Whether a file's name is that of an image that can be classified. */
export function isImageName(path: string): boolean {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return imageEndings.some(one => one === ending);
}

/**
 * The file as it is sent. The array is its own: a view into a larger one, or a `Buffer`, would not cross to a webview as it is.
 * @throws Failure `bad-argument` for what is no PNG or JPEG by its first bytes, or too large
 */
export function checkedImage(bytes: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  checkSize(bytes.byteLength, name);
  if (!signatures.some(signature => signature.every((byte, at) => bytes[at] === byte))) {
    throw new Failure('bad-argument', `${name} is neither a PNG nor a JPEG image.`, 'Choose a PNG or JPEG file.');
  }
  return new Uint8Array(bytes);
}

/** @throws Failure `bad-argument` for a file that is too large to be read at all */
export function checkSize(size: number, name: string): void {
  if (size <= largestImage) return;
  const megabytes = (bytes: number): string => Math.ceil(bytes / 1024 / 1024).toLocaleString('en');
  throw new Failure('bad-argument', `${name} has ${megabytes(size)} MB; at most ${megabytes(largestImage)} MB are read.`, 'Choose a smaller image.');
}
