/** Runs as a table in a terminal. */
import { durationText } from '../../protocol/quantities.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import { displayWidth, fit, pad } from '../render/display-width.ts';
import { printable } from '../render/printable.ts';
import { styleFor } from '../render/terminal-style.ts';

const header = ['run', 'experiment', 'state', 'step', 'loss', 'measure', 'best', 'time left', 'updated'] as const;
const widestCell = 40;

/** By experiment, then by start. */
export function renderRuns(runs: readonly RunSummary[], { colour }: { readonly colour: boolean }): string {
  const style = styleFor(colour);
  const sorted = runs.toSorted((a, b) => compare(a.experiment, b.experiment) || compare(a.started ?? '', b.started ?? '') || compare(a.name, b.name));
  const rows = [header, ...sorted.map(cellsOf)].map(row => row.map(cell => fit(printable(cell).replaceAll('\n', ' '), widestCell)));
  const widths = header.map((_, column) => Math.max(...rows.map(row => displayWidth(row[column] ?? ''))));
  const lines = rows.map(row => row.map((cell, column) => pad(cell, widths[column] ?? 0, 'left')).join('  ').trimEnd());
  return lines.map((line, index) => (index === 0 ? style.dim(line) : line)).join('\n');
}

function cellsOf({ name, experiment, state, step, totalSteps, loss, metric, secondsLeft, updated }: RunSummary): string[] {
  return [
    name,
    experiment,
    state,
    totalSteps === null ? String(step) : `${step}/${totalSteps}`,
    loss === null ? '' : number(loss),
    metric === null ? '' : `${metric.name} ${number(metric.value)}`,
    metric === null ? '' : number(metric.best),
    secondsLeft === null ? '' : durationText(secondsLeft),
    updated === null ? '' : `${updated.slice(0, 16).replace('T', ' ')} UTC`,
  ];
}

const number = (value: number): string => String(Number(value.toPrecision(4)));
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
