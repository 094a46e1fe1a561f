/** One bucket's training step: a graph of fixed lengths, loaded once, that leaves gradients where the optimizer reads them. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { createSession } from '../engine/providers.ts';
import type { Runtime } from '../engine/runtime.ts';
import { runInto } from '../engine/session.ts';
import { writeOnnx } from '../graph/write.ts';
import { differentiate, type Gradient } from '../graph/gradients/backward.ts';
import type { Graph } from '../graph/graph.ts';
import { elementCount, fixedShape, type Value } from '../graph/value.ts';
import type { Floats } from '../kernels/kernels.ts';
import { Kernels } from '../kernels/kernels.ts';
import { drawInto, isRandom } from './draws.ts';
import type { TrainingState } from './state.ts';
import type { PaddedBatch, StepModel } from './task.ts';

export interface StepSettings {
  readonly labelSmoothing: number;
  readonly dropout: number;
  /** Weight of the loss that pulls attention towards given alignments; 0 where there are none. */
  readonly guided: number;
  readonly threads: number;
  /** Keep each session's freed memory for its next run; without it the process' own allocator must do so. */
  readonly arena: boolean;
}

export interface StepLoss {
  /** Mean loss a token or example, what is minimised. */
  readonly loss: number;
  /** Mean negative log-likelihood a token or example, in nats. */
  readonly likelihood: number;
}

interface RowGradient {
  readonly table: Floats;
  readonly features: number;
  readonly ids: { readonly pointer: number; readonly data: BigInt64Array };
  readonly rows: Floats;
}

/** A bucket's graph with its gradients, built but not loaded: tells how much memory it will want. */
export class BuiltStep {
  private constructor(
    readonly graph: Graph,
    readonly losses: Readonly<Record<'loss' | 'likelihood', Value>>,
    readonly gradients: ReadonlyMap<Value, Gradient>,
    /** Bytes of the state's scratch memory that it takes. */
    readonly scratchBytes: number,
  ) {}

  static of(model: StepModel, bucket: number, settings: Pick<StepSettings, 'labelSmoothing' | 'dropout' | 'guided'>): BuiltStep {
    const { graph, parameters, loss, likelihood } = model.graph(bucket, {
      labelSmoothing: settings.labelSmoothing,
      dropout: settings.dropout > 0,
      ...(settings.guided > 0 && { guided: settings.guided }),
    });
    const gradients = differentiate(loss, [...parameters.values()]);
    const names = new Set(parameters.keys());
    const count = (value: Value): number => elementCount(fixedShape(value));
    const inputs = graph.inputs
      .filter(({ name }) => !names.has(name))
      .map(input => (input.type === 'int64' ? 2 : 1) * count(input));
    const rows = [...gradients.values()].flatMap(gradient => gradient.rows.map(contribution => count(contribution.rows)));
    const bytes = [...inputs, ...rows].reduce((sum, elements) => sum + Kernels.bytesOf(elements), 0);
    return new BuiltStep(graph, { loss, likelihood }, gradients, bytes);
  }
}

interface Parts {
  readonly session: InferenceSession;
  readonly feeds: Record<string, Tensor>;
  readonly fetches: Record<string, Tensor>;
  readonly integers: ReadonlyMap<string, BigInt64Array>;
  readonly floats: ReadonlyMap<string, Float32Array>;
  readonly random: ReadonlyMap<string, Floats>;
  readonly rows: readonly RowGradient[];
  readonly state: TrainingState;
  readonly settings: StepSettings;
  readonly runtime: Runtime;
}

export class BucketedStep {
  private constructor(private readonly parts: Parts) {}

