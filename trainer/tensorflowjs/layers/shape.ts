/** Layers that only lay their input out anew, repeat it or put zeros around it; and Masking. */
import * as z from 'zod';
import { cast, equal, mul, not } from '../../graph/operators/elementwise.ts';
import { largest } from '../../graph/operators/reduce.ts';
import { expand, padWithZeros, reshape, squeeze, unsqueeze } from '../../graph/operators/shape.ts';
import { inputOf, inputOfRank, type LayerBuilder, refused, settings } from '../call.ts';
import { dataFormat, real, size } from '../schema.ts';
import { transposed } from '../transposed.ts';

export const flatten: LayerBuilder = call => {
  const { data_format } = settings(call, z.looseObject({ data_format: dataFormat }));
  const { value } = inputOf(call);
  const axes = Array.from({ length: value.rank }, (_, axis) => axis);
  const last = data_format === 'channels_first' && value.rank > 2 ? transposed(value, [0, ...axes.slice(2), 1]) : value;
  return [{ value: last.rank === 1 ? unsqueeze(last, 1) : reshape(last, [0, -1]) }];
};

const length = z.union([z.int().min(-1).max(1 << 30), z.null()]).transform(value => value ?? -1);

export const reshaping: LayerBuilder = call => {
  const { target_shape } = settings(call, z.looseObject({ target_shape: z.array(length).max(16) }));
  if (target_shape.filter(each => each === -1).length > 1) throw refused(call, `its target_shape is [${target_shape.join(', ')}]`, 'at most one open length');
  if (target_shape.includes(0)) throw refused(call, `its target_shape is [${target_shape.join(', ')}]`, 'lengths above 0');
  return [{ value: reshape(inputOf(call).value, [0, ...target_shape]) }];
};

export const permuting: LayerBuilder = call => {
  const { dims } = settings(call, z.looseObject({ dims: z.array(size).max(16) }));
  const { value } = inputOf(call);
  if (dims.length !== value.rank - 1 || new Set(dims).size !== dims.length || dims.some(dim => dim >= value.rank)) {
    throw refused(call, `its dims are [${dims.join(', ')}] of [${value.shape.join(', ')}]`, 'each axis behind the batch\'s once');
  }
  return [{ value: transposed(value, [0, ...dims]) }];
};

export const repeating: LayerBuilder = call => {
  const { n } = settings(call, z.looseObject({ n: size }));
  return [{ value: expand(unsqueeze(inputOfRank(call, 2).value, 1), [1, n, 1]) }];
};

export const masking: LayerBuilder = call => {
  const { mask_value } = settings(call, z.looseObject({ mask_value: real(0) }));
  const x = call.build.numbers(inputOf(call).value);
  const differs = cast(not(equal(x, mask_value)), 'float32');
  const any = largest(differs, [x.rank - 1]);
  return [{ value: mul(x, any), mask: not(equal(squeeze(any, x.rank - 1), 0)) }];
};

const amount = z.int().min(0).max(1 << 20);
const both = z.union([amount.transform(one => [one, one]), z.array(amount).length(2)]);
const around = z.union([amount.transform(one => [[one, one], [one, one]]), z.array(both).length(2)]);

/** @param axes how many axes get zeros */
export const zeroPadding = (axes: 1 | 2): LayerBuilder => call => {
  const padding = axes === 1 ? both.transform(one => [one]) : around;
  const { padding: zeros, data_format } = settings(call, z.looseObject({ padding, data_format: dataFormat }));
  const x = call.build.numbers(inputOfRank(call, axes + 2).value);
  const spread = (index: 0 | 1): number[] => {
    const amounts = zeros.map(pair => pair[index] ?? 0);
    return data_format === 'channels_last' ? [0, ...amounts, 0] : [0, 0, ...amounts];
  };
  return [{ value: padWithZeros(x, spread(0), spread(1)) }];
};
