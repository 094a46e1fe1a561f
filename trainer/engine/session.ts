/** A loaded graph: a thin typed wrapper of ONNX Runtime's session. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createSession } from './providers.ts';
import { loadRuntime, type Runtime } from './runtime.ts';

export type { Tensor } from 'onnxruntime-node';

/** Tensors by the names that the graph gives them. */
export type Tensors = Record<string, Tensor>;

/** What a graph declares of an input or output; a symbolic dimension is its name. */
export interface TensorType {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface SessionOptions {
  /** Number of threads a single operator may use. */
  readonly threads: number;
  /** Path of the file, in the graph's own folder, that holds the graph's weights. */
  readonly weights?: string;
  /** Whether operators compute with weights of 8 bits as they are; else float32 ones are made of them, once, at load. */
  readonly keepQuantised?: boolean;
  /**
   * Keep freed memory for the next run. Faster when shapes repeat; with lengths that vary it grows to the sum of the
   * largest.
   */
  readonly arena?: boolean;
}

/** Where the weights lie that are not in a graph's own bytes. */
export interface ExternalData {
  /** The folder that the graph's own names of files are in; nothing outside of it is opened. */
  readonly folder: string;
  /** Paths of these files, for a runtime that sees none: WebAssembly. */
  readonly external: readonly string[];
}

export class Session {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession, readonly runtime: Runtime) {
    this.#session = session;
    this.inputs = session.inputMetadata.map(tensorType);
    this.outputs = session.outputMetadata.map(tensorType);
  }

  /**
   * Loads a graph from a file. Blocks the event loop while it does.
   * @throws Error, ONNX Runtime's own, when the graph or its weights are broken
   */
  static async open(graph: string, options: SessionOptions): Promise<Session> {
    const runtime = await loadRuntime();
    const settings = settingsOf(options);
    if (runtime.kind === 'native') return new Session(await createSession(runtime, graph, settings), runtime);
    // WebAssembly sees no files: it is given bytes.
    const external = options.weights === undefined ? [] : [options.weights];
    return Session.openBytes(new Uint8Array(await readFile(graph)), { ...options, folder: dirname(graph), external });
  }

  /**
   * The same of a graph in memory: one that was edited, say, and is nowhere on the disk. Its weights may be.
   * @throws Error, ONNX Runtime's own, when the graph or its weights are broken, or lie outside of the folder
   */
  static async openBytes(graph: Uint8Array, options: SessionOptions & ExternalData): Promise<Session> {
    const runtime = await loadRuntime();
    // WebAssembly knows the files by their names alone: a folder before them, and it finds none.
    const settings = settingsOf(options, runtime.kind === 'native' ? options.folder : undefined);
    if (runtime.kind === 'native' || options.external.length === 0) {
      return new Session(await createSession(runtime, graph, settings), runtime);
    }
    const externalData = [];
    for (const path of options.external) externalData.push({ path: basename(path), data: new Uint8Array(await readFile(path)) });
    return new Session(await createSession(runtime, graph, { ...settings, externalData }), runtime);
  }

  /**
   * Runs the graph. `into` names the outputs that are wanted; a tensor there is written into, and returned. The event
   * loop turns once before the run and is blocked during it.
   */
  run(feeds: Tensors, into: Readonly<Record<string, Tensor | null>>): Promise<Tensors> {
    return runInto(this.runtime, this.#session, feeds, into);
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function settingsOf({ threads, arena = false, keepQuantised = false }: SessionOptions, folder?: string): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: arena,
    enableMemPattern: arena,
    logSeverityLevel: 4, // what goes wrong is thrown; nothing is printed beside it
    extra: {
      session: {
        disable_quant_qdq: keepQuantised ? '0' : '1',
        // Threads that wait for work sleep: between the short products of a decoding step, spinning ones take the
        // processor from each other and from whoever draws the result.
        intra_op: { allow_spinning: '0' },
        ...(folder === undefined ? {} : { model_external_initializers_file_folder_path: folder }),
      },
    },
  };
}

/**
 * Runs a session of whichever runtime: the native one writes into the tensors it is given, WebAssembly returns others,
 * which are copied there.
 */
export async function runInto(
  runtime: Runtime,
  session: InferenceSession,
  feeds: Tensors,
  into: Readonly<Record<string, Tensor | null>>,
): Promise<Tensors> {
  if (runtime.kind === 'native') return session.run(feeds, into);
  const results: Tensors = await session.run(feeds, namesOnly(into));
  for (const [name, wanted] of Object.entries(into)) {
    const found = results[name];
    if (wanted === null || found === undefined) continue;
    floats(wanted).set(floats(found));
    results[name] = wanted;
  }
  return results;
}

/** @throws TypeError where the tensor holds anything else */
export function floats(tensor: Tensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw new TypeError(`expected float32 values, got ${tensor.type}`);
}

function namesOnly(into: Readonly<Record<string, Tensor | null>>): Record<string, null> {
  return Object.fromEntries(Object.keys(into).map(name => [name, null]));
}

function tensorType(metadata: InferenceSession.ValueMetadata): TensorType {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
    : { name: metadata.name, type: 'not a tensor', shape: [] };
}
