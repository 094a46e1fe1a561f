/**
 * Runs a checkpoint that holds weights alone: its config says what they are of, and the graphs that an exporter would have written
 * are built over them. The weights are not read; the graphs say where they lie.
 */
import type { HuggingFaceConfig } from '../huggingface/config.ts';
import type { KnownModelType } from '../huggingface/architectures.ts';
import type { TensorFile } from '../formats/tensor-file.ts';
import { Failure } from '../../protocol/failure.ts';
import type { Graphs } from './architecture.ts';
import { bart } from './bart.ts';
import { bert } from './bert.ts';
import { distilbert } from './distilbert.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { roberta } from './roberta.ts';
import { t5 } from './t5.ts';
import { vit } from './vit.ts';
import { type Naming, type WeightFiles, Weights } from './weights.ts';

/** What `model_type` may be. */
export const buildableTypes = [
  'bert', 'distilbert', 'roberta', 'xlm-roberta', 'camembert', 'gpt2', 'llama', 'mistral', 'qwen2', 'qwen3', 't5', 'mt5', 'marian',
  'bart', 'mbart', 'vit',
] as const satisfies readonly KnownModelType[];

type BuildableType = (typeof buildableTypes)[number];

export interface BuiltModel extends WeightFiles {
  /** By the names of the files that Optimum would have written. Write them with `writeOnnx`, and load them from `folder`. */
  readonly graphs: Graphs;
}

export function isBuildable(type: string): type is BuildableType {
  return buildableTypes.some(known => known === type);
}

/**
 * @throws Failure `unknown-model` where the config names a kind that is not built here; `broken-model`, naming the tensor, what was
 *   found and what was expected, where weights and config do not fit each other
 */
export async function buildModel(config: HuggingFaceConfig, file: TensorFile): Promise<BuiltModel> {
  const { naming, build } = architectureOf(config);
  const weights = await Weights.of(file, file.tensors, naming);
  const graphs = build(weights);
  return { graphs, ...weights.finish() };
}

interface Configured {
  readonly naming: Naming;
  readonly build: (weights: Weights) => Graphs;
}

/** The architecture with its config; each type is paired with its own. */
function architectureOf(config: HuggingFaceConfig): Configured {
  switch (config.modelType) {
    case 'bert':
      return { naming: bert.naming, build: weights => bert.build(config, weights) };
    case 'distilbert':
      return { naming: distilbert.naming, build: weights => distilbert.build(config, weights) };
    case 'roberta':
    case 'xlm-roberta':
    case 'camembert':
      return { naming: roberta.naming, build: weights => roberta.build(config, weights) };
    case 'gpt2':
      return { naming: gpt2.naming, build: weights => gpt2.build(config, weights) };
    case 'llama':
    case 'mistral':
    case 'qwen2':
    case 'qwen3':
      return { naming: llama.naming, build: weights => llama.build(config, weights) };
    case 't5':
    case 'mt5':
      return { naming: t5.naming, build: weights => t5.build(config, weights) };
    case 'marian':
    case 'bart':
    case 'mbart':
      return { naming: bart.naming, build: weights => bart.build(config, weights) };
    case 'vit':
      return { naming: vit.naming, build: weights => vit.build(config, weights) };
    default:
      throw new Failure(
        'unknown-model',
        `${config.file}: a model of type "${config.declaredType}" was found; of weights alone, ${buildableTypes.join(', ')} can be run.`,
        'Export it to ONNX: any architecture runs then.',
      );
  }
}
