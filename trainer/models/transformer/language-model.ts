/**
 * A Transformer that continues a text: layers of causal self-attention, as the decoder of a translator without a source
 * (Liu et al. 2018; Radford et al. 2018, section 3.1). Output weights are the embeddings.
 */
import type { MapPlace } from '../map-place.ts';
import type { ParameterSpec } from '../parameters.ts';
import { positionParameters } from './positions.ts';
import type { TransformerSizes } from './sizes.ts';
import { mapsOf, type Stack, stackParameters } from './stack.ts';

export interface TransformerLanguageModelArchitecture extends TransformerSizes {
  readonly kind: 'transformer-language-model';
  readonly vocabulary: number;
  readonly layers: number;
}

export const languageModelStack = ({ layers }: TransformerLanguageModelArchitecture): Stack => ({ name: 'decoder', layers });

export function transformerLanguageModelParameters(architecture: TransformerLanguageModelArchitecture): ParameterSpec[] {
  const { vocabulary, width } = architecture;
  return [
    { name: 'embedding', shape: [vocabulary, width], start: { kind: 'normal', deviation: width ** -0.5 } },
    ...positionParameters('decoder', architecture),
    ...stackParameters(languageModelStack(architecture), architecture),
  ];
}

/** Self-attention of every layer and head. */
export function transformerLanguageModelMaps({ layers, heads }: TransformerLanguageModelArchitecture): MapPlace[] {
  return mapsOf('decoder', layers, heads, 'self_attention');
}
