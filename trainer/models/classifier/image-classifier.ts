/**
 * Classifiers of images: patches, flattened and projected, are the tokens of a Transformer (Dosovitskiy et al. 2021,
 * section 3.1), or are first read by windows, two convolutions for one (Xiao et al. 2021, section 4). They are pooled by attention where that paper has a class token, so that one map says which of them
 * counted.
 */
import { add, relu } from '../../graph/operators/elementwise.ts';
import { reshape } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import type { MapPlace } from '../map-place.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';
import type { Dropout } from '../transformer/layer.ts';
import { project } from '../transformer/multi-head-attention.ts';
import { positionParameters, positionsOf } from '../transformer/positions.ts';
import type { TransformerSizes } from '../transformer/sizes.ts';
import { encodeSequence, mapsOf, type Stack, stackParameters } from '../transformer/stack.ts';
import { batchFirst } from './encoder.ts';
import { headParameters, poolingMaps } from './head.ts';
import { patchCount, patchFeatures, type PatchGeometry, windowCount, windowFeatures } from './patches.ts';
import { type PoolingArchitecture, poolingParameters } from './pooling.ts';

export interface ImageClassifierArchitecture extends PatchGeometry {
  readonly kind: 'image-classifier';
  readonly classes: number;
  /** Of a patch inside the Transformer, d_model. */
  readonly features: number;
  readonly heads: number;
  readonly inner: number;
  readonly layers: number;
  readonly norm: TransformerSizes['norm'];
  readonly positions: 'learned' | 'sinusoidal';
  readonly pooling: PoolingArchitecture;
}

/** The Transformer's sizes: there are as many positions as patches. */
function sizesOf(architecture: ImageClassifierArchitecture): TransformerSizes {
  const { features, heads, inner, norm, positions } = architecture;
  return { width: features, heads, inner, norm, positions, longest: patchCount(architecture) };
}

const stackOf = ({ layers }: ImageClassifierArchitecture): Stack => ({ name: 'encoder', layers });

export function imageClassifierParameters(architecture: ImageClassifierArchitecture): ParameterSpec[] {
  const { classes, features, pooling, stem } = architecture;
  const sizes = sizesOf(architecture);
  const layer = (name: string, out: number, input: number): ParameterSpec[] => [
    { name, shape: [out, input], start: { kind: 'glorot' } },
    { name: `${name}_bias`, shape: [out], start: { kind: 'zeros' } },
  ];
  return [
    ...(stem === undefined ? [] : layer('stem', stem.features, windowFeatures(architecture))),
    ...layer('patch', features, stem === undefined ? patchFeatures(architecture) : windowCount(architecture) * stem.features),
    ...positionParameters('encoder', sizes),
    ...stackParameters(stackOf(architecture), sizes),
    ...poolingParameters(pooling, features),
    ...headParameters(classes, pooling, features),
  ];
}

/** Every map there is: what was pooled first, a hop being a head, then the encoder's. */
export function imageClassifierMaps({ pooling, layers, heads }: ImageClassifierArchitecture): MapPlace[] {
  return [...poolingMaps(pooling), ...mapsOf('encoder', layers, heads, 'encoder_attention')];
}

export interface EncodedImages {
  /** `[batch, patch, features]` */
  readonly memory: Value;
  /** Of each layer, `[batch, head, patch, patch]`. */
  readonly attention: readonly Value[];
}

/** @param patches `[patches · batch, patchFeatures]`, time-major */
export function encodePatches(
  architecture: ImageClassifierArchitecture,
  parameters: ParameterSource,
  patches: Value,
  batch: number,
  dropout: Dropout,
): EncodedImages {
  const { features, heads, norm } = architecture;
  const count = patchCount(architecture);
  const { added, rotation } = positionsOf(patches.graph, parameters, 'encoder', sizesOf(architecture), { kind: 'first', count });
  const projected = project(parameters, 'patch', readWindows(architecture, parameters, patches));
  const placed = added === undefined ? projected : reshape(add(reshape(projected, [count, batch, features]), added), [count * batch, features]);
  const context = { parameters, norm, dropout, layout: { batch, heads }, rotation };
  const { output, attention } = encodeSequence(context, stackOf(architecture), dropout('patches', placed), undefined);
  return { memory: batchFirst(output, batch), attention };
}

/** What a patch is projected from: its pixels, or the features of its windows beside each other. */
function readWindows(architecture: ImageClassifierArchitecture, parameters: ParameterSource, patches: Value): Value {
  const { stem } = architecture;
  if (stem === undefined) return patches;
  const windows = reshape(patches, [-1, windowFeatures(architecture)]);
  return reshape(relu(project(parameters, 'stem', windows)), [-1, windowCount(architecture) * stem.features]);
}
