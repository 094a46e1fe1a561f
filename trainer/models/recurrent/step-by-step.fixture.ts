/** Runs a checkpoint's two graphs by their convention alone, knowing nothing of what they compute. */
import type { Graph } from '../../graph/graph.ts';
import { loadGraph, numbers, type RunGraph } from '../../graph/run.fixture.ts';
import { elementCount } from '../../graph/value.ts';
import { recurrentTranslatorDecoder, recurrentTranslatorEncoder } from './translator-inference.ts';
import { recurrentTranslatorParameters, type RecurrentTranslatorArchitecture } from './translator.ts';

export type Outputs = ReadonlyMap<string, Float32Array>;

export class StepByStep {
  readonly #graphs: { readonly encoder: Graph; readonly decoder: Graph };
  readonly #encoder: RunGraph;
  readonly #decoder: RunGraph;

  private constructor(graphs: { encoder: Graph; decoder: Graph }, encoder: RunGraph, decoder: RunGraph) {
    this.#graphs = graphs;
    this.#encoder = encoder;
    this.#decoder = decoder;
  }

  static async load(architecture: RecurrentTranslatorArchitecture, parameters: ReadonlyMap<string, Float32Array>): Promise<StepByStep> {
    const shapes = new Map(recurrentTranslatorParameters(architecture).map(({ name, shape }) => [name, shape]));
    const store = (graph: Graph, name: string) => {
      const [shape, data] = [shapes.get(name), parameters.get(name)];
      if (shape === undefined || data === undefined) throw new Error(`no parameter is named ${name}`);
      return graph.constant('float32', shape, data, name);
    };
    const graphs = { encoder: recurrentTranslatorEncoder(architecture, store), decoder: recurrentTranslatorDecoder(architecture, store) };
    return new StepByStep(graphs, await loadGraph(graphs.encoder), await loadGraph(graphs.decoder));
  }

  async encode(source: readonly number[]): Promise<Outputs> {
    const outputs = await this.#encoder({ source: BigInt64Array.from(source, BigInt) }, { source: source.length });
    return read(this.#graphs.encoder, outputs);
  }

  /** @param state what the encoder gave of one hypothesis, or the decoder's `next_` outputs; what is missing is zero */
  async step(previous: readonly number[], state: Outputs, source: number): Promise<Outputs> {
    const lengths = { beam: previous.length, source };
    const feeds = this.#graphs.decoder.inputs.map(({ name, shape, type }) => {
      if (type === 'int64') return [name, BigInt64Array.from(previous, BigInt)] as const;
      const known = shape.map(length => (length === 'beam' ? previous.length : length === 'source' ? source : Number(length)));
      return [name, state.get(name) ?? new Float32Array(elementCount(known))] as const;
    });
    return read(this.#graphs.decoder, await this.#decoder(Object.fromEntries(feeds), lengths));
  }

  /** One sentence through both graphs, the target given. */
  async follow(source: readonly number[], target: readonly number[]): Promise<Outputs[]> {
    let state = await this.encode(source);
    const steps: Outputs[] = [];
    for (const token of target) {
      const outputs = await this.step([token], state, source.length);
      steps.push(outputs);
      state = advance(state, outputs);
    }
    return steps;
  }
}

/** What the next step is fed: each `next_x` in the place of x, the rest unchanged. */
export function advance(state: Outputs, outputs: Outputs): Outputs {
  const next = [...outputs].flatMap(([name, data]) => (name.startsWith('next_') ? [[name.slice(5), data] as const] : []));
  return new Map([...state, ...next]);
}

function read(graph: Graph, outputs: Awaited<ReturnType<RunGraph>>): Outputs {
  return new Map(graph.outputs.map(({ name }) => [name, Float32Array.from(numbers(outputs, name))]));
}
