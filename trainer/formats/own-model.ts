/** A model's folder of our own (docs/formats.md): the tensors of all its graphs, each once, wherever they lie. */
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Fact } from '../../protocol/checkpoint.ts';
import { manifestName } from '../checkpoints/manifest.ts';
import { partsOf, readManifest } from '../checkpoints/open.ts';
import { openOnnx } from '../onnx/open.ts';
import type { Format } from './format.ts';
import { tensorFileOf } from './onnx.ts';
import { ofName } from './opened.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

export const ownModel: Format = {
  name: 'Attention Scope model',
  recognise: seen => (seen.kind === 'folder' ? seen.names.has(manifestName) : seen.name === manifestName),
  open: seen => openOwnModel(seen.path),
};

/** @param path of the folder or its manifest */
export async function openOwnModel(path: string): Promise<TensorFile> {
  const { folder, manifest } = await readManifest(basename(path) === manifestName ? dirname(path) : path);
  const parts = await partsOf(folder, manifest);
  const graphs: TensorFile[] = [];
  const close = async (): Promise<void> => void (await Promise.all(graphs.map(graph => graph.close())));
  try {
    const stored = new Map<string, { graph: TensorFile; tensor: TensorEntry; own: TensorEntry }>();
    for (const [role, file] of Object.entries(parts)) {
      if (!file.endsWith('.onnx')) continue;
      const graph = await tensorFileOf(await openOnnx(file));
      graphs.push(graph);
      for (const tensor of graph.tensors) {
        const known = stored.get(tensor.name)?.tensor;
        if (known !== undefined && isSame(known, tensor)) continue;
        const name = known === undefined ? tensor.name : `${role}/${tensor.name}`;
        stored.set(name, { graph, tensor, own: { ...tensor, name } });
      }
    }
    return {
      format: ownModel.name,
      path: folder,
      size: (await Promise.all(Object.values(parts).map(file => stat(file)))).reduce((sum, { size }) => sum + size, 0),
      facts: factsOf(manifest),
      tensors: Array.from(stored.values(), ({ own }) => own),
      read: ({ name }) => {
        const { graph, tensor } = ofName(stored, name, folder);
        return graph.read(tensor);
      },
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** The encoder and the decoder of a model may share a weight. */
function isSame(a: TensorEntry, b: TensorEntry): boolean {
  return a.place !== undefined && a.place.file === b.place?.file && a.place.offset === b.place.offset && a.bytes === b.bytes;
}

function factsOf({ id, name, task, precision, training, architecture }: Awaited<ReturnType<typeof readManifest>>['manifest']): Fact[] {
  const scores = Object.entries(training.scores).map(([measure, score]) => `${measure} ${score}`).join(', ');
  return [
    { label: 'Name', value: `${name} (${id})` },
    { label: 'Task', value: task },
    { label: 'Architecture', value: architecture.kind },
    { label: 'Weights', value: precision },
    { label: 'Trained on', value: training.data },
    { label: 'Steps', value: String(training.steps) },
    ...(scores === '' ? [] : [{ label: 'Scores', value: scores }]),
  ];
}
