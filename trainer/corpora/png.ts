/** PNG (W3C, "Portable Network Graphics Specification", third edition), unpacked by fast-png and brought to 8-bit grey or colour. */
import { inflateSync } from 'node:zlib';
import { decode, type DecodedPng } from 'fast-png';
import type { Failure } from '../../protocol/failure.ts';
import { badCorpus } from '../text/lines.ts';
import type { Alpha, Image } from './image.ts';

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a channel. */
  readonly depth: number;
  /** Channels by colour type (section 11.2.1), an index into a palette being one. */
  readonly channels: number;
  readonly palette: boolean;
  readonly interlaced: boolean;
}

const channelsOfColourType = new Map([[0, 1], [2, 3], [3, 1], [4, 2], [6, 4]]);

/** Width, height and form from the header chunk, which always is the first. @throws Failure `bad-corpus` */
export function readPngHeader(bytes: Uint8Array, name: string): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || view.getUint32(8) !== 13 || typeAt(bytes, 12) !== 'IHDR') throw damaged(name, 'its header is missing');
  const colourType = view.getUint8(25);
  const channels = channelsOfColourType.get(colourType);
  if (channels === undefined) throw damaged(name, `it names colour type ${colourType}, which there is not`);
  return {
    width: view.getUint32(16), height: view.getUint32(20), depth: view.getUint8(24), channels,
    palette: colourType === 3, interlaced: view.getUint8(28) === 1,
  };
}

/** @throws Failure `bad-corpus` for a damaged image, or for one with an alpha channel where `alpha` refuses it */
export function decodePng(bytes: Uint8Array, name: string, header: PngHeader, alpha: Alpha): Image {
  const chunks = readChunks(bytes, name);
  const transparent = header.channels % 2 === 0 || chunks.some(chunk => chunk.type === 'tRNS');
  if (transparent && alpha === 'refuse') {
    throw badCorpus(name, undefined, 'has an alpha channel; an image without one is expected, or "alpha": "white", which lays it over white');
  }
  if (header.interlaced && header.depth < 8) {
    throw badCorpus(name, undefined, `is interlaced with ${header.depth} bits a channel; at least 8 are expected of an interlaced image`);
  }
  checkData(chunks, name, header);
  let png: DecodedPng;
  try {
    png = decode(Buffer.concat([bytes.subarray(0, 8), ...chunks.map(chunk => chunk.bytes)]), { checkCrc: true });
  } catch (cause) {
    throw damaged(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const { width, height } = header;
  const { samples, channels, maximum } = samplesOf(png, header, name);
  const colours = channels < 3 ? 1 : 3;
  if (colours === channels && maximum === 255) return { width, height, channels: colours, pixels: new Uint8Array(samples) };
  const pixels = new Uint8Array(width * height * colours);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const opacity = channels === colours ? 1 : (samples[(pixel + 1) * channels - 1] ?? 0) / maximum;
    for (let colour = 0; colour < colours; colour++) {
      const intensity = (samples[pixel * channels + colour] ?? 0) / maximum;
      pixels[pixel * colours + colour] = Math.round(255 * (opacity * intensity + 1 - opacity));
    }
  }
  return { width, height, channels: colours, pixels };
}

interface Chunk {
  readonly type: string;
  /** With its length, type and checksum. */
  readonly bytes: Uint8Array;
}

/** The chunks that the pixels are made of: what else a file carries may be packed too, and is not unpacked. */
function readChunks(bytes: Uint8Array, name: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let start = 8; ; ) {
    if (start + 12 > bytes.length) throw damaged(name, 'it is cut off');
    const end = start + 12 + view.getUint32(start);
    if (end > bytes.length) throw damaged(name, 'it is cut off');
    const type = typeAt(bytes, start + 4);
    if (type === 'IHDR' && start > 8) throw damaged(name, 'it has two headers');
    if (['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(type)) chunks.push({ type, bytes: bytes.subarray(start, end) });
    if (type === 'IEND') return chunks;
    start = end;
  }
}

/** The library unpacks any amount and takes any lack for black: so much as the header promises is checked beforehand. */
function checkData(chunks: readonly Chunk[], name: string, { width, height, depth, channels, interlaced }: PngHeader): void {
  const passBytes = (columns: number, rows: number): number => (columns <= 0 || rows <= 0 ? 0 : rows * (1 + Math.ceil((columns * channels * depth) / 8)));
  // The passes of Adam7 (section 8.1): first column and row, steps between columns and rows.
  const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;
  const expected = interlaced
    ? passes.reduce((sum, [x, y, across, down]) => sum + passBytes(Math.ceil((width - x) / across), Math.ceil((height - y) / down)), 0)
    : passBytes(width, height);
  const packed = Buffer.concat(chunks.filter(chunk => chunk.type === 'IDAT').map(chunk => chunk.bytes.subarray(8, -4)));
  let found: number;
  try {
    found = inflateSync(packed, { maxOutputLength: expected }).length;
  } catch (cause) {
    throw damaged(name, `its pixels do not unpack into the ${expected} bytes that its header promises`, cause);
  }
  if (found !== expected) throw damaged(name, `its pixels unpack into ${found} bytes where its header promises ${expected}`);
}

interface Samples {
  /** `[height, width, channels]`, from 0 to `maximum`. */
  readonly samples: Uint8Array | Uint16Array;
  readonly channels: number;
  readonly maximum: number;
}

/** One number for each channel of each pixel: palettes looked up, and a transparent colour made an alpha channel. */
function samplesOf(png: DecodedPng, header: PngHeader, name: string): Samples {
  const { palette = [], transparency, depth } = png;
  const values = depth < 8 ? unpackBits(png) : png.data instanceof Uint16Array ? png.data : new Uint8Array(png.data);
  if (header.palette) {
    const channels = palette[0]?.length ?? 3;
    const samples = new Uint8Array(values.length * channels);
    values.forEach((index, at) => {
      const colour = palette[index];
      if (colour === undefined) throw damaged(name, `colour ${index} found in a palette of ${palette.length}`);
      samples.set(colour, at * channels);
    });
    return { samples, channels, maximum: 255 };
  }
  const maximum = 2 ** depth - 1;
  if (transparency === undefined) return { samples: values, channels: png.channels, maximum };
  const channels = png.channels + 1;
  const samples = new Uint16Array(png.width * png.height * channels);
  for (let pixel = 0; pixel < png.width * png.height; pixel++) {
    const colour = values.subarray(pixel * png.channels, (pixel + 1) * png.channels);
    samples.set(colour, pixel * channels);
    samples[(pixel + 1) * channels - 1] = colour.every((value, at) => value === transparency[at]) ? 0 : maximum;
  }
  return { samples, channels, maximum };
}

/** Samples of 1, 2 or 4 bits lie side by side in bytes, and each row starts with a byte of its own. */
function unpackBits({ data, width, height, depth }: DecodedPng): Uint8Array {
  const values = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  for (let at = 0; at < values.length; at++) {
    const bit = (at % width) * depth;
    const byte = data[Math.floor(at / width) * rowBytes + (bit >> 3)] ?? 0;
    values[at] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  }
  return values;
}

function typeAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function damaged(name: string, why: string, cause?: unknown): Failure {
  return badCorpus(name, undefined, `a damaged PNG image found (${why}); a whole one is expected`, cause);
}
