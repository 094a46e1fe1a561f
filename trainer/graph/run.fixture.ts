/** Runs a graph of fixed lengths, for tests, and holds what comes out against the types and shapes we inferred. */
import type { Tensor } from 'onnxruntime-node';
import { loadRuntime } from '../engine/runtime.ts';
import type { Graph } from './graph.ts';
import { fixedShape, type TensorData } from './value.ts';
import { writeOnnx } from './write.ts';

/** Numbers of each input by its name; booleans as bytes. */
export type Feeds = Readonly<Record<string, TensorData | Uint8Array>>;
export type RunGraph = (feeds: Feeds) => Promise<ReadonlyMap<string, Tensor>>;

/** @throws Error, ONNX Runtime's own, where it does not accept the graph */
export async function loadGraph(graph: Graph): Promise<RunGraph> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(writeOnnx(graph), { intraOpNumThreads: 1, logSeverityLevel: 4 });
  return async feeds => {
    const inputs = session.inputNames.map(name => {
      const input = graph.inputs.find(declared => declared.name === name);
      const data = feeds[name];
      if (input === undefined || data === undefined) throw new Error(`the graph wants ${name}, which was not fed`);
      return [name, new Tensor(input.type, data, fixedShape(input))] as const;
    });
    const outputs = await session.run(Object.fromEntries(inputs));
    return new Map(
      graph.outputs.map(({ name, type, shape }) => {
        const tensor = outputs[name];
        if (tensor === undefined) throw new Error(`the graph gave no ${name}`);
        const [given, expected] = [`${tensor.type} [${tensor.dims.join(', ')}]`, `${type} [${shape.join(', ')}]`];
        if (given !== expected) throw new Error(`${name} is ${given}; we inferred ${expected}`);
        return [name, tensor];
      }),
    );
  };
}

/** Floating-point numbers of an output. */
export function numbers(outputs: ReadonlyMap<string, Tensor>, name: string): Float32Array | Float64Array {
  const data = outputs.get(name)?.data;
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new Error(`${name} is missing or no floating-point tensor`);
}
