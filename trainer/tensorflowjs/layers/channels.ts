import type { Value } from '../../graph/value.ts';
import { transposed } from '../transposed.ts';

export type DataFormat = 'channels_last' | 'channels_first';

/** ONNX has the channels before the axes of time or space, Keras behind them unless it is told otherwise. */
export function channelsFirst(x: Value, format: DataFormat): Value {
  const between = Array.from({ length: x.rank - 2 }, (_, axis) => axis + 1);
  return format === 'channels_first' ? x : transposed(x, [0, x.rank - 1, ...between]);
}

/** The way back. */
export function channelsLast(x: Value, format: DataFormat): Value {
  const between = Array.from({ length: x.rank - 2 }, (_, axis) => axis + 2);
  return format === 'channels_first' ? x : transposed(x, [0, ...between, 1]);
}
