import type { RunSummary } from '../../protocol/runs.ts';
import { isLive, leftText, metricText, shareText } from './describe.ts';

export interface RunsStatus {
  readonly text: string;
  /** For screen readers: no icons. */
  readonly label: string;
  /** A line a run: those that are trained, then those that wait. */
  readonly lines: readonly string[];
  /** The run to show at a click, where there is but one. */
  readonly only: string | undefined;
}

/** What the status bar says of the runs; `undefined` where none is trained. */
export function runsStatus(runs: readonly RunSummary[]): RunsStatus | undefined {
  const live = runs.filter(isLive).sort((one, other) => order(one) - order(other) || one.name.localeCompare(other.name));
  const [first, ...others] = live;
  if (first === undefined) return undefined;
  const progress = progressText(first);
  const named = `${first.name} ${progress}`.trim();
  const words = others.length === 0 ? named : `${live.length} runs · ${named}`;
  return {
    // A name that holds an icon's sign is no icon.
    text: `${icons[first.state] ?? '$(pulse)'} ${words.replaceAll('$(', '$ (')}`,
    label: `Attention Scope trains ${words}`,
    lines: [...live, ...runs.filter(({ state }) => state === 'queued')].map(lineOf),
    only: others.length === 0 ? first.folder : undefined,
  };
}

const icons: Readonly<Partial<Record<RunSummary['state'], string>>> = { preparing: '$(loading~spin)', paused: '$(debug-pause)' };

/** What runs stands before what prepares and what is paused. */
function order({ state }: RunSummary): number {
  return ['running', 'preparing', 'paused'].indexOf(state);
}

function progressText(run: RunSummary): string {
  const share = shareText(run);
  const left = run.state !== 'running' ? run.state : run.secondsLeft === null ? undefined : leftText(run.secondsLeft);
  return [share, left].filter(part => part !== undefined).join(' · ');
}

function lineOf(run: RunSummary): string {
  const progress = progressText(run);
  const metric = run.metric === null ? [] : [metricText(run.metric.name, run.metric.best)];
  return [run.name, ...(progress === '' ? [] : [progress]), ...metric].join(' · ');
}
