/**
 * Rotary positions (Su et al. 2021, section 3.2.2): pairs of a head's features are turned by an angle that grows with the
 * position, each pair at a frequency of its own. Scaled, they reach over longer texts than those that were trained on.
 */
import * as z from 'zod';
import { add, cast, cos, mul, sin, sub } from '../graph/operators/elementwise.ts';
import { chunk, concat, reshape } from '../graph/operators/shape.ts';
import { lengthOf, type Value } from '../graph/value.ts';
import type { ArchitectureOf } from '../huggingface/architectures.ts';
import type { CommonConfig } from '../huggingface/config.ts';
import { check, maybe, or } from '../huggingface/json.ts';
import { unbuildable } from './weights.ts';

export interface Frequencies {
  /** Radians a position, one for each pair of features. */
  readonly radians: Float32Array;
  /** What queries and keys are multiplied by besides. */
  readonly scale: number;
}

/** Which features are a pair: i and i + width/2, as transformers has it, or neighbours, as in the paper and in llama2.c. */
export type PairForm = 'halves' | 'neighbours';

const yarnSchema = z.looseObject({
  attention_factor: maybe(z.number().positive()),
  beta_fast: or(z.number().positive(), 32),
  beta_slow: or(z.number().positive(), 1),
  mscale: maybe(z.number()),
  mscale_all_dim: maybe(z.number()),
  truncate: or(z.boolean(), true),
});

/** What else a config says of rotary positions. */
const restSchema = z.looseObject({
  partial_rotary_factor: or(z.number(), 1),
  rope_scaling: maybe(yarnSchema),
  rope_parameters: maybe(yarnSchema),
});

type LlamaArchitecture = ArchitectureOf<'llama'>;

/** @throws Failure `broken-model` where the positions are of a kind that nothing here computes */
export function frequenciesOf(
  { rope, headSize, maxPositions }: LlamaArchitecture,
  { file, json }: Pick<CommonConfig, 'file' | 'json'>,
): Frequencies {
  const rest = check(restSchema, json, file);
  if (rest.partial_rotary_factor !== 1) throw unbuildable(file, `partial_rotary_factor is ${rest.partial_rotary_factor}`, '1');
  if (headSize % 2 !== 0) throw unbuildable(file, `a head has ${headSize} features`, 'pairs of them');
  const plain = Array.from({ length: headSize / 2 }, (_, pair) => rope.theta ** (-2 * pair / headSize));
  const needed = (value: number | undefined, name: string): number => {
    if (value === undefined) throw unbuildable(file, `rotary positions of kind "${rope.kind}" have no "${name}"`, 'a number');
    return value;
  };
  const of = (radians: readonly number[], scale = 1): Frequencies => ({ radians: Float32Array.from(radians), scale });
  switch (rope.kind) {
    case 'default':
    // Scaled only once a text is longer than what the model was trained on, which is as much as it is given here.
    case 'dynamic':
      return of(plain);
    case 'linear': {
      const factor = needed(rope.factor, 'factor');
      return of(plain.map(radians => radians / factor));
    }
    case 'llama3': {
      const factor = needed(rope.factor, 'factor');
      const low = needed(rope.lowFrequencyFactor, 'low_freq_factor');
      const high = needed(rope.highFrequencyFactor, 'high_freq_factor');
      const trained = needed(rope.originalMaxPositions, 'original_max_position_embeddings');
      return of(plain.map(radians => llama3(radians, { factor, low, high, trained })));
    }
    case 'yarn': {
      const factor = needed(rope.factor, 'factor');
      const options = rest.rope_parameters ?? rest.rope_scaling ?? check(yarnSchema, {}, file);
      const range = { theta: rope.theta, trained: rope.originalMaxPositions ?? maxPositions, width: headSize };
      return of(yarn(plain, factor, range, options), yarnScale(factor, options));
    }
    default:
      throw unbuildable(file, `rotary positions are of kind "${rope.kind}"`, '"default", "linear", "dynamic", "llama3" or "yarn"');
  }
}

interface Llama3Scaling {
  readonly factor: number;
  /** Turns over a text of the length `trained`. */
  readonly low: number;
  readonly high: number;
  readonly trained: number;
}

/** Low frequencies are slowed down, high ones kept, those between mixed (transformers, `_compute_llama3_parameters`). */
function llama3(radians: number, { factor, low, high, trained }: Llama3Scaling): number {
  const turns = (trained * radians) / (2 * Math.PI);
  if (turns < low) return radians / factor;
  if (turns > high) return radians;
  const kept = (turns - low) / (high - low);
  return ((1 - kept) * radians) / factor + kept * radians;
}

type YarnOptions = z.output<typeof yarnSchema>;

/** NTK-by-parts (Peng et al. 2023, section 3.2), as transformers' `_compute_yarn_parameters` has it: by the pair's number. */
function yarn(
  plain: readonly number[],
  factor: number,
  { theta, trained, width }: { readonly theta: number; readonly trained: number; readonly width: number },
  { beta_fast: fast, beta_slow: slow, truncate }: YarnOptions,
): number[] {
  const pairOf = (turns: number): number => (width * Math.log(trained / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [first, last] = truncate ? [Math.floor(pairOf(fast)), Math.ceil(pairOf(slow))] : [pairOf(fast), pairOf(slow)];
  const [from, to] = [Math.max(first, 0), Math.min(last, width - 1)];
  return plain.map((radians, pair) => {
    const slowed = Math.min(1, Math.max(0, (pair - from) / (to === from ? 0.001 : to - from)));
    return (radians / factor) * slowed + radians * (1 - slowed);
  });
}

/** The same, section 3.4 (equation 22), where the config says nothing else. */
function yarnScale(factor: number, { attention_factor: given, mscale, mscale_all_dim: all }: YarnOptions): number {
  const scale = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  return given ?? (mscale !== undefined && all !== undefined && mscale !== 0 && all !== 0 ? scale(mscale) / scale(all) : scale(1));
}

/** `[batch, 1, sequence, pairs]` each. */
export interface Rotation {
  readonly cosine: Value;
  readonly sine: Value;
  readonly form: PairForm;
}

/** @param positions int64 `[batch, sequence]` */
export function rotationAt(positions: Value, { radians, scale }: Frequencies, form: PairForm): Rotation {
  const { graph } = positions;
  const places = reshape(cast(positions, 'float32'), [0, 1, -1, 1]);
  const angles = mul(places, graph.constant('float32', [1, 1, 1, radians.length], radians));
  const scaled = (x: Value): Value => (scale === 1 ? x : mul(x, scale));
  return { cosine: scaled(cos(angles)), sine: scaled(sin(angles)), form };
}

/** Turns queries or keys, `[batch, head, sequence, width]`. */
export function rotate(x: Value, { cosine, sine, form }: Rotation): Value {
  const width = lengthOf(x, 3);
  if (form === 'halves') return concat(turned(chunk(x, 3, 2), cosine, sine), 3);
  const pairs = reshape(x, [0, 0, 0, width / 2, 2]);
  const beside = (values: Value): Value => reshape(values, [0, 0, 0, width / 2, 1]);
  return reshape(concat(turned(chunk(pairs, 4, 2), beside(cosine), beside(sine)), 4), [0, 0, 0, width]);
}

/** (a, b) → (a cos − b sin, b cos + a sin) */
function turned([a, b]: readonly Value[], cosine: Value, sine: Value): [Value, Value] {
  if (a === undefined || b === undefined) throw new Error('a pair is two');
  return [sub(mul(a, cosine), mul(b, sine)), add(mul(b, cosine), mul(a, sine))];
}
