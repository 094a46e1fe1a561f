import type { RunSummary } from '../../protocol/runs.ts';

/** A run's summary that says what a test is about, and else nothing in particular. */
export function runOf(name: string, told: Partial<RunSummary> = {}): RunSummary {
  return {
    folder: `/runs/${name}`,
    format: 'attention-scope',
    name,
    experiment: name.replace(/-\d+$/, ''),
    tags: [],
    task: 'translation',
    state: 'finished',
    step: 0,
    totalSteps: null,
    loss: null,
    metric: null,
    secondsLeft: null,
    started: null,
    updated: null,
    message: null,
    job: null,
    checkpoints: [],
    ...told,
  };
}

/** Of a measure whose last value is its best. */
export function metricOf(name: string, value: number): RunSummary['metric'] {
  return { name, value, best: value };
}
