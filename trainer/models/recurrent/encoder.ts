/**
 * The encoder: layers of cells over the source, in one direction or in both (Bahdanau et al. 2014, section 3.2), unrolled
 * for training and of symbolic length for decoding.
 */
import { filled } from '../../graph/operators/constants.ts';
import { add, mul, sub } from '../../graph/operators/elementwise.ts';
import { sum } from '../../graph/operators/reduce.ts';
import { chunk, concat, reshape, slice, squeeze, transpose } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import type { ParameterSource } from '../parameters.ts';
import { asState, type CellState, known, layerName, unroll } from './cell.ts';
import { cellOf } from './cells.ts';
import { encoderDirections, memoryFeatures, type RecurrentEncoderArchitecture } from './translator.ts';

/** Applies a dropout mask at a site, or nothing. */
export type Dropout = (site: string, x: Value) => Value;

export interface Encoded {
  /** Annotations `h_j = [→h_j; ←h_j]`, `[batch, source, features]`. */
  readonly annotations: Value;
  /** Of each layer, each direction's state when it has read all of the source. */
  readonly last: readonly (readonly CellState[])[];
}

/**
 * The whole encoder, unrolled.
 * @param words `[source · batch, embedding]`, time-major
 * @param mask `[source · batch, 1]`, 1 on real tokens
 */
export function encode(
  architecture: RecurrentEncoderArchitecture,
  parameters: ParameterSource,
  words: Value,
  mask: Value,
  { batch, source, dropout }: { readonly batch: number; readonly source: number; readonly dropout: Dropout },
): Encoded {
  const { encoder, residual } = architecture;
  const cell = cellOf(architecture.cell);
  const zero = filled(words, [batch, encoder.hidden], 0);
  const start = asState(new Array<Value>(cell.parts).fill(zero));
  const masks = chunk(mask, 0, source);
  const isLast = lazily(() => lastTokens(mask, batch));
  const stack = (parts: readonly Value[]): Value => concat(parts, 0);
  const atLast = (parts: readonly Value[]): Value =>
    sum(reshape(mul(stack(parts), isLast()), [source, batch, encoder.hidden]), [0], { keepAxes: false });

  let x = words;
  const last: CellState[][] = [];
  for (let layer = 0; layer < encoder.layers; layer++) {
    const input = layer === 0 ? x : dropout(layerName('encoder', layer), x);
    const runs = encoderDirections(architecture).map((direction, index) => {
      const reverse = index === 1;
      const states = unroll(cell.layer(parameters, layerName(direction, layer)), input, start, {
        steps: source,
        reverse,
        mask: reverse ? masks : undefined,
      });
      return { states, reverse };
    });
    const output = concat(runs.map(({ states }) => stack(states.map(([hidden]) => hidden))), 1);
    x = residual && layer > 0 ? add(output, x) : output;
    last.push(
      runs.map(({ states, reverse }) =>
        asState(start.map((_, part) => (reverse ? known(states[0]?.[part]) : atLast(states.map(state => known(state[part])))))),
      ),
    );
  }
  const annotations = transpose(reshape(x, [source, batch, memoryFeatures(architecture)]), [1, 0, 2]);
  return { annotations, last };
}

/** `[source · batch, 1]`: 1 on the last real token of each row, 0 elsewhere. */
function lastTokens(mask: Value, batch: number): Value {
  const rows = lengthOf(mask, 0);
  const none = filled(mask, [batch, 1], 0);
  return sub(mask, rows === batch ? none : concat([slice(mask, 0, batch, rows), none], 0));
}

/** The same over one source of symbolic length. @param words `[source, 1, embedding]` */
export function encodeOne(architecture: RecurrentEncoderArchitecture, parameters: ParameterSource, words: Value): Encoded {
  const { encoder, residual } = architecture;
  const cell = cellOf(architecture.cell);
  const features = memoryFeatures(architecture);
  const directions = encoderDirections(architecture);
  let x = words;
  const last: CellState[][] = [];
  for (let layer = 0; layer < encoder.layers; layer++) {
    const { outputs, last: parts } = cell.sequence(parameters, directions.map(direction => layerName(direction, layer)), x);
    const output = reshape(outputs, [-1, 1, features]);
    x = residual && layer > 0 ? add(output, x) : output;
    const byDirection = parts.map(part => (directions.length === 1 ? [part] : chunk(part, 0, directions.length)));
    last.push(directions.map((_, direction) => asState(byDirection.map(part => squeeze(known(part[direction]), 0)))));
  }
  return { annotations: reshape(x, [1, -1, features]), last };
}

/** Computes something when it is first asked for. */
function lazily<T>(compute: () => T): () => T {
  let found: T | undefined;
  return () => (found ??= compute());
}
