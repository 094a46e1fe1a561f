/** The graphs of a Hugging Face folder: those that were exported, or those that are built over its weights. */
import { Failure } from '../../protocol/failure.ts';
import type { GraphRole } from '../architectures/architecture.ts';
import { buildableTypes, buildModel, isBuildable } from '../architectures/build.ts';
import { openTensorFile } from '../formats/open.ts';
import type { HuggingFaceFolder } from '../huggingface/folder.ts';
import type { OnnxPrecision, OnnxSet } from '../huggingface/onnx-files.ts';
import { openOnnx } from '../onnx/open.ts';
import { builtGraph } from './built-graph.ts';
import { onnxGraph } from './onnx-graph.ts';
import type { GraphSource } from './tapped-graph.ts';

export type Sources = Readonly<Partial<Record<GraphRole, GraphSource>>>;

export interface FolderWish {
  readonly precision?: OnnxPrecision | undefined;
  /** Weights are wanted, though there may be graphs beside them. */
  readonly weights?: boolean | undefined;
}

/** @throws Failure `broken-model`, naming the file; `bad-argument` where there is nothing that can be run */
export async function sourcesOf(folder: HuggingFaceFolder, { precision, weights = false }: FolderWish): Promise<Sources> {
  const set = weights ? undefined : folder.onnx(precision);
  if (set !== undefined) return exported(set);
  if (folder.weights === undefined) {
    throw new Failure('bad-argument', `${folder.path} holds neither graphs (.onnx) nor weights (model.safetensors, pytorch_model.bin) to run.`, 'Download one of them.');
  }
  if (!isBuildable(folder.config.modelType)) {
    throw new Failure(
      'bad-argument',
      `${folder.path} holds weights of a model of type "${folder.config.declaredType}"; of weights alone, ${buildableTypes.join(', ')} can be run.`,
      'Export it to ONNX (`optimum-cli export onnx`): any architecture runs then. It can still be inspected.',
    );
  }
  const file = await openTensorFile(folder.weights.index?.path ?? folder.weights.files[0]?.path ?? folder.path);
  try {
    const built = await buildModel(folder.config, file);
    const sources: Partial<Record<GraphRole, GraphSource>> = {};
    for (const role of ['model', 'encoder_model', 'decoder_model', 'decoder_with_past_model'] as const) {
      const graph = built.graphs[role];
      if (graph !== undefined) sources[role] = await builtGraph(graph, built.folder, folder.path);
    }
    return sources;
  } finally {
    await file.close();
  }
}

async function exported(set: OnnxSet): Promise<Sources> {
  const source = async (file: { readonly path: string; readonly name: string }): Promise<GraphSource> => onnxGraph(await openOnnx(file.path), file.name);
  if (set.kind === 'single') return { model: await source(set.model) };
  const decoder = await source(set.decoder);
  const withPast = set.withPast === undefined ? {} : { decoder_with_past_model: await source(set.withPast) };
  return { ...(set.kind === 'encoder-decoder' ? { encoder_model: await source(set.encoder) } : {}), decoder_model: decoder, ...withPast };
}
