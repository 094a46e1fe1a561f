/** What interventions have changed, as a short table for a terminal: what was said before and after, and which maps are others. */
import type { InspectedOutput } from '../../protocol/inspection.ts';
import { type HeadChange, headChanges, type WhatIf } from '../inspection/what-if.ts';
import { displayWidth, fit } from './display-width.ts';
import { printable, printableWord } from './printable.ts';
import { type Style, styleFor } from './terminal-style.ts';
import type { TerminalOptions } from './terminal.ts';

/** Rows of a table, and heads, that are told. */
const [mostRows, mostHeads] = [60, 8];
/** Columns of one token. */
const widest = 24;

export function renderWhatIf(whatIf: WhatIf, { colour }: TerminalOptions): string {
  const style = styleFor(colour);
  const { before, after } = whatIf;
  return [...outputsOf(before.output, after.output, style), mapsOf(headChanges(whatIf), style)].join('\n\n');
}

function outputsOf(before: InspectedOutput, after: InspectedOutput, style: Style): string[] {
  if (before.kind === 'written' && after.kind === 'written') {
    const texts = [`${style.dim('before')}  ${printable(before.text)}`, `${style.dim('after ')}  ${style.bold(printable(after.text))}`].join('\n');
    const steps = Array.from({ length: Math.max(before.steps.length, after.steps.length) }, (_, index): Row => [
      String(index), ...[before, after].flatMap(({ steps: all }) => { const written = all[index]?.written; return [printableWord(written?.text ?? ''), written === undefined ? '' : percent(Math.exp(written.logProb))]; }),
    ]);
    return [texts, table(['step', 'before', '', 'after', ''], steps, style)];
  }
  if (before.kind === 'labelled' && after.kind === 'labelled') {
    const rows = before.labels.map(({ label, probability }): Row => [printableWord(label), percent(probability), percent(after.labels.find(one => one.label === label)?.probability ?? 0)]);
    return [table(['label', 'before', 'after'], rows, style)];
  }
  return [];
}

function mapsOf(changes: readonly HeadChange[], style: Style): string {
  const changed = changes.filter(({ most }) => most !== 0);
  if (changed.length === 0) return style.dim('No map has changed.');
  const rows = changed.slice(0, mostHeads).map(({ kind, layer, head, most, mean }): Row => [`${kind}:${layer}:${head}`, most.toFixed(3), mean.toFixed(4)]);
  const more = changed.length - rows.length;
  return `${table(['map', 'largest change', 'mean'], rows, style)}${more > 0 ? `\n${style.dim(`and ${more} more maps have changed`)}` : ''}`;
}

type Row = readonly string[];

function table(head: Row, rows: readonly Row[], style: Style): string {
  const shown = rows.slice(0, mostRows).map(row => row.map(cell => fit(cell, widest)));
  const widths = head.map((title, column) => Math.max(displayWidth(title), ...shown.map(row => displayWidth(row[column] ?? ''))));
  const lineOf = (row: Row): string => row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell))).join('  ').trimEnd();
  const more = rows.length - shown.length;
  return [style.dim(lineOf(head)), ...shown.map(lineOf), ...(more > 0 ? [style.dim(`and ${more} more rows`)] : [])].join('\n');
}

const percent = (probability: number): string => `${(probability * 100).toFixed(1)} %`;
