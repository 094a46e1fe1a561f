/**
 * Encoder–decoder of attention alone (Vaswani et al. 2017). Source, target and output share one table of embeddings
 * (section 3.4; Press & Wolf 2017).
 */
import type { MapPlace } from '../map-place.ts';
import type { ParameterSpec } from '../parameters.ts';
import { decoderLayerParameters, finalNormParameters } from './layer.ts';
import { positionParameters } from './positions.ts';
import type { TransformerSizes } from './sizes.ts';
import { layerNames, mapsOf, type Stack, stackParameters } from './stack.ts';

export interface TransformerTranslatorArchitecture extends TransformerSizes {
  readonly kind: 'transformer-translator';
  readonly vocabulary: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
}

export const encoderStack = ({ encoderLayers }: TransformerTranslatorArchitecture): Stack => ({ name: 'encoder', layers: encoderLayers });
export const decoderStack = ({ decoderLayers }: TransformerTranslatorArchitecture): Stack => ({ name: 'decoder', layers: decoderLayers });

export function transformerTranslatorParameters(architecture: TransformerTranslatorArchitecture): ParameterSpec[] {
  const { vocabulary, width } = architecture;
  return [
    { name: 'embedding', shape: [vocabulary, width], start: { kind: 'normal', deviation: width ** -0.5 } },
    ...positionParameters('encoder', architecture),
    ...stackParameters(encoderStack(architecture), architecture),
    ...positionParameters('decoder', architecture),
    ...layerNames(decoderStack(architecture)).flatMap(name => decoderLayerParameters(name, architecture)),
    ...finalNormParameters('decoder', architecture),
  ];
}

/** Every map there is: cross-attention first, each kind by layer and head. */
export function transformerTranslatorMaps({ encoderLayers, decoderLayers, heads }: TransformerTranslatorArchitecture): MapPlace[] {
  return [
    ...mapsOf('cross', decoderLayers, heads, 'attention'),
    ...mapsOf('encoder', encoderLayers, heads, 'encoder_attention'),
    ...mapsOf('decoder', decoderLayers, heads, 'self_attention'),
  ];
}
