/** A Llama in llama2.c's `.bin`, with its tokenizer beside it. */
import { basename, dirname } from 'node:path';
import type { Llama2cSizes } from '../architectures/llama2c.ts';
import { tokenizerBeside } from '../huggingface/tokenizer-files.ts';
import { freeGeneration } from './generation.ts';
import { openCausalGraph, openPlainGraph } from './open-graph.ts';
import type { Plan } from './plan.ts';
import type { GraphSource } from './tapped-graph.ts';

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
      open: settings => openPlainGraph(path, source, settings),
    };
  }
  const ends = (['bos', 'eos'] as const).flatMap(role => tokenizer.special(role)?.id ?? []);
  return {
    ...common,
    tasks: ['language-modelling', 'attention'],
    warnings: [],
    // run.c stops where another text would begin.
    open: settings => openCausalGraph(path, source, settings, { tokenizer, generation: { ...freeGeneration, eos: ends }, longest: maxPositions }),
  };
}
