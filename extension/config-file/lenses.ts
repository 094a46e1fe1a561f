/** What stands above a config: how its last run is doing, and what can be done. */
import { basename, sep } from 'node:path';
import type { RunSummary } from '../../protocol/runs.ts';
import { isLive, runDescription, stateLooks } from '../runs/describe.ts';

export interface Lens {
  readonly title: string;
  readonly tooltip: string;
  readonly command: `attentionScope.${string}`;
  readonly parameters: readonly unknown[];
}

export interface Config {
  /** What it calls its runs. */
  readonly name: string | undefined;
  /** The folder that its runs are put in. */
  readonly runsFolder: string;
  /** Whether the workspace is trusted: nothing is trained in another. */
  readonly isTrusted: boolean;
}

/** @param uri what the command that trains it is given */
export function lensesOf({ name, runsFolder, isTrusted }: Config, runs: readonly RunSummary[], uri: unknown): readonly Lens[] {
  const own = name === undefined ? [] : runsOf(name, runsFolder, runs);
  const [last] = own;
  const live = own.find(run => isLive(run) || run.state === 'queued');
  const ended = last !== undefined && ['stopped', 'interrupted', 'failed'].includes(last.state) ? last : undefined;
  const resumable = live === undefined ? ended : live.state === 'paused' ? live : undefined;
  const lenses: Lens[] = [];
  if (live !== undefined) lenses.push(statusOf(live));
  if (isTrusted) lenses.push({ title: '$(play) Run', tooltip: 'Trains what this config says, in a folder of its own', command: 'attentionScope.runConfig', parameters: [uri] });
  if (isTrusted && resumable !== undefined) {
    lenses.push({ title: '$(debug-continue) Resume', tooltip: `${resumable.name} goes on from its last checkpoint`, command: 'attentionScope.resumeRun', parameters: [resumable.folder] });
  }
  if (live === undefined && last !== undefined) lenses.push({ ...statusOf(last), title: '$(graph-line) Show Run' });
  return lenses;
}

/** What stands above the copy that a run keeps. @param run `undefined` while it is not known */
export function lensOfRun(folder: string, run: RunSummary | undefined): Lens {
  if (run !== undefined) return statusOf(run);
  return { title: '$(graph-line) Show Run', tooltip: `Shows ${basename(folder)}, which was trained with this`, command: 'attentionScope.openRun', parameters: [folder] };
}

function statusOf(run: RunSummary): Lens {
  const description = runDescription(run);
  const title = `$(${stateLooks[run.state].icon}) ${run.name}${description === '' ? '' : `: ${description}`}`;
  return { title, tooltip: `Shows ${run.name}${description === '' ? '' : ` (${description})`}`, command: 'attentionScope.openRun', parameters: [run.folder] };
}

/** The runs of a config, the newest first. */
function runsOf(name: string, runsFolder: string, runs: readonly RunSummary[]): RunSummary[] {
  return runs
    .filter(run => run.experiment === name && run.folder.startsWith(`${runsFolder}${sep}`))
    .toSorted((one, other) => compare(other.started ?? other.updated ?? '', one.started ?? one.updated ?? ''));
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
