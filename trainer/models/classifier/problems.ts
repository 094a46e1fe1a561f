/** Settings of a classifier that cannot be, each by the config's key, what was found and what fits. */
import { transformerProblems } from '../transformer/sizes.ts';
import { encodedFeatures } from './encoder.ts';
import type { ImageClassifierArchitecture } from './image-classifier.ts';
import { patchCount, type PatchGeometry } from './patches.ts';
import type { PoolingArchitecture } from './pooling.ts';
import type { TextClassifierArchitecture } from './text-classifier.ts';

/** Without what the corpus decides. */
export type TextClassifierSettings = Omit<TextClassifierArchitecture, 'vocabulary' | 'classes'>;
export type ImageClassifierSettings = Omit<ImageClassifierArchitecture, 'classes' | 'height' | 'width' | 'channels'>;

/** Every patch looks at every other: more of them than these are maps that fill the memory. */
const mostPatches = 1024;

/** @param sequence the longest text there will be, in tokens, where it is known */
export function textClassifierProblems(settings: TextClassifierSettings, sequence?: number): string[] {
  const { embedding, encoder, pooling } = settings;
  const keys = { width: 'embedding', heads: 'encoder.heads', positions: 'encoder.positions', longest: 'encoder.longest' };
  return [
    ...(encoder.kind === 'transformer' ? renamed(transformerProblems({ ...encoder, width: embedding }, sequence), keys) : []),
    ...(encoder.kind === 'none' ? [] : atLeastOne('encoder.layers', encoder.layers)),
    ...poolingProblems(pooling, encodedFeatures(settings)),
  ];
}

/** @param image the size of the images, where it is known */
export function imageClassifierProblems(settings: ImageClassifierSettings, image?: Pick<PatchGeometry, 'height' | 'width'>): string[] {
  const { features, layers, patch, stride, pooling } = settings;
  return [
    ...renamed(transformerProblems({ ...settings, width: features, longest: mostPatches }), { width: 'features' }),
    ...atLeastOne('layers', layers),
    ...atLeastOne('patch', patch),
    ...atLeastOne('stride', stride),
    ...(stride > patch ? [`stride: patches of ${patch} pixels every ${stride} leave pixels out; 1 to ${patch} fit`] : []),
    ...stemProblems(settings),
    ...(image === undefined || patch < 1 || stride < 1 || stride > patch ? [] : coverProblems(settings, image)),
    ...poolingProblems(pooling, features),
  ];
}

/** Of windows that a patch is not made of. */
function stemProblems({ patch, stem }: ImageClassifierSettings): string[] {
  if (stem === undefined) return [];
  const { window: side, step } = stem;
  if (side < 1 || side > patch) return [`stem.window: ${side} pixels of a patch of ${patch}; 1 to ${patch} fit`];
  const covers = (way: number): boolean => (patch - side) % way === 0;
  const fitting = Array.from({ length: side }, (_, index) => index + 1).filter(covers);
  if (fitting.includes(step)) return atLeastOne('stem.features', stem.features);
  return [`stem.step: windows of ${side} pixels every ${step} do not cover a patch of ${patch} exactly; ${listed(fitting)} ${fitting.length === 1 ? 'does' : 'do'}`];
}

/** Of patches that the image is not made of. */
function coverProblems({ patch, stride }: ImageClassifierSettings, { height, width }: Pick<PatchGeometry, 'height' | 'width'>): string[] {
  const shortest = Math.min(height, width);
  if (patch > shortest) return [`patch: ${patch} pixels are more than an image of ${width} × ${height} has; 1 to ${shortest} fit`];
  const covers = (step: number): boolean => (height - patch) % step === 0 && (width - patch) % step === 0;
  if (!covers(stride)) {
    const fitting = Array.from({ length: patch }, (_, index) => index + 1).filter(covers);
    return [`stride: patches of ${patch} pixels every ${stride} do not cover ${width} × ${height} pixels exactly; ${listed(fitting)} ${fitting.length === 1 ? 'does' : 'do'}`];
  }
  const count = patchCount({ height, width, channels: 1, patch, stride });
  if (count <= mostPatches) return [];
  return [`stride: patches of ${patch} pixels every ${stride} are ${count} of an image of ${width} × ${height}; ${mostPatches} or fewer fit: make them larger or further apart`];
}

function poolingProblems(pooling: PoolingArchitecture, features: number): string[] {
  switch (pooling.kind) {
    case 'mean':
      return [];
    case 'additive':
      return atLeastOne('pooling.width', pooling.width);
    case 'self-attentive':
      return [
        ...atLeastOne('pooling.width', pooling.width),
        ...atLeastOne('pooling.hops', pooling.hops),
        ...(pooling.penalty < 0 ? [`pooling.penalty: ${pooling.penalty} would reward hops that look at the same; 0 or more fits`] : []),
      ];
    case 'multi-head': {
      const { heads } = pooling;
      if (heads < 1) return atLeastOne('pooling.heads', heads);
      const fitting = Array.from({ length: Math.min(features, 64) }, (_, index) => index + 1).filter(count => features % count === 0);
      return features % heads === 0 ? [] : [`pooling.heads: ${heads} heads cannot share ${features} features evenly; ${listed(fitting)} can`];
    }
  }
}

function atLeastOne(key: string, found: number): string[] {
  return found < 1 ? [`${key}: ${found} is none at all; 1 or more fits`] : [];
}

/** Problems by the keys that they have here. */
function renamed(problems: readonly string[], keys: Readonly<Record<string, string>>): string[] {
  return problems.map(problem => problem.replace(/^\w+/, key => keys[key] ?? key));
}

/** As a sentence lists them: "1, 2, 4 or 8". */
function listed(numbers: readonly number[]): string {
  return numbers.length < 2 ? numbers.join('') : `${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1)}`;
}
