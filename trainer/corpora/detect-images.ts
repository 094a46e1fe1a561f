/** Labelled images: a folder with a subfolder a class, or the two files of IDX. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DataColumn } from '../../protocol/config.ts';
import { Failure } from '../../protocol/failure.ts';
import { readChunks } from '../text/lines.ts';
import type { Detected } from './detected.ts';
import type { Detection } from './detect.ts';
import { decodeImage, maximumImageFile } from './image.ts';
import { readWhole } from './source.ts';

/** Images that are looked at. */
const mostDecoded = 24;
/** Classes that are shown. */
const mostShown = 12;

const nothing = (problem: string): Detection => ({ detected: [], problems: [`${problem}.`] });

/** @throws Failure `no-such-file`; AbortError */
export async function detectImages(files: readonly string[], signal?: AbortSignal): Promise<Detection> {
  const [file, second] = files;
  if (file === undefined) return nothing('no file was chosen');
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new Failure('no-such-file', `${file} does not exist, or may not be read.`, 'Choose another one.');
  if (found.isFile()) return detectIdx(file, second);
  const names = (await readdir(file)).sort();
  const idx = names.filter(name => /images[-.]idx3/i.test(name));
  const images = idx.find(name => /train/i.test(name)) ?? idx[0];
  return images === undefined ? detectFolder(file, signal) : detectIdx(join(file, images));
}

async function detectIdx(file: string, second?: string): Promise<Detection> {
  const other = second ?? (await siblingOf(file));
  if (other === undefined) return nothing(`${basename(file)} is no folder of images, and the file of its labels is not beside it; choose both files`);
  const headers = await Promise.all([file, other].map(headerOf));
  const places = [file, other];
  const imagesAt = headers.findIndex(header => header?.length === 3);
  const labelsAt = headers.findIndex(header => header?.length === 1);
  const [count = 0, height = 0, width = 0] = headers[imagesAt] ?? [];
  const [images, labels] = [places[imagesAt], places[labelsAt]];
  if (images === undefined || labels === undefined) return nothing(`${basename(file)} and ${basename(other)} are not IDX files of images and of their labels`);
  const labelled = headers[labelsAt]?.[0] ?? 0;
  const detected: Detected = {
    reading: {
      id: 'idx', title: `IDX, ${width} × ${height} pixels`, columns: [], roles: [], rows: count, isCounted: true,
      problems: labelled === count ? [] : [`${count} images and ${labelled} labels were found; as many of each are expected.`],
    },
    source: () => ({ format: 'idx', images, labels }),
    lengths: () => [],
    image: { width, height },
  };
  return { detected: [detected], problems: [] };
}

/** The labels of images, or the images of labels, as MNIST's files are named. */
async function siblingOf(file: string): Promise<string | undefined> {
  const name = basename(file);
  const other = name.includes('images') ? name.replace('images', 'labels').replace('idx3', 'idx1') : name.replace('labels', 'images').replace('idx1', 'idx3');
  if (other === name) return undefined;
  const path = join(dirname(file), other);
  return stat(path).then(found => (found.isFile() ? path : undefined), () => undefined);
}

/** The sizes that a file of bytes in IDX says it has. */
async function headerOf(file: string): Promise<readonly number[] | undefined> {
  let header = Buffer.alloc(0);
  for await (const chunk of readChunks(file, () => undefined)) {
    header = Buffer.concat([header, chunk.subarray(0, 64)]);
    if (header.length >= 16) break;
  }
  const dimensions = header.length < 8 ? 0 : header.readUInt32BE(0) - 0x0800;
  if (dimensions < 1 || dimensions > 3 || header.length < 4 + 4 * dimensions) return undefined;
  return Array.from({ length: dimensions }, (_, at) => header.readUInt32BE(4 + 4 * at));
}

async function detectFolder(folder: string, signal?: AbortSignal): Promise<Detection> {
  const classes: { readonly name: string; readonly images: readonly string[] }[] = [];
  const problems: string[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    signal?.throwIfAborted();
    if (entry.name.startsWith('.')) continue;
    const inside = await readdir(join(folder, entry.name)).catch(() => undefined);
    if (inside === undefined) continue;
    const images = inside.filter(name => /\.(png|jpe?g)$/i.test(name) && !name.startsWith('.')).sort();
    if (images.length === 0) problems.push(`${entry.name} holds no PNG or JPEG image.`);
    classes.push({ name: entry.name, images: images.map(name => join(folder, entry.name, name)) });
  }
  const rows = classes.reduce((sum, { images }) => sum + images.length, 0);
  if (problems.length > classes.length / 2) return nothing(`${basename(folder)} has no subfolders with PNG or JPEG images; one for each class is expected`);
  if (classes.length < 2) problems.push('There is one class only; at least two are expected.');
  const looked = await lookAt(classes.flatMap(({ images }) => images.slice(0, Math.max(1, Math.floor(mostDecoded / classes.length)))).slice(0, mostDecoded), signal);
  const { width, height } = looked.sizes[0] ?? { width: 1, height: 1 };
  const odd = looked.sizes.find(size => size.width !== width || size.height !== height);
  if (odd !== undefined) problems.push(`Images of ${width} × ${height} and of ${odd.width} × ${odd.height} pixels were found; one size is expected of all.`);
  const columns: DataColumn[] = classes.slice(0, mostShown).map(({ name, images }) => ({ name, examples: [images.length === 1 ? '1 image' : `${images.length} images`] }));
  const detected: Detected = {
    reading: {
      id: 'image-folder', title: `Folder of ${classes.length} classes, ${width} × ${height} pixels`, columns, roles: [], rows, isCounted: true,
      problems: [...problems, ...looked.problems],
    },
    source: () => ({ format: 'image-folder', folder, channels: looked.areGrey ? 1 : 3, ...(looked.haveAlpha && { alpha: 'white' }) }),
    lengths: () => [],
    image: { width, height },
  };
  return { detected: [detected], problems: [] };
}

interface Looked {
  readonly sizes: readonly { readonly width: number; readonly height: number }[];
  readonly areGrey: boolean;
  readonly haveAlpha: boolean;
  readonly problems: readonly string[];
}

async function lookAt(files: readonly string[], signal?: AbortSignal): Promise<Looked> {
  const sizes: { width: number; height: number }[] = [];
  const problems: string[] = [];
  let areGrey = true;
  let haveAlpha = false;
  for (const file of files) {
    signal?.throwIfAborted();
    try {
      const bytes = await readWhole(file, maximumImageFile);
      const image = decodeImage(bytes, file, 'white');
      sizes.push({ width: image.width, height: image.height });
      areGrey &&= image.channels === 1;
      haveAlpha ||= refusesAlpha(bytes, file);
    } catch (thrown) {
      problems.push(Failure.from(thrown).message);
    }
  }
  return { sizes, areGrey, haveAlpha, problems };
}

function refusesAlpha(bytes: Uint8Array, file: string): boolean {
  try {
    decodeImage(bytes, file, 'refuse');
    return false;
  } catch {
    return true;
  }
}
