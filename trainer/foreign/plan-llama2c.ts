/** A Llama in llama2.c's `.bin`, with its tokenizer beside it. */
import { basename, dirname } from 'node:path';
import type { Llama2cSizes } from '../architectures/llama2c.ts';
import { tokenizerBeside } from '../huggingface/tokenizer-files.ts';
import { CausalModel } from './causal-model.ts';
import { decoderPorts } from './decoder-ports.ts';
import { freeGeneration } from './generation.ts';
import { openedCausal, openedPlain } from './opened.ts';
import type { Plan } from './plan.ts';
import { PlainGraph } from './plain-graph.ts';
import { TappedGraph, type GraphSource } from './tapped-graph.ts';

/** @throws Failure `broken-model` where the tokenizer beside it is broken */
export async function planLlama2c(path: string, source: GraphSource, { maxPositions, vocabularySize }: Llama2cSizes): Promise<Plan> {
  const name = basename(path);
  const tokenizer = await tokenizerBeside(dirname(path));
  const common = { path, name, about: `Llama (llama2.c), ${source.layers.length} layers, ${vocabularySize} tokens`, graphs: [source] };
  if (tokenizer === undefined) {
    return {
      ...common,
      tasks: [],
      warnings: [`No tokenizer (tokenizer.bin) lies beside ${name}: it can be fed with numbers (attend --input).`],
      open: async threads => openedPlain(new PlainGraph(path, await TappedGraph.open(source, threads))),
    };
  }
  const ends = (['bos', 'eos'] as const).flatMap(role => tokenizer.special(role)?.id ?? []);
  return {
    ...common,
    tasks: ['language-modelling', 'attention'],
    warnings: [],
    open: async threads => {
      const graph = await TappedGraph.open(source, threads, source.layers.slice(0, 1));
      const decoder = { graph, ports: decoderPorts(source.inputs, source.outputs, source.file) };
      const model = new CausalModel({
        id: path,
        decoder: { first: decoder, next: decoder, sizes: { heads: undefined, width: undefined } },
        tokenizer,
        // run.c stops where another text would begin.
        generation: { ...freeGeneration, eos: ends },
        longest: maxPositions,
        chat: undefined,
        release: () => graph.release(),
      });
      return openedCausal(model);
    },
  };
}
