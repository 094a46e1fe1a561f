import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/** A tensor that training changes, and how it starts. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Start;
}

export type Start =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  /** Uniform in ±√(6 / (in + out)) (Glorot & Bengio 2010, equation 16); the last two axes are out and in. */
  | { readonly kind: 'glorot' }
  /** Normal with this standard deviation. */
  | { readonly kind: 'normal'; readonly deviation: number };

/** Finds a parameter in the graph being built: an input of a training graph, a constant of an inference graph. */
export type ParameterSource = (name: string) => Value;

/** Makes every parameter an input of `graph`, as training needs it. */
export function parameterInputs(graph: Graph, specs: readonly ParameterSpec[]): Map<string, Value> {
  return new Map(specs.map(({ name, shape }) => [name, graph.input(name, 'float32', shape)]));
}

export function sourceOf(values: ReadonlyMap<string, Value>): ParameterSource {
  return name => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no parameter is named ${name}`);
    return value;
  };
}

/** Stores a parameter in a graph, in whatever precision the checkpoint has. */
export type StoreParameter = (graph: Graph, name: string) => Value;

/** Finds the parameters of an inference graph; one that is used twice is stored once. */
export function storedParameters(graph: Graph, store: StoreParameter): ParameterSource {
  const known = new Map<string, Value>();
  return name => {
    const value = known.get(name) ?? store(graph, name);
    known.set(name, value);
    return value;
  };
}
