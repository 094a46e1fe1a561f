/**
 * Encoder–decoder with additive attention (Bahdanau, Cho, Bengio 2014): a bidirectional GRU reads the source, a GRU
 * writes the target and, before each word, looks back at the source. The readout is Luong's tanh layer (Luong, Pham,
 * Manning 2015, equation 5) over state, context and previous word; output weights are the target embeddings (Press &
 * Wolf 2017).
 */
import type { ParameterSpec } from './parameters.ts';
import { gruParameters } from './gru.ts';
import { additiveAttentionParameters } from './additive-attention.ts';

export interface GruTranslatorArchitecture {
  readonly kind: 'gru-additive';
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly attention: number;
}

export function translatorParameters(architecture: GruTranslatorArchitecture): ParameterSpec[] {
  const { vocabulary, embedding, hidden, attention } = architecture;
  const memory = 2 * hidden;
  const table = { kind: 'normal', deviation: embedding ** -0.5 } as const;
  return [
    { name: 'source.embedding', shape: [vocabulary, embedding], start: table },
    { name: 'target.embedding', shape: [vocabulary, embedding], start: table },
    ...gruParameters('encoder.forward', embedding, hidden),
    ...gruParameters('encoder.backward', embedding, hidden),
    { name: 'start.weight', shape: [hidden, hidden], start: { kind: 'glorot' } },
    { name: 'start.bias', shape: [hidden], start: { kind: 'zeros' } },
    ...additiveAttentionParameters(hidden, memory, attention),
    ...gruParameters('decoder', embedding, hidden),
    { name: 'decoder.context', shape: [3 * hidden, memory], start: { kind: 'glorot' } },
    { name: 'readout.word', shape: [embedding, embedding], start: { kind: 'glorot' } },
    { name: 'readout.state', shape: [embedding, hidden], start: { kind: 'glorot' } },
    { name: 'readout.context', shape: [embedding, memory], start: { kind: 'glorot' } },
    { name: 'readout.bias', shape: [embedding], start: { kind: 'zeros' } },
    { name: 'output.bias', shape: [vocabulary], start: { kind: 'zeros' } },
  ];
}