  static async load(runtime: Runtime, built: BuiltStep, state: TrainingState, settings: StepSettings): Promise<BucketedStep> {
    const { graph, gradients, losses } = built;
    const { kernels } = state;
    const tensor = (floats: Floats, dims: readonly number[]): Tensor => new runtime.Tensor('float32', floats.data, dims);
    const feeds: Record<string, Tensor> = {};
    const fetches: Record<string, Tensor> = {};
    const integers = new Map<string, BigInt64Array>();
    const integerPointers = new Map<string, { pointer: number; data: BigInt64Array }>();
    const floats = new Map<string, Float32Array>();
    const random = new Map<string, Floats>();
    const rows: RowGradient[] = [];
    const states = new Map(state.parameters.map(parameter => [parameter.spec.name, parameter]));

    for (const input of graph.inputs) {
      const dims = fixedShape(input);
      const parameter = states.get(input.name);
      if (parameter !== undefined) {
        feeds[input.name] = tensor(parameter.value, dims);
      } else if (isRandom(input.name)) {
        const drawn = kernels.floats(elementCount(dims));
        random.set(input.name, drawn);
        feeds[input.name] = tensor(drawn, dims);
      } else if (input.type === 'int64') {
        const ids = kernels.integers(elementCount(dims));
        integers.set(input.name, ids.data);
        integerPointers.set(input.name, ids);
        feeds[input.name] = new runtime.Tensor('int64', ids.data, dims);
      } else {
        const data = new Float32Array(elementCount(dims));
        floats.set(input.name, data);
        feeds[input.name] = new runtime.Tensor('float32', data, dims);
      }
    }
    for (const [value, gradient] of gradients) {
      const parameter = states.get(value.name);
      if (parameter === undefined) throw new Error(`a gradient for ${value.name}, which is no parameter`);
      if (gradient.dense !== undefined) {
        const output = graph.output(gradient.dense, `gradient.${value.name}`);
        fetches[output.name] = tensor(parameter.gradient, parameter.spec.shape);
      }
      gradient.rows.forEach((contribution, index) => {
        const output = graph.output(contribution.rows, `rows.${index}.${value.name}`);
        const dims = fixedShape(output);
        const memory = kernels.floats(elementCount(dims));
        const ids = integerPointers.get(contribution.indices.name);
        if (ids === undefined) throw new Error(`${contribution.indices.name} is not an input`);
        fetches[output.name] = tensor(memory, dims);
        rows.push({ table: parameter.gradient, features: dims.at(-1) ?? 1, ids, rows: memory });
      });
    }
    for (const [name, value] of Object.entries(losses)) {
      graph.output(value, name);
      fetches[name] = new runtime.Tensor('float32', new Float32Array(1), []);
    }
    const session = await createSession(runtime, writeOnnx(graph), {
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      // The graph is already made of the operators that are fastest: optimizing it changes no step, and takes longer than
      // all else of loading (docs/benchmarks.md, `npm run bench -- levels`).
      graphOptimizationLevel: 'disabled',
      enableCpuMemArena: settings.arena,
      logSeverityLevel: 3,
    });
    return new BucketedStep({ session, feeds, fetches, integers, floats, random, rows, state, settings, runtime });
  }

  /**
   * Forward and backward: leaves every parameter's gradient in the state.
   * @param randomKey what names this step's random draws; without one nothing is dropped and no noise is added
   */
  async run(batch: PaddedBatch, randomKey?: readonly (string | number)[]): Promise<StepLoss> {
    this.#fill(batch);
    const { state, random, settings, session, runtime, feeds, fetches } = this.parts;
    for (const [name, drawn] of random) drawInto(drawn, name, state.kernels, settings.dropout, randomKey);
    const outputs = await runInto(runtime, session, feeds, fetches);
    for (const { spec, gradient } of state.parameters) {
      if (outputs[`gradient.${spec.name}`] === undefined) gradient.data.fill(0);
    }
    for (const { table, ids, rows, features } of this.parts.rows) state.kernels.addRows(table, ids, rows, features);
    return { loss: Number(outputs['loss']?.data[0]), likelihood: Number(outputs['likelihood']?.data[0]) };
  }

  /** What the last run was fed, by name: parameters, batch and what was drawn. */
  get feeds(): Readonly<Record<string, Tensor>> {
    return this.parts.feeds;
  }

  async release(): Promise<void> {
    await this.parts.session.release();
  }

  #fill(batch: PaddedBatch): void {
    for (const [name, data] of [...this.parts.integers, ...this.parts.floats]) {
      const from = batch.tensors[name];
      if (from === undefined) throw new Error(`the batch lacks ${name}`);
      if (data instanceof BigInt64Array && from instanceof BigInt64Array) data.set(from);
      else if (data instanceof Float32Array && from instanceof Float32Array) data.set(from);
      else throw new Error(`${name} is of another type`);
    }
  }
}
