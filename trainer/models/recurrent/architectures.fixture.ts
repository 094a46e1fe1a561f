/** Small translators of every kind, for tests. */
import type { AttentionArchitecture } from '../attention/scores.ts';
import type { RecurrentTranslatorArchitecture } from './translator.ts';

/** Bahdanau's: what the other ones differ from. */
export const bahdanau: RecurrentTranslatorArchitecture = {
  kind: 'recurrent-translator',
  vocabulary: 40,
  embedding: 12,
  cell: 'gru',
  hidden: 16,
  encoder: { hidden: 8, layers: 1, bidirectional: true },
  decoderLayers: 1,
  residual: false,
  attention: { score: 'additive', width: 10 },
  order: 'before',
  inputFeeding: false,
  coverage: 0,
};

/** One of each score, `longest` and `window` small enough to matter. */
export const attentions: readonly AttentionArchitecture[] = [
  { score: 'none' },
  { score: 'additive', width: 10 },
  { score: 'dot' },
  { score: 'general' },
  { score: 'location', longest: 7 },
  { score: 'local-p', window: 2 },
  { score: 'scaled-dot-product', width: 10 },
  { score: 'multi-head', heads: 2, width: 12 },
  { score: 'hard', width: 10, temperature: 0.8 },
];

export interface Variant {
  readonly about: string;
  readonly architecture: RecurrentTranslatorArchitecture;
}

const variant = (about: string, changes: Partial<RecurrentTranslatorArchitecture>): Variant => ({
  about,
  architecture: { ...bahdanau, ...changes },
});

const deep = { encoder: { hidden: 8, layers: 2, bidirectional: true }, decoderLayers: 2, residual: true } as const;
const fed = { order: 'after', inputFeeding: true } as const;

/** Every score with either cell, flat and deep, asked before the step and after it. */
export const everyKind: readonly Variant[] = [
  ...attentions.flatMap(attention => [
    variant(`${attention.score}, GRU, before`, { attention }),
    variant(`${attention.score}, LSTM of two layers, before`, { ...deep, cell: 'lstm', attention }),
    ...(attention.score === 'none'
      ? []
      : [
          variant(`${attention.score}, LSTM, after`, { order: 'after', cell: 'lstm', attention }),
          variant(`${attention.score}, GRU of two layers, after, fed`, { ...deep, ...fed, attention }),
        ]),
  ]),
  variant('coverage, before', { coverage: 1 }),
  variant('coverage, LSTM of two layers, after, fed', { ...deep, ...fed, cell: 'lstm', coverage: 1 }),
  variant('one direction, three layers below one, LSTM', { cell: 'lstm', encoder: { hidden: 8, layers: 3, bidirectional: false } }),
  variant('none, one direction, one layer below three', {
    attention: { score: 'none' },
    encoder: { hidden: 8, layers: 1, bidirectional: false },
    decoderLayers: 3,
  }),
  variant('multi-head of one head', { attention: { score: 'multi-head', heads: 1, width: 12 } }),
];
