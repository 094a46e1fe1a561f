/** Means and maxima over time or space. */
import * as z from 'zod';
import { cast, div, only, where } from '../../graph/operators/elementwise.ts';
import { largest, mean, sum } from '../../graph/operators/reduce.ts';
import { unsqueeze } from '../../graph/operators/shape.ts';
import { inputOfRank, type LayerBuilder, settings } from '../call.ts';
import { maskOf } from '../masks.ts';
import { dataFormat, each, flag, size } from '../schema.ts';
import { channelsFirst, channelsLast } from './channels.ts';

const globalSchema = z.looseObject({ data_format: dataFormat, keepdims: flag(false) });

/** @param axes of time or space */
export const globalPooling = (kind: 'average' | 'max', axes: 1 | 2): LayerBuilder => call => {
  const { data_format, keepdims } = settings(call, globalSchema);
  const input = inputOfRank(call, axes + 2);
  const x = call.build.numbers(input.value);
  const over = Array.from({ length: axes }, (_, axis) => axis + (data_format === 'channels_last' ? 1 : 2));
  const options = { keepAxes: keepdims };
  const mask = kind === 'average' && axes === 1 ? maskOf(call) : undefined;
  if (mask === undefined) return [{ value: (kind === 'max' ? largest : mean)(x, over, options) }];
  // Only what is no padding is counted.
  const seen = unsqueeze(mask, data_format === 'channels_last' ? 2 : 1);
  return [{ value: div(sum(where(seen, x, 0), over, options), sum(cast(seen, 'float32'), over, options)) }];
};

/** @param axes of time or space */
export const pooling = (kind: 'average' | 'max', axes: 1 | 2): LayerBuilder => call => {
  const schema = z.looseObject({
    pool_size: each(size, axes, 2),
    // As far as the window reaches where it is not said.
    strides: each(size, axes).nullish(),
    padding: z.enum(['valid', 'same']).nullish(),
    data_format: dataFormat,
  });
  const config = settings(call, schema);
  const x = channelsFirst(call.build.numbers(inputOfRank(call, axes + 2).value), config.data_format);
  const window = { kernel_shape: config.pool_size, strides: config.strides ?? config.pool_size, ...(config.padding === 'same' ? { auto_pad: 'SAME_UPPER' as const } : {}) };
  const pooled = only(kind === 'max' ? x.graph.node('MaxPool', [x], window) : x.graph.node('AveragePool', [x], window));
  return [{ value: channelsLast(pooled, config.data_format) }];
};
