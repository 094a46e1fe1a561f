/**
 * Encoder–decoder of attention alone (Vaswani et al. 2017), normalized before each sub-layer and once after the last
 * (Xiong et al. 2020). Source, target and output share one table of embeddings (section 3.4; Press & Wolf 2017).
 */
import type { ParameterSpec } from './parameters.ts';
import { decoderLayerParameters, encoderLayerParameters, type LayerSizes, normParameters } from './transformer-layer.ts';

export interface TransformerTranslatorArchitecture extends LayerSizes {
  readonly kind: 'transformer';
  readonly vocabulary: number;
  readonly heads: number;
  /** Layers of the encoder, and as many of the decoder. */
  readonly layers: number;
}

export const encoderLayerNames = ({ layers }: TransformerTranslatorArchitecture): string[] =>
  Array.from({ length: layers }, (_, layer) => `encoder.${layer}`);

export const decoderLayerNames = ({ layers }: TransformerTranslatorArchitecture): string[] =>
  Array.from({ length: layers }, (_, layer) => `decoder.${layer}`);

export function transformerParameters(architecture: TransformerTranslatorArchitecture): ParameterSpec[] {
  const { vocabulary, width } = architecture;
  return [
    { name: 'embedding', shape: [vocabulary, width], start: { kind: 'normal', deviation: width ** -0.5 } },
    ...encoderLayerNames(architecture).flatMap(name => encoderLayerParameters(name, architecture)),
    ...normParameters('encoder.norm', width),
    ...decoderLayerNames(architecture).flatMap(name => decoderLayerParameters(name, architecture)),
    ...normParameters('decoder.norm', width),
  ];
}
