/** A model of a single graph, loaded: what many a plan ends with. */
import type { GenerationConfig } from '../huggingface/generation-config.ts';
import { CausalModel } from './causal-model.ts';
import { decoderPorts } from './decoder-ports.ts';
import { type ForeignModel, openedCausal, openedPlain } from './opened.ts';
import { PlainGraph } from './plain-graph.ts';
import { type GraphSource, type RunSettings, TappedGraph } from './tapped-graph.ts';
import type { ForeignTokenizer } from './tokens.ts';

export interface CausalParts {
  readonly tokenizer: ForeignTokenizer;
  readonly generation: GenerationConfig;
  /** The most tokens that it has places for, where that is told. */
  readonly longest: number | undefined;
}

/** A graph that continues texts, first and later steps alike. */
export async function openCausalGraph(path: string, source: GraphSource, settings: RunSettings, parts: CausalParts): Promise<ForeignModel> {
  const graph = await TappedGraph.open(source, settings, source.layers.slice(0, 1));
  const decoder = { graph, ports: decoderPorts(source.inputs, source.outputs, source.file) };
  return openedCausal(new CausalModel({
    ...parts,
    id: path,
    decoder: { first: decoder, next: decoder, sizes: { heads: undefined, width: undefined } },
    chat: undefined,
  }));
}

/** A graph that is fed with numbers. */
export async function openPlainGraph(path: string, source: GraphSource, settings: RunSettings): Promise<ForeignModel> {
  return openedPlain(new PlainGraph(path, await TappedGraph.open(source, settings)));
}
