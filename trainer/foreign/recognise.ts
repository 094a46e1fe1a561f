/** What stands at a path that can be run, whoever made it and however: one plan for each way. */
import { basename, dirname, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { buildLlama2c } from '../architectures/llama2c.ts';
import { openTensorFile } from '../formats/open.ts';
import type { TensorFile } from '../formats/tensor-file.ts';
import { type HuggingFaceFolder, isHuggingFaceFolder, openHuggingFaceFolder } from '../huggingface/folder.ts';
import { openOnnx } from '../onnx/open.ts';
import { builtGraph } from './built-graph.ts';
import { onnxGraph } from './onnx-graph.ts';
import type { Plan } from './plan.ts';
import { planFolder } from './plan-folder.ts';
import { planGraph } from './plan-plain.ts';
import { planLayersModel } from './plan-layers-model.ts';
import { planLlama2c } from './plan-llama2c.ts';
import { planSearch } from './plan-search.ts';
import { planTrace } from './plan-trace.ts';

/**
 * @param given path of a file or folder
 * @throws Failure `no-such-file`, `broken-model`; `bad-argument` for what can only be looked at, with the way out
 */
export async function planForeign(given: string): Promise<Plan> {
  const path = resolve(given);
  if (await isHuggingFaceFolder(path)) return planFolder(await openHuggingFaceFolder(path));
  const file = await openTensorFile(path);
  try {
    return await planFile(path, file);
  } finally {
    await file.close();
  }
}

/**
 * The same of a path whose tensors are open already.
 * @param path absolute
 * @throws Failure `broken-model`, `bad-argument`
 */
export async function planOpened(path: string, file: TensorFile): Promise<Plan> {
  return (await isHuggingFaceFolder(path)) ? planFolder(await openHuggingFaceFolder(path)) : planFile(path, file);
}

async function planFile(path: string, file: TensorFile): Promise<Plan> {
  // A folder without a config is what its one file is.
  const own = file.facts.find(({ label }) => label === 'File')?.value;
  const real = own === undefined ? file.path : resolve(file.path, own);
  const format = file.format.replace(/^.*, /, '');
  switch (format) {
    case 'ONNX': {
      const folder = await folderOf(real);
      const beside = folder === undefined ? undefined : folder.onnxFiles.find(one => resolve(one.path) === real || one.real === real);
      if (folder !== undefined && beside !== undefined && beside.role !== 'other') return named(await planFolder(folder, { precision: beside.precision }), path);
      const model = await openOnnx(real);
      return (await planSearch(path, model)) ?? planGraph(path, await onnxGraph(model, basename(real)));
    }
    case 'safetensors':
    case 'PyTorch': {
      const folder = await folderOf(real);
      if (folder?.weights !== undefined) return named(await planFolder(folder, { weights: true }), path);
      break;
    }
    case 'llama2.c': {
      const built = await buildLlama2c(file);
      const graph = built.graphs.model;
      if (graph !== undefined) return planLlama2c(path, await builtGraph(graph, built.folder, real), built);
      break;
    }
    case 'TensorFlow.js':
      return planLayersModel(path);
    case 'Attention Scope trace':
      return planTrace(path);
  }
  throw new Failure('bad-argument', `${path} (${file.format}) can be inspected, not run: ${whyNot(format)}.`, wayOut(format));
}

/** The Hugging Face folder that a file lies in, itself or in its `onnx`. */
async function folderOf(file: string): Promise<HuggingFaceFolder | undefined> {
  const parent = dirname(file);
  for (const folder of basename(parent) === 'onnx' ? [dirname(parent)] : [parent]) if (await isHuggingFaceFolder(folder)) return openHuggingFaceFolder(folder);
  return undefined;
}

/** By the file that was named, not by the folder that it lies in. */
function named(plan: Plan, path: string): Plan {
  return { ...plan, name: `${plan.name}/${basename(path)}` };
}

function whyNot(format: string): string {
  if (format.startsWith('Attention Scope')) return 'it was made here, and what shows the attention of such models are translate, classify, reply and continue';
  return format === 'safetensors' || format === 'PyTorch' ? 'weights alone do not say what is computed with them, and no config.json lies beside them' : 'it holds tensors, and not what is computed with them';
}

function wayOut(format: string): string {
  if (format.startsWith('Attention Scope')) return 'Use one of these.';
  return format === 'GGUF' ? 'Get the model as a Hugging Face folder, or as ONNX.' : 'Put the model’s config.json beside it, or export it to ONNX.';
}

