/** What a tab says that has nothing to show: why, and what to do. */
import { html, type TemplateResult } from 'lit';
import type { FailureData } from '../../protocol/failure.ts';
import type { RunDetails } from '../../protocol/runs.ts';
import { icon } from '../panel/icons.ts';
import { metricsOf } from './curves/charts.ts';
import type { Tab } from './remembered.ts';

/** `undefined` where there is something to show. */
export function emptyTab(tab: Tab, details: RunDetails): TemplateResult | undefined {
  const { run, metrics, samples, probes, config } = details;
  const isOwn = run.format === 'attention-scope';
  switch (tab) {
    case 'curves':
      if (metricsOf(metrics, 'curves').length > 0) return undefined;
      return empty('No curves yet', run.state === 'queued' ? 'The run waits for another to end; curves begin with its first step.' : isWaiting(run) ? 'The run waits for its first step: its corpus is read and its graphs are built before.' : isOwn ? 'The run ended before its first step was logged.' : 'The log holds no numbers by step.');
    case 'attention':
      if (probes !== null && probes.steps.length > 0 && probes.maps.length > 0) return undefined;
      if (isWaiting(run)) return empty('No attention yet', 'With each checkpoint the attention over a few held-out examples is kept; the first one is still to come.');
      return isOwn
        ? empty('No attention was kept', 'Maps of held-out examples are kept with each checkpoint of a model that attends. Its model has no attention, or no checkpoint was written.')
        : empty('No attention in this log', 'It tells numbers only. A run directory also keeps the attention of a few examples: media/python/attention_scope.py writes one from a Python script.');
    case 'checkpoints':
      if (run.checkpoints.length > 0) return undefined;
      return isWaiting(run) ? empty('No checkpoint yet', 'The first one is written after the first validation.') : empty('No checkpoints', 'Nothing that can be opened as a model was kept of this run.');
    case 'samples':
      if (samples.length > 0) return undefined;
      return isWaiting(run) ? empty('No samples yet', 'Held-out sentences are translated at each validation.') : empty('No samples', 'Runs of translators and dialogues tell what they make of held-out sentences at each validation; this one tells none.');
    case 'config':
      return config.length > 0 ? undefined : empty('No settings', 'This log does not say with what it was made.');
    case 'hardware':
      if (metricsOf(metrics, 'hardware').length > 0) return undefined;
      return isWaiting(run) ? empty('Nothing measured yet', 'Memory, processors and speed are told with each logged step.') : empty('Nothing measured', 'This run tells neither memory nor processors nor speed.');
  }
}

/** The run's folder is no longer there. */
export function gone(folder: string): TemplateResult {
  return empty('The run is gone', `${folder} is no longer there. If it was moved, open it where it is now; if it comes back, it is shown again.`);
}

export function unreadable({ message, hint }: FailureData, again: () => void): TemplateResult {
  return html`
    <div class="notice error" role="alert">
      ${icon('error')}<div><p>${message}</p><p>${hint}</p><vscode-button @click=${again}>Retry</vscode-button></div>
    </div>`;
}

function isWaiting({ state }: RunDetails['run']): boolean {
  return state === 'queued' || state === 'preparing' || state === 'running' || state === 'paused';
}

function empty(title: string, why: string): TemplateResult {
  return html`<div class="empty"><p>${title}</p><p>${why}</p></div>`;
}
