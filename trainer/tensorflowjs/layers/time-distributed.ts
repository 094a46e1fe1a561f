/** TimeDistributed: a layer at each step of time by itself. */
import * as z from 'zod';
import { reshape } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import { inputOf, type LayerBuilder, type LayerCall, partOf, settings, unsupported } from '../call.ts';
import { maskOf } from '../masks.ts';

const schema = z.looseObject({ layer: z.looseObject({ class_name: z.string(), config: z.record(z.string(), z.unknown()) }) });

/** They look at the last axis only, or at no axis at all: all steps can be done at once. */
const alongFeatures: ReadonlySet<string> = new Set([
  'Dense', 'Activation', 'Dropout', 'ReLU', 'LeakyReLU', 'ELU', 'ThresholdedReLU', 'Rescaling', 'ActivityRegularization', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'Identity',
]);

export const timeDistributed: LayerBuilder = call => {
  const { layer } = settings(call, schema);
  const { value } = inputOf(call);
  const part = partOf(call, () => true, ['layer']);
  const inner: LayerCall = {
    ...part,
    // Its weights stand under the name of this layer, with or without that of the inner one between.
    place: { ...part.place, parts: call.place.parts },
    layer: {
      name: call.layer.name,
      className: layer.class_name,
      config: layer.config,
      ...(call.layer.wrapped === undefined ? {} : { model: call.layer.wrapped }),
    },
    named: new Map(),
  };
  const mask = maskOf(call);
  const run = (x: Value): Value => {
    const [made, ...more] = call.build.layer({ ...inner, positional: [{ kind: 'tensor', tensor: { value: x } }] });
    if (made === undefined || more.length > 0) throw unsupported(call, 'a layer of several outputs', 'a layer of one');
    return made.value;
  };
  if (alongFeatures.has(layer.class_name)) return [{ value: run(value), mask }];
  // Steps become rows of the batch, and rows become steps again.
  const [, steps, ...rest] = value.shape;
  if (typeof steps !== 'number' || rest.some(length => typeof length === 'string')) {
    throw unsupported(call, `a ${layer.class_name} at each of an open number of steps`, `${[...alongFeatures].slice(0, 3).join(', ')} …, or a model with fixed lengths`);
  }
  const rows = run(reshape(value, [-1, ...rest.map(Number)]));
  const made = rows.shape.slice(1).map((length): number => {
    if (typeof length === 'string') throw unsupported(call, `a ${layer.class_name} whose output has an open length`, 'fixed lengths');
    return length;
  });
  return [{ value: reshape(rows, [-1, steps, ...made]), mask }];
};
