/** Images with the class each belongs to, from either of the formats that such corpora come in. */
import * as z from 'zod';
import { idxSourceSchema, readIdxImages } from './idx.ts';
import type { LabelledImage } from './image.ts';
import { imageFolderSourceSchema, readImageFolder } from './image-folder.ts';

/** Where labelled images come from. */
export const imageSourceSchema = z.discriminatedUnion('format', [idxSourceSchema, imageFolderSourceSchema], {
  error: issue => (issue.code === 'invalid_union' ? 'expected "idx" or "image-folder"' : undefined),
});
export type ImageSource = z.infer<typeof imageSourceSchema>;

/** @throws Failure as `readIdxImages` and `readImageFolder` do */
export function readImages(source: ImageSource): AsyncGenerator<LabelledImage, void, undefined> {
  return source.format === 'idx' ? readIdxImages(source) : readImageFolder(source);
}
