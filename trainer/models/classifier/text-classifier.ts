/** Classifiers of texts: an encoder or none, pooled by attention, and one linear layer. */
import type { MapPlace } from '../map-place.ts';
import type { ParameterSpec } from '../parameters.ts';
import { mapsOf } from '../transformer/stack.ts';
import { encodedFeatures, encoderParameters, type TextEncoderArchitecture } from './encoder.ts';
import { headParameters, poolingMaps } from './head.ts';
import { type PoolingArchitecture, poolingParameters } from './pooling.ts';

export interface TextClassifierArchitecture {
  readonly kind: 'text-classifier';
  readonly vocabulary: number;
  readonly classes: number;
  readonly embedding: number;
  readonly encoder: TextEncoderArchitecture;
  readonly pooling: PoolingArchitecture;
}

export function textClassifierParameters(architecture: TextClassifierArchitecture): ParameterSpec[] {
  const { classes, pooling } = architecture;
  const features = encodedFeatures(architecture);
  return [...encoderParameters(architecture), ...poolingParameters(pooling, features), ...headParameters(classes, pooling, features)];
}

/** Every map there is: what was pooled first, a hop being a head, then the encoder's. */
export function textClassifierMaps({ pooling, encoder }: TextClassifierArchitecture): MapPlace[] {
  const read = encoder.kind === 'transformer' ? mapsOf('encoder', encoder.layers, encoder.heads, 'encoder_attention') : [];
  return [...poolingMaps(pooling), ...read];
}
