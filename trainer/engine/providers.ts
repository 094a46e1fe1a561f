/**
 * Where a graph runs: `ATTENTION_SCOPE_PROVIDER`, which the editor's setting sets too, names an execution provider of ONNX
 * Runtime. What cannot be had falls back to the processor, and says so in one line.
 */
import type { InferenceSession } from 'onnxruntime-node';
import { type ExecutionProvider, executionProviders } from '../../protocol/server.ts';
import type { Runtime } from './runtime.ts';

export const providerVariable = 'ATTENTION_SCOPE_PROVIDER';

/** What ONNX Runtime calls them. */
const backends: Readonly<Record<Exclude<ExecutionProvider, 'auto' | 'cpu'>, string>> = {
  webgpu: 'webgpu',
  directml: 'dml',
  coreml: 'coreml',
  cuda: 'cuda',
};

/** What each wants to be there, for whoever asks in vain. */
const needs: Readonly<Record<keyof typeof backends, string>> = {
  webgpu: 'a graphics driver with Vulkan, Metal or Direct3D 12',
  directml: 'Windows with a Direct3D 12 graphics card',
  coreml: 'macOS on Apple silicon',
  cuda: 'Linux with an NVIDIA card and ONNX Runtime’s CUDA libraries, which its package does not hold',
};

export interface Providers {
  /** In the order they are asked; the processor computes what the first cannot. */
  readonly names: readonly string[];
  /** Why it is not what was asked for. */
  readonly note?: string;
}

/**
 * Which providers a session is made with. `auto` is the processor: an accelerator is used where somebody asks for it, since
 * models of this size spend their time in short steps, and none has yet been measured to be faster.
 * @param supported the backends of this build of ONNX Runtime
 */
export function chooseProviders(asked: string | undefined, supported: readonly string[]): Providers {
  if (asked === undefined || asked === '' || asked === 'auto' || asked === 'cpu') return { names: ['cpu'] };
  if (!isAccelerator(asked)) {
    return { names: ['cpu'], note: `There is no execution provider "${asked}"; there are ${executionProviders.join(', ')}. Using cpu.` };
  }
  if (!supported.includes(backends[asked])) {
    return {
      names: ['cpu'],
      note: `The execution provider ${asked} is not in this build of ONNX Runtime (it has ${supported.join(', ')}); it needs ${needs[asked]}. Using cpu.`,
    };
  }
  return { names: [backends[asked], 'cpu'] };
}

/** What sessions of this process ask first, by ONNX Runtime's own name. */
export function providerOf(runtime: Runtime): string {
  if (runtime.kind === 'web') return 'wasm';
  return chooseProviders(process.env[providerVariable], runtime.supportedBackends()).names[0] ?? 'cpu';
}

function isAccelerator(name: string): name is keyof typeof backends {
  return Object.hasOwn(backends, name);
}

let told = false;

/** Once a process: the same line for every graph would say nothing more. */
function tell(note: string): void {
  if (!told) process.stderr.write(`${note}\n`);
  told = true;
}

/** Makes a session with the provider asked for, or with the processor where that fails. @throws as ONNX Runtime does */
export async function createSession(
  runtime: Runtime,
  graph: string | Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  const create = (executionProviders: readonly string[]): Promise<InferenceSession> =>
    typeof graph === 'string'
      ? runtime.InferenceSession.create(graph, { ...options, executionProviders })
      : runtime.InferenceSession.create(graph, { ...options, executionProviders });
  const asked = process.env[providerVariable];
  if (runtime.kind === 'web') {
    if (asked !== undefined && !['', 'auto', 'cpu'].includes(asked)) {
      tell(`The execution provider ${asked} is not to be had where ONNX Runtime is WebAssembly. Using cpu.`);
    }
    return create(['wasm']);
  }
  const { names, note } = chooseProviders(asked, runtime.supportedBackends());
  if (note !== undefined) tell(note);
  if (names.length === 1) return create(names);
  try {
    return await create(names);
  } catch (thrown) {
    const session = await create(['cpu']); // a broken graph fails here as well, and says so itself
    const reason = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0]?.replace(/^.* was false\. /, '');
    tell(`The execution provider ${asked} could not be started (${reason}). Using cpu.`);
    return session;
  }
}
