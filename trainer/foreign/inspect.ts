/** What a checkpoint is, of whatever format: its headers, and what attends in its graphs. Nothing is run. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CheckpointSummary, Port, TapInfo } from '../../protocol/checkpoint.ts';
import { Failure } from '../../protocol/failure.ts';
import { manifestName } from '../checkpoints/manifest.ts';
import { partsOf, readManifest } from '../checkpoints/open.ts';
import { openTensorFile } from '../formats/open.ts';
import { summaryOf } from '../formats/summary.ts';
import type { TensorFile } from '../formats/tensor-file.ts';
import { traceFile } from '../formats/trace-file.ts';
import { openOnnx } from '../onnx/open.ts';
import { nameOfLayer } from './layer-maps.ts';
import { onnxGraph } from './onnx-graph.ts';
import type { Plan } from './plan.ts';
import { tapsOfTrace } from './plan-trace.ts';
import { planOpened } from './recognise.ts';
import type { GraphSource } from './tapped-graph.ts';

/**
 * @param path of a file or folder, absolute
 * @throws Failure `no-such-file`; `broken-model` where it is not whole; `bad-argument` where it is of a format that is not read
 */
export async function inspectCheckpoint(path: string, signal?: AbortSignal): Promise<CheckpointSummary> {
  const file = await openTensorFile(path);
  try {
    signal?.throwIfAborted();
    const { graphs, tasks, readsPairs, warnings } = await runnable(path, file);
    const isTrace = file.format === traceFile.name;
    return {
      ...summaryOf(file),
      inputs: portsOf(graphs, 'inputs'),
      outputs: portsOf(graphs, 'outputs'),
      taps: isTrace ? await tapsOfTrace(path) : tapsOf(graphs),
      untapped: graphs.flatMap(({ untapped }) => untapped),
      tasks,
      ...(readsPairs && { readsPairs }),
      isTrace,
      warnings,
    };
  } finally {
    await file.close();
  }
}

type Runnable = Pick<Plan, 'graphs' | 'tasks' | 'readsPairs' | 'warnings'>;

/** What of it can be run; where nothing can, why. */
async function runnable(path: string, file: TensorFile): Promise<Runnable> {
  try {
    const folder = basename(path) === manifestName ? dirname(path) : path;
    return existsSync(join(folder, manifestName)) ? await own(folder) : await planOpened(path, file);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { graphs: [], tasks: [], warnings: [`${thrown.message} ${thrown.hint}`] };
  }
}

/** A model that was trained here. */
async function own(folder: string): Promise<Runnable> {
  const found = await readManifest(folder);
  const files = await partsOf(found.folder, found.manifest);
  const graphs: GraphSource[] = [];
  for (const path of Object.values(files)) if (path.endsWith('.onnx')) graphs.push(await onnxGraph(await openOnnx(path)));
  const { task } = found.manifest;
  return { graphs, tasks: task === 'image-classification' ? [task] : [task, 'attention'], warnings: [] };
}

/** Where there are several graphs, each port is named with its own. */
function portsOf(graphs: readonly GraphSource[], side: 'inputs' | 'outputs'): Port[] {
  return graphs.flatMap(graph => graph[side].map(({ name, type, shape }): Port => ({ name: graphs.length > 1 ? `${graph.name}/${name}` : name, dtype: type, shape })));
}

/** One of each name: the graph for the first step and the one for those after it have the same layers. */
function tapsOf(graphs: readonly GraphSource[]): TapInfo[] {
  const taps = new Map<string, TapInfo>();
  for (const { layers } of graphs) {
    for (const { kind, layer, heads, operator } of layers) {
      const name = nameOfLayer({ kind, layer });
      if (!taps.has(name)) taps.set(name, { name, layer, heads, kind, operator });
    }
  }
  return [...taps.values()];
}
