/** What a run is told as: in the trees, in the status bar, in messages. */
import { bytesText, counted, durationText as durationInUnits } from '../../protocol/quantities.ts';
import type { RunCheckpoint, RunState, RunSummary } from '../../protocol/runs.ts';

/** A state's codicon and its colour, a theme's. */
export const stateLooks: Readonly<Record<RunState, { readonly icon: string; readonly colour?: string }>> = {
  queued: { icon: 'clock' },
  preparing: { icon: 'loading~spin', colour: 'charts.blue' },
  running: { icon: 'pulse', colour: 'charts.blue' },
  paused: { icon: 'debug-pause', colour: 'charts.yellow' },
  stopped: { icon: 'circle-slash' },
  finished: { icon: 'pass', colour: 'charts.green' },
  failed: { icon: 'error', colour: 'charts.red' },
  interrupted: { icon: 'warning', colour: 'problemsWarningIcon.foreground' },
};

/** States of a run that a process works on, or holds. */
export function isLive({ state }: RunSummary): boolean {
  return state === 'preparing' || state === 'running' || state === 'paused';
}

/** What stands after a run's name: how far it is, how long it still takes, how good it is. */
export function runDescription(run: RunSummary): string {
  const told = run.state === 'finished' || run.state === 'running' ? [] : [run.state === 'failed' && run.message !== null ? `failed: ${shortened(run.message)}` : run.state];
  const share = run.state === 'finished' || run.state === 'queued' ? undefined : shareText(run);
  return [
    ...told,
    ...(share === undefined ? [] : [share]),
    ...(run.secondsLeft === null || run.state !== 'running' ? [] : [leftText(run.secondsLeft)]),
    ...(run.metric === null ? [] : [metricText(run.metric.name, run.metric.best)]),
    ...(run.loss === null ? [] : [`loss ${valueText(run.loss)}`]),
    ...run.tags.map(tag => `#${tag}`),
  ].join(' · ');
}

/** "45 %", or the step where the end is not told; `undefined` before the first. */
export function shareText({ step, totalSteps }: RunSummary): string | undefined {
  if (step <= 0) return undefined;
  if (totalSteps === null || totalSteps <= 0) return `step ${step.toLocaleString('en')}`;
  return `${Math.min(100, Math.floor((step / totalSteps) * 100))} %`;
}

/** "12 min left". */
export function leftText(seconds: number): string {
  return `${durationText(seconds)} left`;
}

/** "less than a minute", "12 min", "3 h 20 min", "2 d 4 h". */
export function durationText(seconds: number): string {
  return seconds < 30 ? 'less than a minute' : durationInUnits(Math.max(60, seconds));
}

/** "BLEU 34.2". */
export function metricText(name: string, value: number): string {
  return `${metricName(name)} ${valueText(value)}`;
}

/** Names of measures for people; those of others' logs stay as they are. */
function metricName(name: string): string {
  return names[name] ?? name;
}

const names: Readonly<Record<string, string>> = { bleu: 'BLEU', chrf: 'chrF', macroF1: 'macro F1', bitsPerCharacter: 'bits a character' };

/** Four significant digits. */
export function valueText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'no number' : value < 0 ? '−∞' : '∞';
  return value.toLocaleString('en', { maximumSignificantDigits: 4 }).replace('-', '−');
}

/** What stands after a checkpoint's step. */
export function checkpointDescription({ metric, likelihood, bytes }: RunCheckpoint, run: RunSummary): string {
  const measure = metric !== null && run.metric !== null ? [metricText(run.metric.name, metric)] : likelihood === null ? [] : [`likelihood ${valueText(likelihood)}`];
  return [...measure, bytesText(bytes)].join(' · ');
}

/** The checkpoint to open when somebody wants the run's model: the best, else the latest. */
export function bestCheckpoint({ checkpoints }: RunSummary): RunCheckpoint | undefined {
  return checkpoints.find(({ best }) => best) ?? checkpoints.toSorted((one, other) => other.step - one.step)[0];
}

/** "3 runs · 1 running". */
export function experimentDescription(runs: readonly RunSummary[]): string {
  const count = (state: RunState): number => runs.filter(run => run.state === state).length;
  const told = (['running', 'paused', 'queued'] as const).map(state => [state, count(state)] as const).filter(([, many]) => many > 0);
  return [counted(runs.length, 'run'), ...told.map(([state, many]) => `${many} ${state}`)].join(' · ');
}

/** The first line, as far as a tree has room. */
function shortened(message: string): string {
  const [line = ''] = message.split(/\r?\n/, 1);
  return line.length > 60 ? `${line.slice(0, 59).trimEnd()}…` : line;
}
