import type { ServerStatus } from '../../protocol/server.ts';
import type { WorkerState } from '../worker/worker.ts';

/** All that the status bar item depends on. */
export interface StatusFacts {
  readonly model: string;
  /** The model's name for people, once it is known. */
  readonly modelName: string | undefined;
  readonly worker: WorkerState;
  readonly server: ServerStatus;
  readonly translating: boolean;
}

export interface StatusView {
  readonly text: string;
  readonly state: string;
  /** For screen readers: no icons. */
  readonly label: string;
  readonly command: 'attentionScope.selectModel' | 'attentionScope.cancel';
}

export function statusView(facts: StatusFacts): StatusView {
  const name = facts.modelName ?? facts.model.replace(/^.*[/\\]/, '');
  const state = stateOf(facts);
  const busy = state !== 'ready' && state !== 'not started';
  const icon = busy ? '$(loading~spin)' : '$(eye)';
  return {
    text: `${icon} ${name}`,
    state,
    label: `Attention Scope, model ${name}, ${state}`,
    command: facts.translating ? 'attentionScope.cancel' : 'attentionScope.selectModel',
  };
}

function stateOf({ worker, server, translating }: StatusFacts): string {
  if (worker === 'starting') return 'starting the worker';
  if (worker === 'running' && server.state === 'loading') return 'loading the model';
  if (translating) return 'translating';
  return worker === 'running' ? 'ready' : 'not started';
}
