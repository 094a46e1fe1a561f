/** Checkpoints for the page's tests: the shape of real ones, told as the worker tells them. */
import type { CheckpointComparison, CheckpointSummary, TapInfo, TensorInfo, TensorStatistics, TextAttention } from '../../protocol/checkpoint.ts';
import type { Token } from '../../protocol/trace.ts';
import { wordsIn } from './sample.ts';

const widths: Readonly<Record<string, number>> = { float32: 4, float16: 2, int64: 8, int8: 1 };

export function tensor(name: string, shape: readonly number[], dtype = 'float32'): TensorInfo {
  return { name, dtype, shape, bytes: (widths[dtype] ?? 4) * shape.reduce((product, length) => product * length, 1) };
}

/** The tensors of a BERT of so many layers. */
export function bertTensors(layers: number, width = 384): TensorInfo[] {
  const linear = (name: string, rows: number, columns: number): TensorInfo[] => [tensor(`${name}.weight`, [rows, columns]), tensor(`${name}.bias`, [rows])];
  const norm = (name: string): TensorInfo[] => [tensor(`${name}.weight`, [width]), tensor(`${name}.bias`, [width])];
  return [
    tensor('embeddings.position_ids', [1, 512], 'int64'),
    tensor('embeddings.word_embeddings.weight', [30522, width]),
    tensor('embeddings.position_embeddings.weight', [512, width]),
    tensor('embeddings.token_type_embeddings.weight', [2, width]),
    ...norm('embeddings.LayerNorm'),
    ...Array.from({ length: layers }, (_, layer) => [
      ...['query', 'key', 'value'].flatMap(part => linear(`encoder.layer.${layer}.attention.self.${part}`, width, width)),
      ...linear(`encoder.layer.${layer}.attention.output.dense`, width, width),
      ...norm(`encoder.layer.${layer}.attention.output.LayerNorm`),
      ...linear(`encoder.layer.${layer}.intermediate.dense`, 4 * width, width),
      ...linear(`encoder.layer.${layer}.output.dense`, width, 4 * width),
      ...norm(`encoder.layer.${layer}.output.LayerNorm`),
    ]).flat(),
    ...linear('pooler.dense', width, width),
  ];
}

export function summaryOf(tensors: readonly TensorInfo[], more: Partial<CheckpointSummary> = {}): CheckpointSummary {
  const dtypes = [...new Set(tensors.map(({ dtype }) => dtype))];
  const elements = ({ shape }: TensorInfo): number => shape.reduce((product, length) => product * length, 1);
  return {
    path: '/models/model.safetensors', format: 'safetensors', bytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    facts: [], inputs: [], outputs: [],
    parameters: dtypes.map(dtype => {
      const of = tensors.filter(one => one.dtype === dtype);
      return { dtype, tensors: of.length, elements: of.reduce((sum, one) => sum + elements(one), 0), bytes: of.reduce((sum, one) => sum + one.bytes, 0) };
    }),
    tensors, unlisted: 0, taps: [], untapped: [], tasks: [], isTrace: false, warnings: [], ...more,
  };
}

const taps = (kind: TapInfo['kind'], layers: number, operator: string): TapInfo[] =>
  Array.from({ length: layers }, (_, layer) => ({ name: `${kind}.${layer}`, layer, heads: 12, kind, operator }));

/** A sentence encoder, as Optimum exports it: a graph with attention. */
export const minilm = summaryOf(bertTensors(6), {
  path: '/models/all-MiniLM-L6-v2/onnx/model.onnx',
  format: 'ONNX',
  facts: [
    { label: 'Producer', value: 'pytorch 2.1.0' }, { label: 'Operator set', value: 'ai.onnx 14' }, { label: 'IR version', value: '7' },
    { label: 'Architecture', value: 'BertModel, 6 layers × 12 heads, width 384' }, { label: 'Tokenizer', value: 'WordPiece, 30,522 tokens' },
  ],
  inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map(name => ({ name, dtype: 'int64', shape: ['batch', 'sequence'] })),
  outputs: [{ name: 'last_hidden_state', dtype: 'float32', shape: ['batch', 'sequence', 384] }],
  taps: taps('encoder', 6, 'Softmax'),
  tasks: ['attention'],
});

/** A translator of which one attention is fused so that nothing can be read of it. */
export const marian = summaryOf(bertTensors(2), {
  path: '/models/opus-mt-en-de', format: 'Hugging Face folder',
  taps: [...taps('encoder', 6, 'Softmax'), ...taps('decoder', 6, 'com.microsoft.MultiHeadAttention'), ...taps('cross', 6, 'Softmax')],
  untapped: [{ operator: 'com.microsoft.SparseAttention', node: '/decoder/layers.0/self_attn/SparseAttention', why: 'Its scores are never computed as a whole: it looks at blocks of keys only.' }],
  tasks: ['translation', 'attention'],
});

export function statisticsOf(elements: number): TensorStatistics {
  const bins = 64;
  const histogram = Array.from({ length: bins }, (_, bin) => Math.round(elements * 0.05 * Math.exp(-(((bin - 30) / 8) ** 2))));
  return { elements, minimum: -0.5213, maximum: 0.6022, mean: -0.00031, deviation: 0.0428, zeros: 12, nans: 0, infinities: 0, histogram };
}

export const fineTuned: CheckpointComparison = {
  changed: bertTensors(6).filter(({ name }) => name.includes('layer')).map(({ name }, index) => ({
    name, largest: 0.2 / (1 + index), mean: 0.01 / (1 + index), relative: 0.34 * 0.94 ** index,
  })),
  equal: 7,
  added: [tensor('classifier.weight', [2, 384]), tensor('classifier.bias', [2])],
  missing: [tensor('pooler.dense.weight', [384, 384])],
  incomparable: [{ name: 'embeddings.word_embeddings.weight', why: '30522 × 384 here, 30524 × 384 there' }],
};

const text = 'Time flies like an arrow, and fruit flies like a banana.';

/** A text that looks at itself: each word mostly at its like, and at the first token as such models do. */
export function attentionOver(of: string = text, layer = 0, head: number | 'mean' = 'mean'): TextAttention {
  const words = wordsIn(of);
  const tokens: Token[] = [
    { text: '[CLS]', start: 0, end: 0 }, ...words.map(({ start, end }) => ({ text: of.slice(start, end), start, end })), { text: '[SEP]', start: of.length, end: of.length },
  ];
  const turn = head === 'mean' ? 0 : head + 1;
  const weights = tokens.flatMap((query, row) => {
    const scores = tokens.map((key, column) => Math.exp(
      (key.text === query.text ? 2.2 : 0) + 1.6 * Math.exp(-Math.abs(row - column + (turn % 3) - 1)) + (column === 0 ? 1.2 : 0) + 0.3 * Math.sin(3 * column + layer + turn)));
    const total = scores.reduce((sum, score) => sum + score, 0);
    return scores.map(score => score / total);
  });
  return {
    model: 'all-MiniLM-L6-v2', source: { text: of, tokens, words }, map: { kind: 'encoder', layer, head },
    layers: Array.from({ length: 6 }, (_, index) => ({ kind: 'encoder', layer: index, heads: 12 })),
    queries: 'source', keys: 'source', weights, warnings: [],
  };
}
