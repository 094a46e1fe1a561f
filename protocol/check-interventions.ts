/** Interventions as anybody may have written them: in a file, on a clipboard, in a message of a page or of a client. */
import { mostHeads, mostInterventions, mostRowWeights, mostTokens, type HeadSet, type Intervention } from './intervention.ts';
import { longestText } from './longest-text.ts';
import { mapKinds } from './trace.ts';

/** The list as it is; or in words what is wrong with it: where, what was expected, what was found. */
export type CheckedInterventions = { readonly list: readonly Intervention[] } | { readonly wrong: string };

interface Check<Value> {
  readonly fits: (value: unknown) => value is Value;
  /** "a number from 0 to 1" */
  readonly expected: string;
  /** Of a list: what each in it is. */
  readonly each?: Check<number>;
}

type Shape<Change> = { readonly [Name in Exclude<keyof Change, 'do'>]: Check<Change[Name]> };
type Shapes = { readonly [Do in Intervention['do']]: Shape<Extract<Intervention, { readonly do: Do }>> };

/** So that the weights of a row have a sum. */
const largestWeight = 1_000_000_000;

const kind = oneOf(mapKinds);
const index = whole(mostHeads);
const token = whole(mostTokens);
const offset = whole(longestText);
const weight = number(largestWeight);
const text: Check<string> = {
  fits: (value): value is string => typeof value === 'string' && value.length <= longestText,
  expected: `a text of at most ${many(longestText)} characters`,
};
const heads: Check<HeadSet['heads']> = {
  fits: (value): value is HeadSet['heads'] => value === 'all' || (isListOf(value, index, mostHeads) && new Set(value).size === value.length),
  expected: '"all" or a list of one head at least, each of them once', each: index,
};
const weights: Check<readonly number[]> = {
  fits: (value): value is readonly number[] => isListOf(value, weight, mostTokens),
  expected: `a list of 1 to ${many(mostTokens)} weights`, each: weight,
};
const set = { kind, layer: index, heads };
const span = { start: offset, end: offset };

const shapes: Shapes = {
  'knock-out': set,
  'keep-only': { kind, layer: index, head: index },
  'pin': { ...set, query: token, key: token, weight: number(1) },
  'row': { ...set, query: token, weights },
  'prefix': { text },
  'choose': { step: token, token: whole(Number.MAX_SAFE_INTEGER) },
  'replace': { ...span, text },
  'mask': span,
};
const names = oneOf(Object.keys(shapes) as readonly Intervention['do'][]);

/** Mistakes that are told at once: of each intervention the first. */
const mostMistakes = 5;

export function checkInterventions(value: unknown): CheckedInterventions {
  if (!Array.isArray(value) || value.length > mostInterventions) return { wrong: mistake(`a list of at most ${mostInterventions} interventions`, value) };
  // Counted before any of them is looked at: many lists that are long can be more than there is time and room for.
  const told = rowWeights(value);
  if (told > mostRowWeights) return { wrong: `expected at most ${many(mostRowWeights)} weights of all rows together, found ${many(told)}` };
  const mistakes = Array.from(value, mistakeIn).flatMap((wrong, at) => (wrong === undefined ? [] : [`intervention ${at + 1}${wrong}`]));
  if (mistakes.length === 0) return { list: value as readonly Intervention[] };
  const more = mistakes.length - mostMistakes;
  return { wrong: `${mistakes.slice(0, mostMistakes).join('; ')}${more > 0 ? `; and ${more} more` : ''}` };
}

function rowWeights(list: readonly unknown[]): number {
  return list.reduce<number>((sum, one) => sum + (isObject(one) && Array.isArray(one['weights']) ? one['weights'].length : 0), 0);
}

function mistakeIn(value: unknown): string | undefined {
  if (!isObject(value)) return `: ${mistake('an object', value)}`;
  const { do: what, ...fields } = value;
  if (!names.fits(what)) return mistakeAt('do', names, what);
  const shape: Readonly<Record<string, Check<unknown>>> = shapes[what];
  for (const [name, check] of Object.entries(shape)) {
    if (!check.fits(fields[name])) return mistakeAt(name, check, fields[name]);
  }
  const stray = Object.keys(fields).find(name => !Object.hasOwn(shape, name));
  return stray === undefined ? undefined : `: expected ${Object.keys(shape).join(', ')}, found ${shown(stray)} beside them`;
}

/** Of a list the first in it that is wrong, where it is not the list. */
function mistakeAt(name: string, { expected, each }: Check<unknown>, value: unknown): string {
  if (each !== undefined && Array.isArray(value)) {
    const at = value.findIndex(one => !each.fits(one));
    if (at >= 0) return `, "${name}[${at}]": ${mistake(each.expected, value[at])}`;
  }
  return `, "${name}": ${mistake(expected, value)}`;
}

function mistake(expected: string, found: unknown): string {
  return `expected ${expected}, found ${shown(found)}`;
}

const longestShown = 60;

/** In short, whatever it is. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown - 1)}…` : value);
  if (Array.isArray(value)) return `a list of ${many(value.length)}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** None is empty. */
function isListOf(value: unknown, one: Check<number>, most: number): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.length <= most && value.findIndex(item => !one.fits(item)) < 0;
}

function oneOf<Value extends string>(values: readonly Value[]): Check<Value> {
  return { fits: (value): value is Value => values.some(one => one === value), expected: `one of ${values.join(', ')}` };
}

function number(most: number): Check<number> {
  return { fits: (value): value is number => typeof value === 'number' && value >= 0 && value <= most, expected: `a number from 0 to ${many(most)}` };
}

function whole(most: number): Check<number> {
  const { fits } = number(most);
  return { fits: (value): value is number => fits(value) && Number.isInteger(value), expected: `a whole number from 0 to ${many(most)}` };
}

function many(count: number): string {
  return count.toLocaleString('en');
}
