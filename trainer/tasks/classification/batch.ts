/** Batches: labelled texts of similar lengths, padded to a bucket's fixed shape. */
import type { Random } from '../../training/random.ts';
import type { PaddedBatch } from '../../training/task.ts';
import type { EncodedExample } from './dataset.ts';
import type { TextShape } from './epoch-plan.ts';

export interface Padding {
  /** The id of the padding token. */
  readonly pad: number;
  /** What an example of each class counts in the loss. */
  readonly weights: readonly number[];
  /** Whether finer labels are learnt too. */
  readonly finer?: boolean | undefined;
  /** Which tokens are hidden, and by which id. */
  readonly hiding?: { readonly mask: number; readonly share: number; readonly random: Random } | undefined;
}

const masked = -1e9;

/** Lays texts out time-major, as `textClassifierTrainingGraph` describes its inputs; missing rows are all padding. */
export function padTexts(examples: readonly EncodedExample[], { batch, source }: TextShape, { pad, weights, finer, hiding }: Padding): PaddedBatch {
  if (examples.length > batch) throw new RangeError(`${examples.length} texts in a batch of ${batch}`);
  const ids = new BigInt64Array(source * batch).fill(BigInt(pad));
  const mask = new Float32Array(source * batch);
  const bias = new Float32Array(batch * source).fill(masked);
  examples.forEach((example, row) => {
    example.ids.forEach((id, time) => {
      const isHidden = hiding !== undefined && hiding.random.uniform() < hiding.share;
      ids[time * batch + row] = BigInt(isHidden ? hiding.mask : id);
      mask[time * batch + row] = 1;
      bias[row * source + time] = 0;
    });
  });
  const { tensors, count } = labelTensors(examples, batch, weights);
  const second = finer === true ? { finer_labels: BigInt64Array.from({ length: batch }, (_, row) => BigInt(examples[row]?.finer ?? 0)) } : {};
  return { tensors: { source: ids, source_mask: mask, source_bias: bias, ...tensors, ...second }, count };
}

/**
 * `labels` and `label_weights` `[batch]`: the weights of the examples' classes, brought to a sum of 1; `count` is what they
 * add up to, by which a batch counts among others.
 */
export function labelTensors(
  examples: readonly { readonly label: number }[],
  batch: number,
  weights: readonly number[],
): { readonly tensors: { readonly labels: BigInt64Array; readonly label_weights: Float32Array }; readonly count: number } {
  const labels = new BigInt64Array(batch);
  const labelWeights = new Float32Array(batch);
  const total = examples.reduce((sum, { label }) => sum + (weights[label] ?? 1), 0);
  examples.forEach(({ label }, row) => {
    labels[row] = BigInt(label);
    labelWeights[row] = (weights[label] ?? 1) / total;
  });
  return { tensors: { labels, label_weights: labelWeights }, count: total };
}
