/** Runs a graph, for tests, and holds what comes out against the types and shapes we inferred. */
import type { Tensor } from 'onnxruntime-node';
import { loadRuntime } from '../engine/runtime.ts';
import type { Graph } from './graph.ts';
import type { Dimension, Shape, TensorData } from './value.ts';
import { writeOnnx } from './write.ts';

/** Numbers of each input by its name; booleans as bytes. */
export type Feeds = Readonly<Record<string, TensorData | Uint8Array>>;
/** What symbolic lengths are in one run. */
export type Lengths = Readonly<Record<string, number>>;
export type RunGraph = (feeds: Feeds, lengths?: Lengths) => Promise<ReadonlyMap<string, Tensor>>;

/** @throws Error, ONNX Runtime's own, where it does not accept the graph */
export async function loadGraph(graph: Graph): Promise<RunGraph> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(writeOnnx(graph), { intraOpNumThreads: 1, logSeverityLevel: 4 });
  return async (feeds, lengths = {}) => {
    const inputs = session.inputNames.map(name => {
      const input = graph.inputs.find(declared => declared.name === name);
      const data = feeds[name];
      if (input === undefined || data === undefined) throw new Error(`the graph wants ${name}, which was not fed`);
      if (input.type === 'bfloat16') throw new Error(`${name}: no JavaScript array holds bfloat16`);
      return [name, new Tensor(input.type, data, knownShape(input.shape, lengths))] as const;
    });
    const outputs = await session.run(Object.fromEntries(inputs));
    return new Map(
      graph.outputs.map(({ name, type, shape }) => {
        const tensor = outputs[name];
        if (tensor === undefined) throw new Error(`the graph gave no ${name}`);
        const given = `${tensor.type} [${tensor.dims.map((length, axis) => (shape[axis] === 'open' ? 'open' : length)).join(', ')}]`;
        const expected = `${type} [${shape.map(length => knownLength(length, lengths) ?? length).join(', ')}]`;
        if (given !== expected) throw new Error(`${name} is ${given}; we inferred ${expected}`);
        return [name, tensor];
      }),
    );
  };
}

function knownShape(shape: Shape, lengths: Lengths): number[] {
  return shape.map(length => {
    const known = knownLength(length, lengths);
    if (known === undefined) throw new Error(`how long is ${length}?`);
    return known;
  });
}

/** What a length is in one run: a number, a name's, or a sum of such, "past + 1". */
export function knownLength(length: Dimension, lengths: Lengths): number | undefined {
  if (typeof length === 'number') return length;
  return length.split(' + ').reduce<number | undefined>((sum, term) => {
    const known = /^\d+$/.test(term) ? Number(term) : lengths[term];
    return sum === undefined || known === undefined ? undefined : sum + known;
  }, 0);
}

/** Floating-point numbers of an output. */
export function numbers(outputs: ReadonlyMap<string, Tensor>, name: string): Float32Array | Float64Array {
  const data = outputs.get(name)?.data;
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new Error(`${name} is missing or no floating-point tensor`);
}
