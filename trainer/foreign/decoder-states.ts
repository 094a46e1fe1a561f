/** Keys and values of every token that was read, from step to step, as whatever decoder wants them. */
import type { Tensor, Tensors } from '../engine/session.ts';
import type { Runtime } from '../engine/runtime.ts';
import { type DecoderPorts, emptyShape, type StatePort, type StateSizes } from './decoder-ports.ts';
import { tensorOf } from './numbers.ts';

export class DecoderStates {
  #tensors = new Map<string, Tensor>();

  /** @param file names the graph in messages */
  constructor(
    private readonly runtime: Runtime,
    private readonly sizes: StateSizes,
    private readonly file: string,
  ) {}

  /**
   * What a step is fed: what the one before it gave, or nothing yet.
   * @throws Failure `broken-model` where it cannot be told how large that is
   */
  feeds({ states }: DecoderPorts): Tensors {
    return Object.fromEntries(states.map(port => [port.name, this.#tensors.get(port.name) ?? this.#empty(port)]));
  }

  /** The outputs of a step that the next one, of a graph with `ports`, reads. */
  wanted({ states }: DecoderPorts, outputs: ReadonlySet<string>): string[] {
    return states.flatMap(port => this.#source(port, outputs) ?? []);
  }

  /** Keeps what a step gave for the next one. */
  take({ states }: DecoderPorts, results: Tensors): void {
    const given = new Set(Object.keys(results));
    // A merged decoder that goes on gives nothing in place of the encoder's states: they stay.
    const taken = states.flatMap((port): [string, Tensor][] => {
      const name = this.#source(port, given);
      const tensor = name === undefined ? undefined : results[name];
      return tensor === undefined ? [] : [[port.name, tensor]];
    });
    this.#tensors = new Map([...this.#tensors, ...taken]);
  }

  /** Hypothesis `i` of the next step goes on from hypothesis `parents[i]` of `count`. */
  reorder({ states }: DecoderPorts, parents: readonly number[], count: number): void {
    for (const { name, batchAxis } of states) {
      const tensor = this.#tensors.get(name);
      if (tensor !== undefined) this.#tensors.set(name, gather(this.runtime, tensor, batchAxis, parents, count));
    }
  }

  #source(port: StatePort, outputs: ReadonlySet<string>): string | undefined {
    if (port.of === 'encoder' && this.#tensors.has(port.name)) return undefined;
    return port.from.find(name => outputs.has(name));
  }

  #empty(port: StatePort): Tensor {
    const shape = emptyShape(port, this.sizes, this.file);
    return tensorOf(this.runtime, port.type, new Float32Array(shape.reduce((product, length) => product * length, 1)), shape);
  }
}

/**
 * Chooses among the hypotheses of a tensor, which may have several entries each on that axis: a hypothesis' heads.
 * @param count how many hypotheses it is of
 */
export function gather(runtime: Pick<Runtime, 'Tensor'>, tensor: Tensor, axis: number, parents: readonly number[], count: number): Tensor {
  const { dims, data, type } = tensor;
  const along = dims[axis] ?? 1;
  const each = along / count;
  const inner = each * dims.slice(axis + 1).reduce((product, length) => product * length, 1);
  const outer = dims.slice(0, axis).reduce((product, length) => product * length, 1);
  const shape = dims.with(axis, parents.length * each);
  if (Array.isArray(data)) throw new TypeError(`expected numbers, got ${type}`);
  const gathered = data.slice(0, 0);
  const into = new (gathered.constructor as new (length: number) => typeof data)(outer * parents.length * inner);
  for (let block = 0; block < outer; block++) {
    parents.forEach((parent, hypothesis) => {
      const from = (block * count + parent) * inner;
      // Both are arrays of the same type: one was made as the other.
      (into as Uint8Array).set(data.subarray(from, from + inner) as Uint8Array, (block * parents.length + hypothesis) * inner);
    });
  }
  const make = runtime.Tensor as unknown as new (type: string, data: unknown, dims: readonly number[]) => Tensor;
  return new make(type, into, shape);
}
