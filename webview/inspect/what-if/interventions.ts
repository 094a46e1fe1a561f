/** Interventions as they are listed, undone, copied and pasted. */
import { checkInterventions, type CheckedInterventions } from '../../../protocol/check-interventions.ts';
import type { Axis, Inspection } from '../../../protocol/inspection.ts';
import type { HeadSet, Intervention } from '../../../protocol/intervention.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import { tokenText } from '../decoding/tree.ts';
import { tokenName } from '../names.ts';

/** Lists as they followed each other; `at` is the one that holds. */
export interface Undoable {
  readonly lists: readonly (readonly Intervention[])[];
  readonly at: number;
}

export const untouched: Undoable = { lists: [[]], at: 0 };
const mostSteps = 100;

export function current({ lists, at }: Undoable): readonly Intervention[] {
  return lists[at] ?? [];
}

/** What was undone before is done no more. */
export function changed({ lists, at }: Undoable, list: readonly Intervention[]): Undoable {
  const kept = [...lists.slice(0, at + 1), list].slice(-mostSteps);
  return { lists: kept, at: kept.length - 1 };
}

/** @param by -1 undoes, 1 does again; as far as there is something */
export function stepped({ lists, at }: Undoable, by: -1 | 1): Undoable {
  return { lists, at: Math.max(0, Math.min(lists.length - 1, at + by)) };
}

export function canStep({ lists, at }: Undoable, by: -1 | 1): boolean {
  return at + by >= 0 && at + by < lists.length;
}

/** Back, or on, to this list, which is what holds: the nearest that is the same, or in place of the one that came to nothing. */
export function returned({ lists, at }: Undoable, list: readonly Intervention[]): Undoable {
  const key = JSON.stringify(list);
  const same = lists.flatMap((one, index) => (JSON.stringify(one) === key ? [index] : []));
  const [nearest] = same.toSorted((one, other) => Math.abs(one - at) - Math.abs(other - at));
  return nearest === undefined ? { lists: [...lists.slice(0, at), list], at } : { lists, at: nearest };
}

/** "Knocked out: layer 3, heads 1 and 4". Where several tokens or words have a name, their numbers in the lists to choose from are told. */
export function interventionText(intervention: Intervention, inspection: Pick<Inspection, 'axes' | 'layers' | 'asked' | 'output'>): string {
  const { axes, layers, asked, output } = inspection;
  const token = (of: HeadSet, side: 'queries' | 'keys', index: number): string => {
    const layer = layers.find(one => one.kind === of.kind && one.layer === of.layer);
    const axis = axes[layer?.[side] ?? -1];
    const found = axis?.tokens[index];
    return axis === undefined || found === undefined ? `token ${index + 1}` : numbered(axis.tokens.map(one => tokenName(axis, one)), index);
  };
  const source = (start: number, end: number): string => {
    const words = sourceWords(inspection);
    const index = words.findIndex(word => word.start === start && word.end === end);
    return index < 0 ? quoted(asked.text.slice(start, end)) : numbered(words.map(({ text }) => text), index);
  };
  switch (intervention.do) {
    case 'knock-out': return `Knocked out: ${headsText(intervention)}`;
    case 'keep-only': return `Only kept: ${headsText({ ...intervention, heads: [intervention.head] })}`;
    case 'pin': return `${token(intervention, 'queries', intervention.query)} → ${token(intervention, 'keys', intervention.key)} pinned to ${intervention.weight}: ${headsText(intervention)}`;
    case 'row': return `The whole row of ${token(intervention, 'queries', intervention.query)} given: ${headsText(intervention)}`;
    case 'prefix': return `Begins with ${quoted(intervention.text)}`;
    case 'choose': {
      const step = output.kind === 'written' ? output.steps[intervention.step] : undefined;
      const chosen = step === undefined ? undefined : [step.written, ...step.alternatives].find(({ token: one }) => one === intervention.token);
      return `${chosen === undefined ? 'Another token' : quoted(tokenText(chosen))} written at step ${intervention.step + 1}`;
    }
    case 'replace': return intervention.text === '' ? `${source(intervention.start, intervention.end)} left out` : `${source(intervention.start, intervention.end)} replaced by ${quoted(intervention.text)}`;
    case 'mask': return `${source(intervention.start, intervention.end)} masked`;
  }
}

function numbered(names: readonly string[], index: number): string {
  const name = names[index] ?? '';
  return names.indexOf(name) === names.lastIndexOf(name) ? quoted(name) : `${quoted(name)} (${index + 1})`;
}

function headsText({ kind, layer, heads }: HeadSet): string {
  const which = heads === 'all' ? 'all heads' : `${heads.length === 1 ? 'head' : 'heads'} ${heads.map(head => head + 1).join(', ')}`;
  return `${kindNames[kind].short.toLowerCase()}, layer ${layer + 1}, ${which}`;
}

/** The words of the text that was given, as it was given. */
export function sourceWords({ axes }: Pick<Inspection, 'axes'>): readonly { readonly start: number; readonly end: number; readonly text: string }[] {
  const axis = axes.find((one): one is Axis => one.side === 'source');
  const written = axis?.written === undefined ? Infinity : (axis.tokens[axis.written.first]?.start ?? Infinity);
  return (axis?.words ?? []).filter(({ start }) => start < written).map(({ start, end }) => ({ start, end, text: axis?.text.slice(start, end) ?? '' }));
}

export function interventionsJson(list: readonly Intervention[]): string {
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

const mostLetters = 1_000_000;

export function parseInterventions(text: string): CheckedInterventions {
  if (text.length > mostLetters) return { wrong: `${text.length.toLocaleString('en')} letters are too many: ${mostLetters.toLocaleString('en')} are read.` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { wrong: `It is no JSON: ${error instanceof Error ? error.message : String(error)}.` };
  }
  const checked = checkInterventions(value);
  return 'list' in checked ? checked : { wrong: `It is no list of interventions: ${checked.wrong}.` };
}

/** The weights of a whole row, as they are typed: numbers with white space or commas between. */
export function parseRow(text: string, keys: number): { readonly weights: readonly number[] } | { readonly wrong: string } {
  const weights = text.split(/[\s,;]+/).filter(part => part !== '').map(Number);
  if (weights.length !== keys) return { wrong: `${weights.length} weights were given where ${keys} keys are.` };
  const wrong = weights.findIndex(weight => !isWeight(weight));
  if (wrong >= 0) return { wrong: `Weight ${wrong + 1} is no number from 0 on.` };
  return weights.some(weight => weight > 0) ? { weights } : { wrong: 'One of the weights must be more than 0.' };
}

function quoted(text: string): string {
  return `“${text}”`;
}

function isWeight(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
