import { Failure } from '../../../protocol/failure.ts';
import type { RunState, RunWish } from '../../../protocol/runs.ts';
import type { Command } from '../../commands/command.ts';
import { nameOfRun, runsFor } from '../choose-run.ts';

/** Which states a run can be in when something is wished of it. */
const from: Readonly<Record<RunWish, readonly RunState[]>> = {
  pause: ['running'],
  resume: ['paused', 'stopped', 'interrupted', 'failed'],
  stop: ['queued', 'preparing', 'running', 'paused'],
};

function steers(id: Command['id'], wish: RunWish): Command {
  return {
    id,
    async run(app, clicked, selected) {
      const fits = ({ state, format }: { readonly state: RunState; readonly format: string }): boolean => from[wish].includes(state) && format === 'attention-scope';
      const folders = await runsFor(app, clicked, selected, { verb: wish, fits });
      for (const folder of folders) {
        const run = app.runs.store.get(folder);
        if (run !== undefined && !fits(run)) throw wrongState(nameOfRun(app, folder), run.state, wish);
        await app.runs.control(folder, wish);
      }
    },
  };
}

/** Runs wait with all they hold in memory, and go on from there. */
export const pauseRun = steers('attentionScope.pauseRun', 'pause');
/** Goes on with what is paused, and starts again what was stopped, interrupted or failed, from its last checkpoint. */
export const resumeRun = steers('attentionScope.resumeRun', 'resume');
/** Saves a checkpoint and ends; what waits in the queue leaves it. */
export const stopRun = steers('attentionScope.stopRun', 'stop');

function wrongState(name: string, state: RunState, wish: RunWish): Failure {
  const states = from[wish].join(', ').replace(/, (\w+)$/, ' or $1');
  return new Failure('bad-argument', `${name} is ${state}: there is nothing to ${wish}.`, `What is ${states} can be ${past[wish]}.`);
}

const past: Readonly<Record<RunWish, string>> = { pause: 'paused', resume: 'resumed', stop: 'stopped' };
