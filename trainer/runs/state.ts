/** Where a run is, from what its files say. */
import type { RunState } from '../../protocol/runs.ts';
import type { RunFold } from './fold.ts';

export interface WriterSeen {
  readonly lives: boolean;
  /** Milliseconds since 1970 at which writer.json was made; undefined where its file system does not tell. */
  readonly since: number | undefined;
}

const endings: Readonly<Record<string, RunState>> = { finished: 'finished', stopped: 'stopped', failed: 'failed' };

/** @param isAsked whether a request waits to be answered */
export function stateOf(fold: Pick<RunFold, 'last' | 'hasBegun' | 'isPaused'>, writer: WriterSeen | undefined, isAsked: boolean): RunState {
  const ending = endings[fold.last?.type ?? ''];
  if (writer?.lives === true) {
    if (!fold.hasBegun || isNewAttempt(fold, writer)) return 'preparing';
    return ending ?? (fold.isPaused ? 'paused' : 'running');
  }
  if (ending === 'finished') return ending;
  return isAsked ? 'queued' : (ending ?? 'interrupted');
}

/** Whether the writer came after all that was told: what it does is not told yet. */
function isNewAttempt({ last }: Pick<RunFold, 'last'>, { since }: WriterSeen): boolean {
  return last !== undefined && since !== undefined && since > last.time;
}
