/**
 * Which build of ONNX Runtime this machine runs: the native one, or WebAssembly where none is published (macOS on
 * Intel). Both have the same interface; the module is loaded at the first use, since loading it takes a while.
 */
import type * as native from 'onnxruntime-node';

export type Runtime = Pick<typeof native, 'InferenceSession' | 'Tensor'> & {
  readonly kind: 'native' | 'web';
  /** Execution providers that this build has, by ONNX Runtime's own names. */
  readonly supportedBackends: () => readonly string[];
};

const hasNativeBuild = !(process.platform === 'darwin' && process.arch === 'x64');

let loading: Promise<Runtime> | undefined;

/** `ATTENTION_SCOPE_RUNTIME=web` chooses WebAssembly by hand, so that it can be tried on every machine. */
export function loadRuntime(): Promise<Runtime> {
  loading ??= hasNativeBuild && process.env['ATTENTION_SCOPE_RUNTIME'] !== 'web' ? loadNative() : loadWeb();
  return loading;
}

async function loadNative(): Promise<Runtime> {
  const { InferenceSession, Tensor, listSupportedBackends } = await import('onnxruntime-node');
  return { kind: 'native', InferenceSession, Tensor, supportedBackends: () => listSupportedBackends().map(({ name }) => name) };
}

async function loadWeb(): Promise<Runtime> {
  const { InferenceSession, Tensor, env } = await import('onnxruntime-web');
  // More threads than one need a page's shared memory set-up, and small models gain little from them.
  env.wasm.numThreads = 1;
  env.logLevel = 'fatal';
  return { kind: 'web', InferenceSession, Tensor, supportedBackends: () => ['wasm'] };
}
