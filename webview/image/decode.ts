/** From the bytes of a file to a picture whose pixels are where the model saw them. */

/** @throws DOMException for what the browser cannot decode */
export function decodePicture(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([withoutOrientation(bytes)]));
}

/**
 * A JPEG without its Exif segments: browsers turn a picture as the camera noted there, a model is given its pixels as they
 * are stored. Anything else as it is. (ISO 10918-1, B.1.1: segments are a marker, FF E1 for Exif, and a length.)
 */
export function withoutOrientation(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return bytes;
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  // Up to where the pixels begin (FF DA), or something is amiss: the browser may say what.
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const end = at + 2 + 256 * (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0);
    if (bytes[at + 1] !== 0xe1) kept.push(bytes.subarray(at, end));
    at = end;
  }
  kept.push(bytes.subarray(at));
  const all = new Uint8Array(kept.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of kept) {
    all.set(part, to);
    to += part.length;
  }
  return all;
}
