/** One bucket's training step: a graph of fixed lengths, loaded once, that leaves gradients where the optimizer reads them. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Runtime } from '../engine/runtime.ts';
import { runInto } from '../engine/session.ts';
import { writeOnnx } from '../graph/write.ts';
import { differentiate } from '../graph/gradients/backward.ts';
import { elementCount, fixedShape } from '../graph/value.ts';
import type { Floats } from '../kernels/kernels.ts';
import { Kernels } from '../kernels/kernels.ts';
import type { BatchShape } from '../models/training-graph.ts';
import type { PaddedBatch } from './batch.ts';
import { keyOf } from './random.ts';
import type { StepModel } from './step-model.ts';
import type { TrainingState } from './state.ts';

export interface StepSettings {
  readonly labelSmoothing: number;
  readonly dropout: number;
  readonly threads: number;
  /** Keep each session's freed memory for its next run; without it the process' own allocator must do so. */
  readonly arena: boolean;
}

export interface StepLoss {
  /** Mean smoothed loss a token, what is minimised. */
  readonly loss: number;
  /** Mean negative log-likelihood a token, in nats. */
  readonly likelihood: number;
}

/** Inputs so named are dropout masks; the rest of the name is their site. */
const dropoutPrefix = 'dropout.';

interface RowGradient {
  readonly table: Floats;
  readonly features: number;
  readonly ids: { readonly pointer: number; readonly data: BigInt64Array };
  readonly rows: Floats;
}

export class BucketedStep {
  readonly #session: InferenceSession;
  readonly #feeds: Record<string, Tensor>;
  readonly #fetches: Record<string, Tensor>;
  readonly #integers: ReadonlyMap<string, BigInt64Array>;
  readonly #floats: ReadonlyMap<string, Float32Array>;
  readonly #masks: ReadonlyMap<string, Floats>;
  readonly #rows: readonly RowGradient[];
  readonly #state: TrainingState;
  readonly #settings: StepSettings;
  readonly #runtime: Runtime;

  private constructor(parts: {
    session: InferenceSession;
    feeds: Record<string, Tensor>;
    fetches: Record<string, Tensor>;
    integers: ReadonlyMap<string, BigInt64Array>;
    floats: ReadonlyMap<string, Float32Array>;
    masks: ReadonlyMap<string, Floats>;
    rows: readonly RowGradient[];
    state: TrainingState;
    settings: StepSettings;
    shape: BatchShape;
    runtime: Runtime;
  }) {
    this.#session = parts.session;
    this.#feeds = parts.feeds;
    this.#fetches = parts.fetches;
    this.#integers = parts.integers;
    this.#floats = parts.floats;
    this.#masks = parts.masks;
    this.#rows = parts.rows;
    this.#state = parts.state;
    this.#settings = parts.settings;
    this.#runtime = parts.runtime;
    this.shape = parts.shape;
  }

  readonly shape: BatchShape;

  /** Bytes of the state's scratch memory that a bucket of this shape takes. */
  static scratchBytes({ width, maskRows }: StepModel, { batch, source, target }: BatchShape): number {
    const rows = batch * (maskRows({ source, target }) + source + target);
    const ids = batch * (source + 2 * target);
    // Each of them begins at a multiple of 64 bytes.
    return Kernels.bytesOf(rows * width) + Kernels.bytesOf(2 * ids) + 64 * 64;
  }

  static async load(
    runtime: Runtime,
    model: StepModel,
    shape: BatchShape,
    state: TrainingState,
    settings: StepSettings,
  ): Promise<BucketedStep> {
    const { graph, parameters, loss, likelihood } = model.graph(shape, {
      labelSmoothing: settings.labelSmoothing,
      dropout: settings.dropout > 0,
    });
    const gradients = differentiate(loss, [...parameters.values()]);
    const { kernels } = state;
    const tensor = (floats: Floats, dims: readonly number[]): Tensor => new runtime.Tensor('float32', floats.data, dims);
    const feeds: Record<string, Tensor> = {};
    const fetches: Record<string, Tensor> = {};
    const integers = new Map<string, BigInt64Array>();
    const integerPointers = new Map<string, { pointer: number; data: BigInt64Array }>();
    const floats = new Map<string, Float32Array>();
    const masks = new Map<string, Floats>();
    const rows: RowGradient[] = [];
    const states = new Map(state.parameters.map(parameter => [parameter.spec.name, parameter]));

    for (const input of graph.inputs) {
      const dims = fixedShape(input);
      const parameter = states.get(input.name);
      const site = input.name.startsWith(dropoutPrefix) ? input.name.slice(dropoutPrefix.length) : undefined;
      if (parameter !== undefined) {
        feeds[input.name] = tensor(parameter.value, dims);
      } else if (site !== undefined) {
        const mask = kernels.floats(elementCount(dims));
        masks.set(site, mask);
        feeds[input.name] = tensor(mask, dims);
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
    for (const [name, value] of [['loss', loss], ['likelihood', likelihood]] as const) {
      graph.output(value, name);
      fetches[name] = new runtime.Tensor('float32', new Float32Array(1), []);
    }
    const session = await runtime.InferenceSession.create(writeOnnx(graph), {
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      enableCpuMemArena: settings.arena,
      logSeverityLevel: 3,
    });
    return new BucketedStep({ session, feeds, fetches, integers, floats, masks, rows, state, settings, shape, runtime });
  }

  /**
   * Forward and backward: leaves every parameter's gradient in the state.
   * @param dropoutKey what names this step's dropout masks; without one nothing is dropped
   */
  async run(batch: PaddedBatch, dropoutKey?: readonly (string | number)[]): Promise<StepLoss> {
    this.#fill(batch);
    const { kernels, parameters } = this.#state;
    for (const [site, mask] of this.#masks) {
      if (dropoutKey === undefined) mask.data.fill(1);
      else kernels.dropoutMask(mask, keyOf(...dropoutKey, site), this.#settings.dropout);
    }
    const outputs = await runInto(this.#runtime, this.#session, this.#feeds, this.#fetches);
    for (const { spec, gradient } of parameters) {
      if (outputs[`gradient.${spec.name}`] === undefined) gradient.data.fill(0);
    }
    for (const { table, ids, rows, features } of this.#rows) kernels.addRows(table, ids, rows, features);
    return { loss: Number(outputs['loss']?.data[0]), likelihood: Number(outputs['likelihood']?.data[0]) };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  #fill(batch: PaddedBatch): void {
    for (const [name, data] of [...this.#integers, ...this.#floats]) {
      const from = batch.tensors[name];
      if (from === undefined) throw new Error(`the batch lacks ${name}`);
      if (data instanceof BigInt64Array && from instanceof BigInt64Array) data.set(from);
      else if (data instanceof Float32Array && from instanceof Float32Array) data.set(from);
      else throw new Error(`${name} is of another type`);
    }
  }
}
