/**
 * Models that ONNX Runtime's tools wrapped into a search of their own (com.microsoft BeamSearch, GreedySearch, Sampling): the
 * decoder inside is taken out and run step by step, so that its attention can be read.
 */
import { basename, dirname } from 'node:path';
import { tokenizerBeside } from '../huggingface/tokenizer-files.ts';
import { innerModel } from '../onnx/inner-model.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode } from '../onnx/model.ts';
import { freeGeneration } from './generation.ts';
import { onnxGraph } from './onnx-graph.ts';
import { openCausalGraph, openPlainGraph } from './open-graph.ts';
import type { Plan } from './plan.ts';

const searches: ReadonlySet<string> = new Set(['BeamSearch', 'GreedySearch', 'Sampling']);

/**
 * @returns nothing where there is no search in the model
 * @throws Failure `bad-argument` where the decoder cannot be taken out
 */
export async function planSearch(path: string, model: OnnxModel): Promise<Plan | undefined> {
  const node = model.graph.nodes.find(({ operator, domain }) => domain === 'com.microsoft' && searches.has(operator));
  if (node === undefined) return undefined;
  const name = basename(path);
  const source = await onnxGraph(innerModel(model, node, 'decoder'), `${name} (the decoder in its ${node.operator})`);
  const common = { path, name, about: `ONNX, ${node.operator} over a decoder of ${source.layers.length} layers`, graphs: [source] };
  // Of T5 and its kin the first step is the encoder's.
  const hasEncoder = node.attributes.get('encoder')?.kind === 'graph';
  const tokenizer = hasEncoder ? undefined : await tokenizerBeside(dirname(path));
  if (tokenizer === undefined) {
    const why = hasEncoder ? 'its encoder and its decoder are parts of one operator' : 'no tokenizer lies beside it';
    return {
      ...common,
      tasks: [],
      warnings: [`The decoder in ${name} can be fed with numbers (attend --input): ${why}.`],
      open: settings => openPlainGraph(path, source, settings),
    };
  }
  const end = integerOf(node, 'eos_token_id');
  return {
    ...common,
    tasks: ['language-modelling', 'attention'],
    warnings: [`${name} searches for the best text by itself; here its decoder is run step by step, and the search is ours.`],
    open: settings => openCausalGraph(path, source, settings, { tokenizer, generation: { ...freeGeneration, eos: end === undefined ? [] : [end] }, longest: undefined }),
  };
}

function integerOf({ attributes }: OnnxNode, name: string): number | undefined {
  const attribute: OnnxAttribute | undefined = attributes.get(name);
  return attribute?.kind === 'integer' && attribute.value >= 0 ? attribute.value : undefined;
}
