/** Runs a model with its attention steered, for tests. */
import { loadRuntime } from '../../engine/runtime.ts';
import { Session, type Tensor, type Tensors } from '../../engine/session.ts';
import { Edits } from '../../onnx/edits.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { splice } from '../../onnx/splice.ts';
import { expose } from '../../taps/expose.ts';
import { findTaps } from '../../taps/find.ts';
import type { Tap } from '../../taps/tap.ts';
import { freeFeeds, steeredFeeds } from '../feeds.ts';
import { LayerSteering } from '../layer-steering.ts';
import type { Rudder } from './rows.ts';
import { steerGraph, whyNot } from './steer-graph.ts';
import { Uses } from './uses.ts';

/** What a tap is fed; what is left out is free. */
export interface Told {
  readonly silent?: readonly number[];
  /** Keys that no query looks at. */
  readonly hidden?: readonly number[];
  /** Weights by head and query: below 0 they are free. */
  readonly rows?: readonly { readonly head: number; readonly query: number; readonly weights: readonly number[] }[];
}

export interface SteeredModel {
  readonly taps: readonly Tap[];
  /**
   * Runs it; taps that are not told anything are free.
   * @param heads how many there are, where the graph does not say
   * @returns its outputs, and maps by tap
   */
  readonly run: (feeds: Tensors, told?: Readonly<Record<string, Told>>, heads?: number) => Promise<{ readonly tensors: Tensors; readonly maps: Readonly<Record<string, Tensor>> }>;
}

/** Every tap of a model, each steerable and exposed. @throws where one of them cannot be steered */
export async function steeredModel<Result>(model: OnnxModel, work: (steered: SteeredModel) => Promise<Result>): Promise<Result> {
  const { taps } = await findTaps(model);
  const uses = new Uses(model);
  const refused = taps.flatMap(tap => whyNot(uses, tap) ?? []);
  if (refused.length > 0) throw new Error(refused.join('\n'));
  const edits = new Edits();
  const { taps: told, rudders } = steerGraph(uses, edits, taps);
  const { outputs } = expose(model, told, { edits });
  const copy = await splice(model, edits);
  const session = await Session.openBytes(await copy.whole(), { threads: 1, folder: copy.folder, external: [], keepQuantised: true });
  const run: SteeredModel['run'] = async (feeds, steering = {}, heads = 1) => {
    const all: Tensors = { ...feeds };
    for (const [name, rudder] of rudders) Object.assign(all, await rudderFeeds(rudder, steering[name] ?? {}, taps.find(tap => tap.name === name)?.heads ?? heads));
    const tensors = await session.run(all, Object.fromEntries(session.outputs.map(({ name }) => [name, null])));
    return { tensors, maps: Object.fromEntries([...outputs].flatMap(([tap, output]) => (tensors[output] === undefined ? [] : [[tap, tensors[output]]]))) };
  };
  try {
    return await work({ taps, run });
  } finally {
    await session.release();
  }
}

async function rudderFeeds(rudder: Rudder, told: Told, heads: number): Promise<Tensors> {
  const runtime = await loadRuntime();
  const steering = new LayerSteering({ kind: 'encoder', layer: 0 });
  steering.silence(told.silent ?? []);
  for (const { head, query, weights } of told.rows ?? []) weights.forEach((weight, key) => (weight < 0 ? undefined : steering.pin([head], query, key, weight)));
  return told.silent === undefined && told.rows === undefined
    ? freeFeeds(runtime, rudder, told.hidden)
    : steeredFeeds(runtime, rudder, steering, { firstRow: 0, firstKey: 0, before: 0, queries: Infinity, heads, hidden: told.hidden ?? [], shiftOf: () => 0 });
}
