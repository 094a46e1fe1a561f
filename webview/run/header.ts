/** The bar at the top: which run, how far it is, what can be done with it. Pure but for its templates. */
import { html, nothing, type TemplateResult } from 'lit';
import { durationText } from '../../protocol/quantities.ts';
import type { ShownRun } from '../../protocol/run-page.ts';
import type { RunState as State, RunSummary, RunWish } from '../../protocol/runs.ts';
import { toolbarButton } from '../panel/header.ts';

/** What each state is called, and what can be wished in it. */
const states: Readonly<Record<State, { readonly name: string; readonly wishes: readonly RunWish[] }>> = {
  queued: { name: 'Waits for its turn', wishes: ['stop'] },
  preparing: { name: 'Preparing', wishes: ['stop'] },
  running: { name: 'Running', wishes: ['pause', 'stop'] },
  paused: { name: 'Paused', wishes: ['resume', 'stop'] },
  stopped: { name: 'Stopped', wishes: ['resume'] },
  finished: { name: 'Finished', wishes: [] },
  failed: { name: 'Failed', wishes: ['resume'] },
  interrupted: { name: 'Interrupted', wishes: ['resume'] },
};

const wishLooks = {
  pause: { name: 'Pause', icon: 'pause' }, resume: { name: 'Resume', icon: 'play' }, stop: { name: 'Stop', icon: 'stop' },
} as const;

export function stateName(state: State): string {
  return states[state].name;
}

/** The wishes that a run can be told. What others' programs write is only looked at. */
export function wishesOf(run: RunSummary): readonly RunWish[] {
  return run.format === 'attention-scope' ? states[run.state].wishes : [];
}

/** "Running · step 4,350 of 20,484 (21 %) · 12 min left". */
export function progressLine({ state, step, totalSteps, secondsLeft, format, message }: RunSummary): string {
  const at = `step ${step.toLocaleString('en')}`;
  return [
    ...(format === 'attention-scope' ? [stateName(state)] : [formats[format]]),
    ...(step <= 0 ? [] : totalSteps === null || totalSteps <= 0 ? [at] : [`step ${Math.min(step, totalSteps).toLocaleString('en')} of ${totalSteps.toLocaleString('en')} (${Math.min(100, Math.floor((100 * step) / totalSteps))} %)`]),
    ...(state === 'running' && secondsLeft !== null ? [`${durationText(secondsLeft)} left`] : []),
    ...(message === null ? [] : [message]),
  ].join(' · ');
}

const formats: Readonly<Record<RunSummary['format'], string>> = {
  'attention-scope': 'Attention Scope', tensorboard: 'TensorBoard log', 'trainer-state': 'Hugging Face Trainer', csv: 'CSV log', 'json-lines': 'JSON lines',
};

export function header(shown: ShownRun | undefined, wish: (wish: RunWish) => void, add: () => void): TemplateResult {
  const run = shown?.run ?? null;
  return html`
    <header>
      <div class="title">
        <h1 title=${shown?.folder ?? ''}>${shown?.name ?? ''}</h1>
        <p role="status">${run === null ? '' : shown?.isGone === true ? `Its folder is gone · ${progressLine(run)}` : progressLine(run)}</p>
      </div>
      ${shown === undefined ? nothing : html`
        <nav aria-label="Actions">
          ${run === null || shown.isGone ? nothing : wishesOf(run).map(one => toolbarButton(wishLooks[one].name, wishLooks[one].icon, () => wish(one)))}
          ${toolbarButton('Compare with Run…', 'compare', add)}
        </nav>`}
    </header>`;
}
