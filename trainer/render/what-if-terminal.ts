/** What interventions have changed, as a short table for a terminal: what was said before and after, and which maps are others. */
import type { InspectedOutput } from '../../protocol/inspection.ts';
import type { Pass } from '../inspection/pass.ts';
import { headChanges, type WhatIf } from '../inspection/what-if.ts';
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
  return [...outputsOf(before.output, after.output, style), ...changeOf(after, style), mapsOf(whatIf, style)].join('\n\n');
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

/** Of what only reads. */
function changeOf({ output, axes }: Pass, style: Style): string[] {
  if (output.kind !== 'read' || output.change === undefined) return [];
  const { isSame, cosine, tokens, probabilities = [] } = output.change;
  if (isSame) return ['What comes out is the same as before, number for number.'];
  const spelled = axes[0]?.tokens ?? [];
  const byToken = (tokens ?? []).flatMap((change, token) => (change === null || change === 0 ? [] : [{ change, token }])).sort((one, other) => other.change - one.change);
  return [
    ...(cosine === undefined ? [] : [`Its vector has turned: the cosine with what it was is ${cosine.toFixed(6)} (1: the same way).`]),
    ...(probabilities.length === 0 ? [] : [table(['token or class', 'before', 'after'], probabilities.map(({ index, before, after }): Row => [String(index), exactPercent(before), exactPercent(after)]), style)]),
    ...(byToken.length === 0 ? [] : [table(['token', '', 'largest change of its vector'], byToken.slice(0, mostHeads).map(({ change, token }): Row => [String(token), printableWord(spelled[token]?.text ?? ''), change.toPrecision(3)]), style)]),
  ];
}

function mapsOf(whatIf: WhatIf, style: Style): string {
  const changed = headChanges(whatIf).filter(({ most }) => most !== 0);
  const isSilenced = whatIf.interventions.some(({ do: what }) => what === 'knock-out' || what === 'keep-only');
  if (changed.length === 0) return style.dim(`No map has changed.${isSilenced ? ' Heads that are knocked out look where they did; what they write is gone.' : ''}`);
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

/** Near 0 and 1, too. */
const exactPercent = (probability: number): string => `${(probability * 100).toPrecision(5)} %`;
const percent = (probability: number): string => `${(probability * 100).toFixed(1)} %`;
