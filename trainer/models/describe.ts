/** An architecture in words, as a model's card tells it. */
import type { AttentionArchitecture } from './attention/scores.ts';
import type { TranslatorArchitecture } from './model.ts';
import type { RecurrentTranslatorArchitecture } from './recurrent/translator.ts';
import type { TransformerTranslatorArchitecture } from './transformer/translator.ts';

export function describeTranslator(architecture: TranslatorArchitecture): string {
  const { vocabulary } = architecture;
  const table = `One byte-pair vocabulary of ${vocabulary} for both sides, target embeddings tied to the output.`;
  return architecture.kind === 'recurrent-translator'
    ? `${describeRecurrent(architecture)} ${table}`
    : `${describeTransformer(architecture)} ${table}`;
}

function describeRecurrent({ cell, embedding, hidden, encoder, decoderLayers, attention, order, inputFeeding, coverage }: RecurrentTranslatorArchitecture): string {
  const name = cell.toUpperCase();
  const direction = encoder.bidirectional ? 'bidirectional' : 'unidirectional';
  const extras = [
    ...(attention.score === 'none' ? [] : [order === 'before' ? 'asked before each step' : 'asked after each step']),
    ...(inputFeeding ? ['input feeding'] : []),
    ...(coverage > 0 ? [`coverage (weight ${coverage}; See et al. 2017)`] : []),
  ];
  return (
    `A ${direction} ${name} encoder of ${layers(encoder.layers)} and a ${name} decoder of ${layers(decoderLayers)} with ` +
    `${describeAttention(attention)}${extras.map(extra => `, ${extra}`).join('')}. Embeddings of ${embedding}, states of ${hidden} ` +
    `(encoder: ${encoder.hidden} a direction).`
  );
}

function describeTransformer(sizes: TransformerTranslatorArchitecture): string {
  const { width, heads, inner, encoderLayers, decoderLayers, norm, positions } = sizes;
  return (
    `A Transformer (Vaswani et al. 2017) of ${layers(encoderLayers)} of encoder and ${layers(decoderLayers)} of decoder, ` +
    `${heads} heads each, width ${width}, ${inner} inside the feed-forward layers, normalized ${norm === 'pre' ? 'before' : 'after'} each ` +
    `sub-layer, ${positions} positions.`
  );
}

const layers = (count: number): string => (count === 1 ? 'one layer' : `${count} layers`);

export function describeAttention(attention: AttentionArchitecture): string {
  switch (attention.score) {
    case 'none':
      return 'no attention: a context of fixed length (Cho et al. 2014)';
    case 'additive':
      return `additive attention of ${attention.width} (Bahdanau, Cho, Bengio 2014)`;
    case 'dot':
      return 'dot attention (Luong, Pham, Manning 2015)';
    case 'general':
      return 'general attention (Luong, Pham, Manning 2015)';
    case 'location':
      return `location-based attention over ${attention.longest} places (Luong, Pham, Manning 2015)`;
    case 'local-p':
      return `local attention in a window of ±${attention.window} around a predicted place (local-p; Luong, Pham, Manning 2015)`;
    case 'scaled-dot-product':
      return `scaled dot-product attention of ${attention.width} (Vaswani et al. 2017)`;
    case 'multi-head':
      return `multi-head attention of ${attention.heads} heads, ${attention.width} wide (Vaswani et al. 2017)`;
    case 'hard':
      return `hard attention of ${attention.width}, one place a step, learnt by straight-through Gumbel softmax (Jang, Gu, Poole 2017)`;
  }
}
