/** Batches of labelled images, cut into patches. */
import { cutPatches, patchCount, type PatchGeometry, patchFeatures, type PixelScale } from '../../models/classifier/patches.ts';
import type { PaddedBatch } from '../../training/task.ts';
import { labelTensors } from '../classification/batch.ts';

export interface EncodedImage {
  readonly pixels: Uint8Array;
  /** Its class' number. */
  readonly label: number;
}

/** Lays images out as `imageClassifierTrainingGraph` describes its inputs; missing ones are all zero. */
export function layImages(
  images: readonly EncodedImage[],
  batch: number,
  geometry: PatchGeometry,
  scale: PixelScale,
  weights: readonly number[],
): PaddedBatch {
  if (images.length > batch) throw new RangeError(`${images.length} images in a batch of ${batch}`);
  const [count, features] = [patchCount(geometry), patchFeatures(geometry)];
  const patches = new Float32Array(count * batch * features);
  images.forEach(({ pixels }, row) => {
    const cut = cutPatches(pixels, geometry, scale);
    for (let patch = 0; patch < count; patch++) {
      patches.set(cut.subarray(patch * features, (patch + 1) * features), (patch * batch + row) * features);
    }
  });
  const { tensors, count: counted } = labelTensors(images, batch, weights);
  return { tensors: { patches, ...tensors }, count: counted };
}
