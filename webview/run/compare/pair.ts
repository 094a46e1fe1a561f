/** Which two checkpoints of a run are compared, and what each is called. */
import type { RunCheckpoint, RunSummary } from '../../../protocol/runs.ts';
import { measureText, titleOf } from '../curves/naming.ts';

/** By their steps. */
export type StepPair = readonly [number, number];

/** Two to begin with: the first and the best, or the last. */
export function firstPair(checkpoints: readonly Pick<RunCheckpoint, 'step' | 'best'>[]): StepPair | undefined {
  const steps = checkpoints.map(({ step }) => step).sort((one, other) => one - other);
  const [earliest] = steps;
  const latest = steps.at(-1);
  if (earliest === undefined || latest === undefined || earliest === latest) return undefined;
  const best = checkpoints.find(one => one.best)?.step ?? latest;
  return best === earliest ? [earliest, latest] : [earliest, best];
}

/** Those that were chosen, as long as both are kept. */
export function keptPair(chosen: StepPair | undefined, checkpoints: readonly Pick<RunCheckpoint, 'step' | 'best'>[]): StepPair | undefined {
  const isKept = chosen?.every(step => checkpoints.some(checkpoint => checkpoint.step === step));
  return isKept === true ? chosen : firstPair(checkpoints);
}

/** "Step 3,000". */
export function stepName(step: number): string {
  return `Step ${step.toLocaleString('en')}`;
}

/** "Step 3,000 · BLEU 34.2 · best". */
export function checkpointName({ step, best, metric }: Pick<RunCheckpoint, 'step' | 'best' | 'metric'>, run: Pick<RunSummary, 'metric'>): string {
  const measured = metric === null || run.metric === null ? [] : [`${titleOf(run.metric.name)} ${measureText(run.metric.name, metric)}`];
  return [stepName(step), ...measured, ...(best ? ['best'] : [])].join(' · ');
}
