import type { ServerStatus, Task } from '../../protocol/server.ts';
import type { WorkerState } from '../worker/worker.ts';

/** All that the status bar item depends on. */
export interface StatusFacts {
  /** What a model was last asked for, and so whose model is told. */
  readonly task: Task;
  /** Its id or folder, where one is chosen. */
  readonly model: string | undefined;
  /** The model's name for people, once it is known. */
  readonly modelName: string | undefined;
  readonly worker: WorkerState;
  readonly server: ServerStatus;
  /** What is asked of a model now: "translating". */
  readonly doing: string | undefined;
}

export interface StatusView {
  readonly text: string;
  readonly state: string;
  /** For screen readers: no icons. */
  readonly label: string;
  readonly command: 'attentionScope.selectModel' | 'attentionScope.cancel';
}

export function statusView(facts: StatusFacts): StatusView {
  const name = facts.modelName ?? facts.model?.replace(/^.*[/\\]/, '') ?? 'no model';
  const state = stateOf(facts);
  const busy = state !== 'ready' && state !== 'not started';
  const icon = busy ? '$(loading~spin)' : '$(eye)';
  return {
    text: `${icon} ${name}`,
    state,
    label: `Attention Scope, model ${name}, ${state}`,
    command: facts.doing !== undefined ? 'attentionScope.cancel' : 'attentionScope.selectModel',
  };
}

function stateOf({ worker, server, doing }: StatusFacts): string {
  if (worker === 'starting') return 'starting the worker';
  if (worker === 'running' && server.state === 'loading') return 'loading the model';
  if (doing !== undefined) return doing;
  return worker === 'running' ? 'ready' : 'not started';
}
