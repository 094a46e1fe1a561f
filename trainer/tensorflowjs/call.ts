/** One use of a layer, as what builds the layer sees it. */
import type * as z from 'zod';
import { broken, quoted } from '../formats/broken.ts';
import { shown } from '../formats/json.ts';
import type { Failure } from '../../protocol/failure.ts';
import type { Value } from '../graph/value.ts';
import type { Build } from './build.ts';
import type { LayerSpec } from './topology.ts';
import type { WeightPlace } from './weight-names.ts';
import type { StoredWeight } from './weights.ts';

/** What layers pass to each other. */
export interface KerasTensor {
  /** `[batch, …]` */
  readonly value: Value;
  /** Bool `[batch, time]`: false where there is nothing but padding. */
  readonly mask?: Value | undefined;
}

export type Given =
  | { readonly kind: 'tensor'; readonly tensor: KerasTensor }
  | { readonly kind: 'list'; readonly items: readonly Given[] }
  | { readonly kind: 'constant'; readonly value: unknown };

export interface LayerCall {
  readonly layer: Pick<LayerSpec, 'name' | 'className' | 'config' | 'model' | 'wrapped'>;
  /** Names what the call makes: the layer's name, the models around it before, and behind a colon which call but the first. */
  readonly path: string;
  readonly positional: readonly Given[];
  readonly named: ReadonlyMap<string, Given>;
  readonly place: WeightPlace;
  readonly build: Build;
}

/** What a layer computes, one tensor for each of its outputs. @throws Failure `broken-model` */
export type LayerBuilder = (call: LayerCall) => readonly KerasTensor[];

/** All tensors that are passed by position, lists taken apart. */
export function inputsOf({ positional }: LayerCall): readonly KerasTensor[] {
  return positional.flatMap(tensorsIn);
}

export function tensorsIn(given: Given): readonly KerasTensor[] {
  if (given.kind === 'tensor') return [given.tensor];
  return given.kind === 'list' ? given.items.flatMap(tensorsIn) : [];
}

/** The one tensor that a layer is fed. */
export function inputOf(call: LayerCall): KerasTensor {
  const [input] = inputsOf(call);
  if (input === undefined) throw refused(call, 'it is fed nothing', 'a tensor');
  return input;
}

/** @param rank with the batch's axis counted */
export function inputOfRank(call: LayerCall, rank: number): KerasTensor {
  const input = inputOf(call);
  if (input.value.rank !== rank) throw refused(call, `it is fed [${input.value.shape.join(', ')}]`, `${rank} axes, the batch's counted`);
  return input;
}

/** A tensor that may be passed by name. */
export function namedTensor({ named }: LayerCall, name: string): KerasTensor | undefined {
  const given = named.get(name);
  return given?.kind === 'tensor' ? given.tensor : undefined;
}

/** A switch that is passed with the call. */
export function namedFlag({ named }: LayerCall, name: string): boolean {
  const given = named.get(name);
  return given?.kind === 'constant' && given.value === true;
}

/** A layer's settings. @throws Failure `broken-model`, naming layer and setting */
export function settings<Schema extends z.ZodType>(call: LayerCall, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(call.layer.config, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refused(call, `its setting "${issue?.path.join('.') ?? ''}" is ${shown(issue?.input)}`, (issue?.message ?? 'another').replace(/^Invalid (input|option): expected /, ''));
}

/** What is wrong with a layer. */
export function refused({ layer, build }: Pick<LayerCall, 'layer' | 'build'>, found: string, expected: string, hint?: string): Failure {
  return broken(build.file, `layer ${quoted(layer.name)} (${quoted(layer.className)}): ${found}`, expected, hint);
}

/** What Keras has and this program has not. */
export function unsupported(call: LayerCall, what: string, supported: string): Failure {
  return refused(call, `${what} is not supported`, supported, 'Export the model to ONNX (tf2onnx does), and open that.');
}

/** A weight of the layer, by name and by its number among the layer's weights. @param shape a length of -1 may be any */
export function weight({ place, build }: LayerCall, name: string, index: number, shape: readonly number[]): StoredWeight {
  return build.weights.get(place, { name, index }, shape);
}

/** The same call, seen from a part of the layer that has weights of its own. */
export function partOf(call: LayerCall, part: (segment: string) => boolean, saved: readonly string[]): LayerCall {
  const { layers, parts } = call.place;
  return { ...call, place: { layers, parts: [...parts, part], saved: [...call.place.saved, ...saved] } };
}
