/** A folder with one subfolder for each class, named for it, that holds the images of the class. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { badCorpus } from '../text/lines.ts';
import { decodeImage, type Image, type LabelledImage, maximumImageFile, toColour, toGrey } from './image.ts';
import { labelOf } from './labels.ts';
import { pathSchema, readWhole } from './source.ts';

const side = z.int().min(1).max(8192);

export const imageFolderSourceSchema = z.strictObject({
  format: z.literal('image-folder'),
  folder: pathSchema,
  /** Which every image must have. Without it each comes in its own size. */
  size: z.strictObject({ width: side, height: side }).optional(),
  /** What every image is made: grey or coloured. */
  channels: z.literal([1, 3]).default(3),
  /** What becomes of an image with an alpha channel. */
  alpha: z.enum(['refuse', 'white']).default('refuse'),
});
export type ImageFolderSource = z.infer<typeof imageFolderSourceSchema>;

/**
 * Reads images one by one, class by class, both in the order of their names. Hidden files and those that are no pictures are
 * left out.
 * @throws Failure `no-such-file`; `bad-corpus` naming the file for a damaged image, one of another size or format, an alpha
 * channel where it is refused, or a class without images
 */
export async function* readImageFolder(source: ImageFolderSource): AsyncGenerator<LabelledImage, void, undefined> {
  for (const name of await classesOf(source.folder)) {
    const folder = join(source.folder, name);
    const label = labelOf(name, folder, undefined);
    for (const file of await imagesOf(folder)) yield { label, name: file, ...(await readImage(file, source)) };
  }
}

async function readImage(file: string, { size, channels, alpha }: ImageFolderSource): Promise<Image> {
  const image = decodeImage(await readWhole(file, maximumImageFile), file, alpha);
  if (size !== undefined && (image.width !== size.width || image.height !== size.height)) {
    throw badCorpus(file, undefined, `an image of ${image.width} × ${image.height} pixels found; ${size.width} × ${size.height} are expected`);
  }
  return channels === 1 ? toGrey(image) : toColour(image);
}

async function classesOf(folder: string): Promise<string[]> {
  const classes: string[] = [];
  for (const name of await namesIn(folder)) {
    // A link to a folder is a class as well; one that leads nowhere is none.
    if (await stat(join(folder, name)).then(found => found.isDirectory(), () => false)) classes.push(name);
  }
  if (classes.length === 0) throw badCorpus(folder, undefined, 'no subfolders found; one for each class is expected, named for it');
  return classes;
}

/** What other programs call a picture is refused rather than left out: nobody should train on half of their images unawares. */
async function imagesOf(folder: string): Promise<string[]> {
  const names = await namesIn(folder);
  const other = names.find(name => /\.(gif|webp|bmp|tiff?|avif|heic|jxl|ppm|pgm)$/i.test(name));
  if (other !== undefined) throw badCorpus(join(folder, other), undefined, 'a picture of another format found; PNG or JPEG is expected');
  const images = names.filter(name => /\.(png|jpe?g)$/i.test(name));
  if (images.length === 0) throw badCorpus(folder, undefined, 'no images found; PNG or JPEG files of the class are expected');
  return images.map(name => join(folder, name));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(name => !name.startsWith('.')).sort();
  } catch (cause) {
    const code = errnoOf(cause) ?? '';
    const why = { ENOENT: 'does not exist', ENOTDIR: 'is no folder', EACCES: 'may not be read' }[code];
    if (why === undefined) throw cause;
    throw new Failure('no-such-file', `${folder} ${why}.`, 'Check the path of the corpus.', { cause });
  }
}
