/** LayerNormalization, and BatchNormalization as it is once a model is trained. */
import * as z from 'zod';
import { add, div, mul, sqrt, sub } from '../../graph/operators/elementwise.ts';
import { layerNormalization } from '../../graph/operators/normalize.ts';
import { mean } from '../../graph/operators/reduce.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import { inputOf, type LayerBuilder, refused, settings, unsupported, weight } from '../call.ts';
import { axis, flag, real } from '../schema.ts';
import type { StoredWeight } from '../weights.ts';

const schema = z.looseObject({
  axis: z.union([axis.transform(one => [one]), z.array(axis).min(1)]).nullish().transform(value => value ?? [-1]),
  epsilon: real(1e-3),
  center: flag(true),
  scale: flag(true),
  rms_scaling: flag(false),
});

/** Gains and biases that the file leaves out are made here. */
const mostFeatures = 1 << 24;

export const layerNormalizing: LayerBuilder = call => {
  const config = settings(call, schema);
  if (config.rms_scaling) throw unsupported(call, '"rms_scaling"', 'mean and deviation');
  const { value, mask } = inputOf(call);
  const x = call.build.numbers(value);
  const axes = config.axis.map(place => (place < 0 ? place + x.rank : place)).sort((a, b) => a - b);
  if (axes.some((place, index) => place < 1 || place >= x.rank || place === axes[index - 1])) throw refused(call, `it normalizes over the axes ${config.axis.join(', ')} of [${x.shape.join(', ')}]`, 'axes behind the batch\'s');
  const lengths = axes.map(place => lengthOf(x, place));
  const gain = config.scale ? weight(call, 'gamma', 0, lengths) : undefined;
  const bias = config.center ? weight(call, 'beta', config.scale ? 1 : 0, lengths) : undefined;
  const { build } = call;
  if (axes.length === 1 && axes[0] === x.rank - 1) {
    const [length = 0] = lengths;
    if (length > mostFeatures) throw refused(call, `it normalizes ${length} features`, `at most ${mostFeatures}`);
    const filled = (number: number): Value => build.graph.constant('float32', [length], new Float32Array(length).fill(number));
    const [g, b] = [gain === undefined ? filled(1) : build.constant(gain), bias === undefined ? filled(0) : build.constant(bias)];
    return [{ value: layerNormalization(x, g, b, config.epsilon), mask }];
  }
  const spread = x.shape.map((_, place) => lengths[axes.indexOf(place)] ?? 1);
  const along = (stored: StoredWeight): Value => build.stored(stored, 'spread', spread, () => stored.data);
  const centred = sub(x, mean(x, axes));
  const normal = div(centred, sqrt(add(mean(mul(centred, centred), axes), config.epsilon)));
  const scaled = gain === undefined ? normal : mul(normal, along(gain));
  return [{ value: bias === undefined ? scaled : add(scaled, along(bias)), mask }];
};

export const batchNormalizing: LayerBuilder = call => {
  const config = settings(call, schema);
  const { value, mask } = inputOf(call);
  const { build } = call;
  const x = build.numbers(value);
  const [given = -1, ...more] = config.axis;
  const place = given < 0 ? given + x.rank : given;
  if (more.length > 0 || place < 1 || place >= x.rank) throw refused(call, `it normalizes along the axes ${config.axis.join(', ')} of [${x.shape.join(', ')}]`, 'one axis behind the batch\'s');
  const length = lengthOf(x, place);
  const names = [...(config.scale ? ['gamma'] : []), ...(config.center ? ['beta'] : []), 'moving_mean', 'moving_variance'];
  const stored = new Map(names.map((name, index) => [name, weight(call, name, index, [length])]));
  const spread = x.shape.map((_, index) => (index === place ? length : 1));
  const [average, variance] = [stored.get('moving_mean'), stored.get('moving_variance')];
  if (average === undefined || variance === undefined) throw refused(call, 'it has no moving mean', 'one');
  // (x − μ) γ ∕ √(σ² + ε) + β as one product and one sum, its numbers computed in float64.
  const factor = (index: number): number => (stored.get('gamma')?.data[index] ?? 1) / Math.sqrt((variance.data[index] ?? 1) + config.epsilon);
  const scale = build.stored(stored.get('gamma') ?? variance, 'scale', spread, () => Float32Array.from({ length }, (_, index) => factor(index)));
  const shift = build.stored(stored.get('beta') ?? average, 'shift', spread, () =>
    Float32Array.from({ length }, (_, index) => (stored.get('beta')?.data[index] ?? 0) - (average.data[index] ?? 0) * factor(index)),
  );
  return [{ value: add(mul(x, scale), shift), mask }];
};
