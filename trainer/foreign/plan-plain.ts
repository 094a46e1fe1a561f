/** Graphs without a word about them: what they are is told by their inputs and outputs. */
import { basename, dirname, resolve } from 'node:path';
import type { HuggingFaceTokenizer } from '../huggingface/tokenizer.ts';
import { tokenizerBeside } from '../huggingface/tokenizer-files.ts';
import { isDecoder } from './decoder-ports.ts';
import { EncoderModel, takesText } from './encoder-model.ts';
import { freeGeneration } from './generation.ts';
import { openCausalGraph, openPlainGraph } from './open-graph.ts';
import { openedEncoder, openedVision } from './opened.ts';
import type { Plan } from './plan.ts';
import { TappedGraph, type GraphSource } from './tapped-graph.ts';
import { charactersBeside, lineReader, TextRecogniser } from './text-recogniser.ts';

/**
 * @param path of the file
 * @throws Failure `broken-model` where what lies beside it is broken
 */
export async function planGraph(path: string, source: GraphSource): Promise<Plan> {
  const name = basename(path);
  const common = { path, name, about: aboutOf(source), graphs: [source] };
  const line = lineReader(source.inputs, source.outputs);
  const characters = line === undefined ? undefined : await charactersBeside(path, line.classes);
  if (line !== undefined && characters !== undefined) {
    return {
      ...common,
      tasks: ['image-classification'],
      warnings: [],
      open: async settings => openedVision(new TextRecogniser(path, await TappedGraph.open(source, settings, source.layers), line, characters)),
    };
  }
  const readsText = takesText(source.inputs) || isDecoder(source.inputs, source.outputs);
  const tokenizer = readsText ? await tokenizerBeside(dirname(resolve(path))) : undefined;
  if (tokenizer !== undefined) return { ...common, ...planText(path, source, tokenizer) };
  return {
    ...common,
    tasks: [],
    warnings: [
      readsText
        ? `${name} reads token ids, and no tokenizer lies beside it: it can be fed with numbers (attend --input).`
        : `Nothing says what the inputs of ${name} mean: it can be fed with numbers (attend --input).`,
    ],
    open: settings => openPlainGraph(path, source, settings),
  };
}

/** A graph that reads texts: it continues them where all it attends to comes before. */
function planText(path: string, source: GraphSource, tokenizer: HuggingFaceTokenizer): Pick<Plan, 'tasks' | 'warnings' | 'open' | 'readsPairs'> {
  const looksBack = source.layers.length > 0 && source.layers.every(({ kind }) => kind === 'decoder');
  if (looksBack && isDecoder(source.inputs, source.outputs)) {
    return {
      tasks: ['language-modelling', 'attention'],
      warnings: [],
      open: settings =>
        openCausalGraph(path, source, settings, { tokenizer, generation: { ...freeGeneration, eos: [tokenizer.special('eos')?.id ?? []].flat() }, longest: undefined }),
    };
  }
  return {
    tasks: ['attention'],
    readsPairs: true,
    warnings: [],
    open: async settings =>
      openedEncoder(new EncoderModel({ id: path, graph: await TappedGraph.open(source, settings, source.layers.slice(0, 1)), tokenizer, labels: undefined, choice: 'one', longest: undefined })),
  };
}

function aboutOf({ layers }: GraphSource): string {
  const kinds = [...new Set(layers.map(({ kind }) => kind))].map(kind => `${layers.filter(layer => layer.kind === kind).length} of ${kind} attention`);
  return `ONNX, ${kinds.length === 0 ? 'no attention found' : `layers: ${kinds.join(', ')}`}`;
}
