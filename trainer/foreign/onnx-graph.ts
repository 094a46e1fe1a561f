/** An ONNX model, someone's file or one that was built here, as a graph whose attention can be read. */
import { basename } from 'node:path';
import { loadRuntime } from '../engine/runtime.ts';
import { Session, type TensorType } from '../engine/session.ts';
import { externalFiles } from '../onnx/external-data.ts';
import type { OnnxModel, OnnxPort } from '../onnx/model.ts';
import { splice } from '../onnx/splice.ts';
import { expose } from '../taps/expose.ts';
import { exposeParts, whyNoNumbers } from '../taps/parts/expose.ts';
import { exposeNorms } from '../taps/parts/norms.ts';
import { findTaps } from '../taps/find.ts';
import { Edits } from '../onnx/edits.ts';
import { steerGraph, whyNot } from '../steering/graph/steer-graph.ts';
import { Uses } from '../steering/graph/uses.ts';
import { isSameLayer, type LayerId } from './layer-maps.ts';
import type { GraphSource } from './tapped-graph.ts';

/** Weights of at least so many bytes stay where they are: only the structure of a graph is copied, and that in memory. */
const leftInFile = 1 << 16;

/**
 * Finds what attends in a model. Nothing is loaded yet.
 * @param file what messages call it; the file's name where it is left out
 * @throws Failure `broken-model`, `no-such-file`
 */
export async function onnxGraph(model: OnnxModel, file = basename(model.file)): Promise<GraphSource> {
  const { taps, untapped } = await findTaps(model);
  const { files, failures } = await externalFiles(model);
  let known: Uses | undefined;
  const uses = (): Uses => (known ??= new Uses(model));
  return {
    name: basename(model.file, '.onnx'),
    file,
    files: [{ path: model.file, size: model.size }, ...files.map(({ path, size }) => ({ path, size }))],
    inputs: model.graph.inputs.map(portOf),
    outputs: model.graph.outputs.map(portOf),
    layers: taps.map(tap => ({ kind: tap.kind, layer: tap.layer, heads: tap.heads ?? null, operator: tap.operator, whyNoNumbers: whyNoNumbers(tap) })),
    untapped,
    whyNot: layer => {
      const tap = taps.find(one => isSameLayer(one, layer));
      return tap && whyNot(uses(), tap);
    },
    load: async (wanted, { threads, maps }, steered, { probed, norms: isNormed }) => {
      const [missing] = failures;
      if (missing !== undefined) throw missing;
      const { kind } = await loadRuntime();
      const edits = new Edits();
      const isAmong = (layers: readonly LayerId[]) => (tap: LayerId): boolean => layers.some(layer => isSameLayer(layer, tap));
      const { taps: told, rudders } = steered.length === 0 ? { taps: [], rudders: new Map<string, never>() } : steerGraph(uses(), edits, taps.filter(isAmong(steered)));
      const chosen = taps.filter(isAmong(wanted)).map(tap => told.find(one => isSameLayer(one, tap)) ?? tap);
      // ONNX Runtime goes backwards from the last output that nothing reads. So the first layer's comes last: each layer's maps are
      // brought out before the next layer's are computed, and not all at the end.
      const { outputs } = expose(model, chosen.toReversed(), { quantise: maps, edits });
      const tap = taps.find(one => probed !== undefined && isSameLayer(one, probed));
      const looked = tap && { layer: tap, parts: exposeParts(model, edits, tap) };
      const norms = isNormed ? new Map(taps.filter(isAmong(wanted)).map(one => [one.name, exposeNorms(model, edits, one)])) : undefined;
      // WebAssembly maps no file; and what is in memory alone has none.
      const leave = kind === 'web' || model.bytes !== undefined ? Infinity : leftInFile;
      const copy = await splice(model, edits, { leave });
      const options = { threads, folder: copy.folder, external: files.map(({ path }) => path), keepQuantised: true };
      return { session: await Session.openBytes(await copy.whole(), options), outputs, rudders, probed: looked, norms };
    },
  };
}

function portOf({ name, dtype, shape }: OnnxPort): TensorType {
  return { name, type: dtype ?? 'not a tensor', shape: shape ?? [] };
}
