/**
 * A copy of a graph whose attention does as it is told: between a layer's weights and the values that they weigh stand rows that
 * are pinned, keys that are hidden and heads that are kept or not, which the graph is given as inputs. Whatever only tells the weights tells them pinned,
 * and as they were before a head was silenced.
 */
import type { Edits } from '../../onnx/edits.ts';
import type { NewPort } from '../../onnx/messages.ts';
import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';
import { Appender } from '../../taps/appender.ts';
import { namesIn, unusedPrefix } from '../../taps/expose.ts';
import type { Path, Tap, TapPlace, ValueReading } from '../../taps/tap.ts';
import { steerFused, whyNotFused } from './fused.ts';
import { type Lie, type Rudder, steeredWeights } from './rows.ts';
import type { Uses, ValuePlace } from './uses.ts';

export interface SteeredGraph<Steered> {
  /** The same, read where they are told. */
  readonly taps: readonly Steered[];
  /** What the copy is to be fed besides, by tap. */
  readonly rudders: ReadonlyMap<string, Rudder>;
}

/** What of a tap is needed. */
export type SteerableTap = Pick<Tap, 'name' | 'places'>;

/** @param taps each of which `whyNot` says nothing against */
export function steerGraph<Steered extends SteerableTap>(uses: Uses, edits: Edits, taps: readonly Steered[]): SteeredGraph<Steered> {
  const { model } = uses;
  const prefix = unusedPrefix('attention-scope-steering', namesIn(model));
  const rudders = new Map<string, Rudder>();
  let count = 0;
  const steered = taps.map(tap => {
    const rudder = rudderOf(`${prefix}/${tap.name}`);
    edits.of(model.graph).inputs.push(...portsOf(rudder));
    rudders.set(tap.name, rudder);
    const places = tap.places.map((place): TapPlace => {
      const to = (behind: OnnxNode): Appender => new Appender(edits.of(uses.bodyOf(place.path)), opsetOf(model), `${prefix}/${count++}`, behind);
      const { reading } = place;
      if (reading.from !== 'value') return { ...place, reading: steerFused(to(place.node), place, reading, rudder) };
      return steerValue(to, uses, { ...place, reading }, rudder, edits);
    });
    return { ...tap, places };
  });
  return { taps: steered, rudders };
}

const rudderOf = (name: string): Rudder => ({ heads: `${name}/heads`, keep: `${name}/keep`, queries: `${name}/queries`, pinned: `${name}/pinned`, hidden: `${name}/hidden` });

const portsOf = ({ heads, keep, queries, pinned, hidden }: Rudder): NewPort[] => [
  { name: heads, dtype: 'int64', shape: ['?'] }, { name: keep, dtype: 'float32', shape: ['?'] },
  { name: queries, dtype: 'int64', shape: ['?'] }, { name: pinned, dtype: 'float32', shape: ['?', '?', '?'] },
  { name: hidden, dtype: 'float32', shape: ['?'] },
];

/** One sentence on why a tap cannot be steered; `undefined` where it can. */
export function whyNot(uses: Uses, { places }: SteerableTap): string | undefined {
  const opset = opsetOf(uses.model);
  for (const { path, node, reading } of places) {
    const enclosed = whyNotThere(path);
    if (enclosed !== undefined) return enclosed;
    if (opset < oldest) return `The model is of operator set ${opset}, and it takes one from ${oldest} on.`;
    const why = reading.from === 'value' ? whyNotValue(uses, { path, node, reading }, opset) : whyNotFused(node, reading);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** From here on rows can be taken out of a tensor and put back. */
const oldest = 9;

const opsetOf = ({ opsets }: OnnxModel): number => opsets.get('') ?? 1;

function whyNotThere(path: Path): string | undefined {
  if (path.some(({ form }) => form === 'call')) return 'It stands in a function of the model, which is one and the same wherever it is called.';
  if (path.some(({ form }) => form === 'turns')) return 'It stands in a loop, whose turns would all be changed alike.';
  return undefined;
}

function whyNotValue(uses: Uses, place: ValuePlace, opset: number): string | undefined {
  const value = uses.steerable(place);
  if (value === undefined) return 'Its weights go to the values in more than one way.';
  const readers = uses.readersOf(value);
  if (readers === undefined) return 'Its weights are used outside of the branch in which they are computed.';
  if (readers.length === 0) return 'Nothing in the graph uses its weights.';
  const { dtype, quantised } = place.reading;
  if (dtype === undefined && quantised === undefined && opset < firstCastLike) return 'The graph does not say what type its weights are.';
  return undefined;
}

const firstCastLike = 15;

/** The value keeps its name: whoever made it writes under another, and who goes on computing reads yet another. */
function steerValue(appender: (behind: OnnxNode) => Appender, uses: Uses, place: ValuePlace, rudder: Rudder, edits: Edits): TapPlace {
  const value = uses.steerable(place);
  const producer = value?.producer?.node;
  const readers = value === undefined ? undefined : uses.readersOf(value);
  if (value === undefined || producer === undefined || readers === undefined) throw new RangeError(`${place.reading.value} cannot be steered`);
  const reading = { ...place.reading, value: value.name };
  const to = appender(producer);
  const free = to.name('free');
  const lie = lieOf(to, free, reading);
  const { told, written } = steeredWeights(to, lie.weights, lie.lie, rudder);
  const own = to.edits;
  const rename = (from: string, into: string) => (name: string): string => (name === from ? into : name);
  own.change(producer, { outputs: (own.changed.get(producer)?.outputs ?? producer.outputs).map(rename(value.name, free)) });
  to.add({ name: to.name('told'), operator: 'Identity', inputs: [lie.back(told)], outputs: [value.name] });
  const weighing = lie.back(written);
  for (const { body, node } of readers) {
    const there = edits.of(body);
    there.change(node, { inputs: (there.changed.get(node)?.inputs ?? node.inputs).map(rename(value.name, weighing)) });
  }
  return { ...place, path: value.path, reading: { ...reading, ...lie.lie, value: told, keysLast: true } };
}

interface Lying {
  readonly weights: string;
  readonly lie: Lie;
  /** As they lay. */
  readonly back: (weights: string) => string;
}

/** Weights with keys on their last axis, heads on one, and in float32 where a graph has half precision: ONNX Runtime computes so. */
function lieOf(to: Appender, free: string, reading: ValueReading): Lying {
  const { rank = 4, keysLast, dtype } = reading;
  const half = dtype === 'float16' || dtype === 'bfloat16' ? dtype : undefined;
  const whole = half === undefined ? free : to.cast(free, 'float32');
  const turned = keysLast ? whole : turn(to, whole, rank);
  const weights = rank > 4 ? to.reshape(turned, [0, -1], [rank - 2, rank - 1]) : turned;
  return {
    weights,
    lie: { ...reading, rank: Math.min(rank, 4), dtype: half === undefined ? dtype : 'float32' },
    back: steered => {
      const shaped = weights === turned ? steered : to.node('Reshape', [steered, to.node('Shape', [turned])]);
      const lain = keysLast ? shaped : turn(to, shaped, rank);
      return half === undefined ? lain : to.cast(lain, half);
    },
  };
}

/** Queries and keys change places. */
function turn(to: Appender, weights: string, rank: number): string {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return to.transpose(weights, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}
