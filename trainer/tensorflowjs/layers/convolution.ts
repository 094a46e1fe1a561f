/** Conv1D and Conv2D. */
import * as z from 'zod';
import type { SlidingWindow } from '../../graph/attributes.ts';
import { add, only } from '../../graph/operators/elementwise.ts';
import { activate } from '../activations.ts';
import { inputOfRank, type LayerBuilder, type LayerCall, settings, unsupported, weight } from '../call.ts';
import { activation, dataFormat, each, flag, size } from '../schema.ts';
import type { StoredWeight } from '../weights.ts';
import { channelsFirst, channelsLast } from './channels.ts';

type Padding = 'valid' | 'same' | 'causal';

/** @param axes of time or space */
export const convolution = (axes: 1 | 2): LayerBuilder => call => {
  const schema = z.looseObject({
    filters: size,
    kernel_size: each(size, axes),
    strides: each(size, axes, 1),
    dilation_rate: each(size, axes, 1),
    padding: z.enum(['valid', 'same', 'causal']).nullish(),
    groups: z.int().nullish(),
    data_format: dataFormat,
    activation,
    use_bias: flag(true),
  });
  const config = settings(call, schema);
  if ((config.groups ?? 1) !== 1) throw unsupported(call, `${config.groups} groups`, 'filters over all channels');
  const { build } = call;
  const x = channelsFirst(build.numbers(inputOfRank(call, axes + 2).value), config.data_format);
  const channels = x.shape[1];
  const kernel = weight(call, 'kernel', 0, [...config.kernel_size, typeof channels === 'number' ? channels : -1, config.filters]);
  const [inside = 0, filters = 0] = kernel.shape.slice(-2);
  const turned = build.stored(kernel, 'filters first', [filters, inside, ...config.kernel_size], () => filtersFirst(kernel));
  const window = windowOf(call, config.kernel_size, config.strides, config.dilation_rate, config.padding ?? 'valid');
  const made = channelsLast(only(x.graph.node('Conv', [x, turned], window)), config.data_format);
  const bias = config.use_bias ? weight(call, 'bias', 1, [config.filters]) : undefined;
  const shape = config.data_format === 'channels_last' ? [config.filters] : [config.filters, ...config.kernel_size.map(() => 1)];
  const y = bias === undefined ? made : add(made, build.stored(bias, 'of channels', shape, () => bias.data));
  return [{ value: activate(call, config.activation, y) }];
};

function windowOf(call: LayerCall, reach: readonly number[], strides: readonly number[], dilations: readonly number[], padding: Padding): SlidingWindow & { readonly dilations: readonly number[] } {
  const added = reach.map((length, axis) => (length - 1) * (dilations[axis] ?? 1));
  if (padding === 'valid') return { strides, dilations };
  if (padding === 'causal') return { strides, dilations, pads: [...added, ...added.map(() => 0)] };
  if (strides.every(stride => stride === 1)) {
    const before = added.map(all => Math.floor(all / 2));
    return { strides, dilations, pads: [...before, ...added.map((all, axis) => all - (before[axis] ?? 0))] };
  }
  if (dilations.some(dilation => dilation !== 1)) throw unsupported(call, 'a dilation together with strides', 'one of them');
  return { strides, dilations, auto_pad: 'SAME_UPPER' };
}

/** `[…, in, out]` → `[out, in, …]` */
function filtersFirst({ shape, data }: StoredWeight): Float32Array {
  const [inside = 0, filters = 0] = shape.slice(-2);
  const places = data.length / Math.max(1, inside * filters);
  const turned = new Float32Array(data.length);
  for (let place = 0; place < places; place++) {
    for (let channel = 0; channel < inside; channel++) {
      for (let filter = 0; filter < filters; filter++) {
        turned[(filter * inside + channel) * places + place] = data[(place * inside + channel) * filters + filter] ?? 0;
      }
    }
  }
  return turned;
}
