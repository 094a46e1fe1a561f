/** A graph that was built here over somebody's weights: it is written in memory, and from then on it is as any other. */
import { basename, join } from 'node:path';
import type { Graph } from '../graph/graph.ts';
import { writeOnnx } from '../graph/write.ts';
import { openOnnxBytes } from '../onnx/open.ts';
import { onnxGraph } from './onnx-graph.ts';
import type { GraphSource } from './tapped-graph.ts';

/**
 * @param folder where the files lie that hold its weights
 * @param path of the checkpoint: what messages call it
 */
export async function builtGraph(graph: Graph, folder: string, path: string): Promise<GraphSource> {
  const model = await openOnnxBytes(writeOnnx(graph), join(folder, `${graph.name}.onnx`));
  return onnxGraph(model, `${basename(path)} (${graph.name})`);
}
