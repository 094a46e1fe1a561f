import type { ServerStatus, Task } from '../../protocol/server.ts';
import { taskNames } from '../session/models.ts';
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
  /** The model of what the panel in front shows, which may be another. */
  readonly inspected: string | undefined;
  /** What is asked of a model now: "translating". */
  readonly doing: string | undefined;
}

export interface StatusView {
  readonly text: string;
  readonly state: string;
  /** Which model does what, a line each. */
  readonly models: readonly string[];
  /** For screen readers: no icons. */
  readonly label: string;
  readonly command: 'attentionScope.selectModel' | 'attentionScope.cancel';
}

export function statusView(facts: StatusFacts): StatusView {
  const own = facts.modelName ?? lastPart(facts.model);
  const inspected = lastPart(facts.inspected);
  const isOther = inspected !== undefined && inspected !== own && facts.doing === undefined;
  const name = (isOther ? inspected : own) ?? 'no model';
  const state = stateOf(facts);
  const busy = state !== 'ready' && state !== 'not started';
  const icon = busy ? '$(loading~spin)' : '$(eye)';
  return {
    text: `${icon} ${name}`,
    state,
    models: isOther ? [`Inspected: ${facts.inspected}`, `${taskNames[facts.task]}: ${own ?? 'no model chosen'}`] : [`Model: ${facts.modelName ?? facts.model ?? 'none chosen'}`],
    label: `Attention Scope, ${isOther ? 'inspected ' : ''}model ${name}, ${state}`,
    command: facts.doing !== undefined ? 'attentionScope.cancel' : 'attentionScope.selectModel',
  };
}

/** A model from a folder is known by its path. */
function lastPart(model: string | undefined): string | undefined {
  return model?.replace(/^.*[/\\]/, '');
}

function stateOf({ worker, server, doing }: StatusFacts): string {
  if (worker === 'starting') return 'starting the worker';
  if (worker === 'running' && server.state === 'loading') return 'loading the model';
  if (doing !== undefined) return doing;
  return worker === 'running' ? 'ready' : 'not started';
}
