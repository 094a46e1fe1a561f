/** Options of ONNX Runtime's sessions that only a measurement changes. */
import type { InferenceSession } from 'onnxruntime-node';
import type { Runtime } from '../../trainer/engine/runtime.ts';

export const levels = ['disabled', 'basic', 'extended', 'all'] as const;
export type OptimizationLevel = (typeof levels)[number];

export function isLevel(name: string): name is OptimizationLevel {
  return levels.some(level => level === name);
}

/** The runtime, with these options of every session in place of what its maker asks for; `made` hears of each. */
export function withSessionOptions(
  runtime: Runtime,
  options: InferenceSession.SessionOptions,
  made: (session: InferenceSession) => void = () => undefined,
): Runtime {
  const create = async (graph: string | Uint8Array, own: InferenceSession.SessionOptions): Promise<InferenceSession> => {
    const all = { ...own, ...options };
    const session = typeof graph === 'string' ? await runtime.InferenceSession.create(graph, all) : await runtime.InferenceSession.create(graph, all);
    made(session);
    return session;
  };
  // Sessions are made of a file or of bytes; the other forms of `create` nobody here uses.
  return { ...runtime, InferenceSession: { create } as typeof runtime.InferenceSession };
}
