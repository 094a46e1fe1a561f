/** A checkpoint's summary for a terminal: what it is, what goes in and out, its parameters, and where attention can be read. */
import type { CheckpointSummary, Fact, Port } from '../../protocol/checkpoint.ts';
import { displayWidth, fit, pad } from './display-width.ts';
import { printable } from './printable.ts';
import { styleFor, type Style } from './terminal-style.ts';

/** Tensors that are listed; the rest are counted. */
const mostTensors = 40;
const widestCell = 72;
/** What a fact says is told in a line. */
const longestFact = 300;

type Row = readonly string[];

export function renderCheckpoint(summary: CheckpointSummary, { colour, tensors }: { readonly colour: boolean; readonly tensors: boolean }): string {
  const style = styleFor(colour);
  const { inputs, outputs, parameters, taps, untapped, warnings, tasks } = summary;
  const sections = [
    [style.bold(printable(summary.path)), ...columns(factsOf(summary).map(({ label, value }) => [label, fit(value, longestFact)]), style)],
    section('Inputs', portsOf(inputs), style),
    section('Outputs', portsOf(outputs), style),
    section('Parameters', parameters.map(({ dtype, tensors: count, elements, bytes }) => [dtype, `${grouped(elements)} in ${grouped(count)} tensors`, sizeOf(bytes)]), style),
    section('Attention', taps.map(({ name, heads, operator }) => [name, heads === null ? 'heads known when it runs' : heads === 1 ? '1 head' : `${heads} heads`, operator]), style),
    section('Attention that cannot be read', untapped.map(({ operator, node, why }) => [operator, node, why]), style),
    tensors ? tensorsOf(summary, style) : [],
    tasks.length === 0 ? [] : ['', `It can be asked for: ${tasks.join(', ')}`],
    warnings.length === 0 ? [] : ['', ...warnings.map(warning => printable(warning))],
  ];
  return sections.flat().join('\n');
}

function factsOf({ format, bytes, facts }: CheckpointSummary): readonly Fact[] {
  return [{ label: 'Format', value: format }, { label: 'Size', value: sizeOf(bytes) }, ...facts];
}

/** Those of every layer, which differ in its number alone, stand in one line: `past.{0…11}.key`. */
function portsOf(ports: readonly Port[]): Row[] {
  const alike = new Map<string, Port[]>();
  for (const port of ports) {
    const key = JSON.stringify([port.name.replace(/\d+/, '#'), port.dtype, port.shape]);
    alike.set(key, [...(alike.get(key) ?? []), port]);
  }
  return [...alike.values()].flatMap((group): Row[] => {
    const numbers = group.map(({ name }) => /\d+/.exec(name)?.[0] ?? '');
    const shown = group.length < 3 ? group : group.slice(0, 1).map(port => ({ ...port, name: port.name.replace(/\d+/, `{${numbers[0]}…${numbers.at(-1)}}`) }));
    return shown.map(({ name, dtype, shape }) => [name, dtype, shapeOf(shape)]);
  });
}

function tensorsOf({ tensors, unlisted }: CheckpointSummary, style: Style): string[] {
  const listed = tensors.slice(0, mostTensors);
  const left = tensors.length - listed.length + unlisted;
  return [
    ...section('Tensors', listed.map(({ name, dtype, shape, bytes }) => [name, dtype, shapeOf(shape), sizeOf(bytes)]), style),
    ...(left === 0 ? [] : [style.dim(`  and ${grouped(left)} more (--json lists them)`)]),
  ];
}

function section(title: string, rows: readonly Row[], style: Style): string[] {
  return rows.length === 0 ? [] : ['', style.bold(title), ...columns(rows, style)];
}

/** Cells below each other, the first of each row dim. */
function columns(rows: readonly Row[], style: Style): string[] {
  const shown = rows.map(row => row.map(cell => printable(cell).replaceAll('\n', ' ')));
  const widths = (shown[0] ?? []).map((_, index) => Math.min(widestCell, Math.max(...shown.map(row => displayWidth(row[index] ?? '')))));
  return shown.map(row => {
    const [first = '', ...others] = row.map((cell, index) => (index === row.length - 1 ? cell : pad(cell, widths[index] ?? 0, 'left')));
    return `  ${style.dim(first)}  ${others.join('  ')}`.trimEnd();
  });
}

const shapeOf = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;
const grouped = (count: number): string => count.toLocaleString('en');

function sizeOf(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power] ?? ''}`;
}
