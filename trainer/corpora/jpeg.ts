/** JPEG (ITU-T T.81), baseline and progressive, unpacked by jpeg-js. */
import { decode } from 'jpeg-js';
import type { Failure } from '../../protocol/failure.ts';
import { badCorpus } from '../text/lines.ts';
import type { Image } from './image.ts';

export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Where the header's segment ends: what follows is the picture's own, not a preview that a camera put before it. */
  readonly end: number;
}

/** A scan goes over the whole picture, so a small file of thousands would keep us busy for hours. Encoders write about ten. */
const maximumScans = 100;

/** Width, height and channels from the frame header (T.81, B.2.2). @throws Failure `bad-corpus` */
export function readJpegHeader(bytes: Uint8Array, name: string): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 2; start + 4 <= bytes.length; ) {
    const marker = view.getUint16(start);
    if (marker === 0xffff) {
      // Bytes of ones may fill the room before a marker.
      start++;
      continue;
    }
    const end = start + 2 + view.getUint16(start + 2);
    if (marker < 0xffc0 || end > bytes.length) break;
    // Start of frame, but for the three markers among them that define tables or are kept free (T.81, table B.1).
    if (marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) {
      if (end < start + 10) break;
      if (marker > 0xffc2) throw badCorpus(name, undefined, 'a lossless or arithmetic JPEG image found; a baseline or progressive one is expected');
      const precision = view.getUint8(start + 4);
      if (precision !== 8) throw badCorpus(name, undefined, `a JPEG image of ${precision} bits a channel found; 8 are expected`);
      const channels = view.getUint8(start + 9);
      if (channels !== 1 && channels !== 3) {
        throw badCorpus(name, undefined, `a JPEG image of ${channels} channels found; 1 (grey) or 3 (colour) are expected`);
      }
      return { width: view.getUint16(start + 7), height: view.getUint16(start + 5), channels, end };
    }
    start = end;
  }
  throw damaged(name, 'its header is missing');
}

/** @throws Failure `bad-corpus` for a damaged image */
export function decodeJpeg(bytes: Uint8Array, name: string, { width, height, channels, end }: JpegHeader): Image {
  const picture = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(end);
  // Inside the packed pixels no such two bytes occur (T.81, B.1.1.5); the library reads what is cut off as zeros.
  if (picture.indexOf(Buffer.of(0xff, 0xd9)) < 0) throw damaged(name, 'it is cut off');
  let scans = 0;
  for (let at = picture.indexOf(startOfScan); at >= 0; at = picture.indexOf(startOfScan, at + 2)) scans++;
  if (scans > maximumScans) throw badCorpus(name, undefined, `a JPEG image of ${scans} scans found; at most ${maximumScans} are expected`);
  let rgb: Uint8Array;
  try {
    // Megabytes: 64 megapixels need some 1,400.
    rgb = decode(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false, maxMemoryUsageInMB: 2048 }).data;
  } catch (cause) {
    throw damaged(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (rgb.length !== width * height * 3) throw damaged(name, `${rgb.length / 3} pixels found where ${width} × ${height} are expected`);
  const pixels = channels === 3 ? new Uint8Array(rgb) : Uint8Array.from({ length: width * height }, (_, at) => rgb[3 * at] ?? 0);
  return { width, height, channels, pixels };
}

const startOfScan = Buffer.of(0xff, 0xda);

function damaged(name: string, why: string, cause?: unknown): Failure {
  return badCorpus(name, undefined, `a damaged JPEG image found (${why}); a whole one is expected`, cause);
}
