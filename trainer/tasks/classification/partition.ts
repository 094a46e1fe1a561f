/** Labelled examples told apart: what is trained on, what validates and what tests, and nothing in two of them. */
import { createHash } from 'node:crypto';
import { Failure } from '../../../protocol/failure.ts';
import type { Fold } from '../../training/fold.ts';
import { stratifiedFold } from './folds.ts';

export interface Labelled {
  /** As the corpus has it. */
  readonly label: string;
  /** The file or folder that it comes from, as messages call it. */
  readonly from: string;
}

/** What makes examples the same. */
export interface Keys<Example> {
  /** Alike, two training examples are one. */
  same(example: Example): string;
  /** Alike, a training example would give a held-out one away. */
  overlap(example: Example): string;
}

export interface Parts<Example> {
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
  readonly test: readonly Example[];
}

/** Training examples that were not used, and why. */
export interface LeftOut {
  /** The same as another, with the same label. */
  readonly duplicates: number;
  /** The same as another with another label: the minority of them, or all where there is no majority. */
  readonly conflicting: number;
  /** By where they come from: those that stand in a held-out set too. */
  readonly heldOut: Readonly<Record<string, number>>;
}

export interface Given<Example> {
  readonly train: readonly Example[];
  readonly validation: readonly Example[] | undefined;
  readonly test: readonly Example[] | undefined;
}

/**
 * Cleans the training examples, and draws from them the sets that were not given: whole groups of what overlaps, in an
 * order that the seed decides. What a fold holds out is in place of the validation set.
 * @throws Failure `bad-corpus` where nothing is left to train on or to validate with, `bad-argument` where there are more folds than examples
 */
export function partition<Example extends Labelled>(
  given: Given<Example>,
  keys: Keys<Example>,
  split: { readonly validation: number; readonly test: number; readonly seed: number } | undefined,
  fold?: Fold,
): { readonly parts: Parts<Example>; readonly left: LeftOut } {
  const cleaned = withoutDoubles(given.train, keys);
  const held = new Set([...(given.validation ?? []), ...(given.test ?? [])].map(keys.overlap));
  const heldOut = new Map<string, number>();
  const free = cleaned.examples.filter(example => {
    if (!held.has(keys.overlap(example))) return true;
    heldOut.set(example.from, (heldOut.get(example.from) ?? 0) + 1);
    return false;
  });
  const drawn = draw(free, keys, {
    test: given.test ? 0 : (split?.test ?? 0),
    validation: given.validation ? 0 : (split?.validation ?? 0),
    seed: split?.seed ?? 1,
  });
  const folded = fold && stratifiedFold([...drawn.train, ...drawn.validation], keys.overlap, fold, split?.seed ?? 1);
  const { train, validation } = folded ?? drawn;
  const parts = { train, validation: given.validation ?? validation, test: given.test ?? drawn.test };
  if (parts.train.length === 0 || parts.validation.length === 0) {
    throw new Failure(
      'bad-corpus',
      `Of ${given.train.length} examples ${parts.train.length} are left for training and ${parts.validation.length} for validation ` +
        `when ${parts.test.length} are held out for the test; at least one for each is expected.`,
      'Use a larger corpus, or hold fewer examples out ("split" in the config).',
    );
  }
  return { parts, left: { duplicates: cleaned.duplicates, conflicting: cleaned.conflicting, heldOut: Object.fromEntries(heldOut) } };
}

function withoutDoubles<Example extends Labelled>(
  examples: readonly Example[],
  keys: Keys<Example>,
): { examples: Example[]; duplicates: number; conflicting: number } {
  const groups = new Map<string, Example[]>();
  for (const example of examples) {
    const key = keys.same(example);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [example]);
    else group.push(example);
  }
  let duplicates = 0;
  let conflicting = 0;
  const kept = [...groups.values()].flatMap(group => {
    const label = majorityOf(group);
    const agreeing = group.filter(example => example.label === label);
    conflicting += group.length - agreeing.length;
    duplicates += Math.max(0, agreeing.length - 1);
    return agreeing.slice(0, 1);
  });
  return { examples: kept, duplicates, conflicting };
}

/** The label of most of them; of a tie, none. */
function majorityOf(group: readonly Labelled[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { label } of group) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [first, second] = [...counts].sort(([, one], [, other]) => other - one);
  return first !== undefined && first[1] > (second?.[1] ?? 0) ? first[0] : undefined;
}

function draw<Example>(
  examples: readonly Example[],
  keys: Keys<Example>,
  { test, validation, seed }: { readonly test: number; readonly validation: number; readonly seed: number },
): { train: Example[]; validation: Example[]; test: Example[] } {
  const drawn = { train: [] as Example[], validation: [] as Example[], test: [] as Example[] };
  if (test + validation === 0) return { ...drawn, train: [...examples] };
  const order = [...new Set(examples.map(keys.overlap))]
    .map(key => ({ key, rank: createHash('sha256').update(`${seed}\n${key}`).digest('hex') }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1));
  const places = new Map(order.map(({ key }, rank) => [key, rank]));
  for (const example of examples) {
    const rank = places.get(keys.overlap(example)) ?? Infinity;
    drawn[rank < test ? 'test' : rank < test + validation ? 'validation' : 'train'].push(example);
  }
  return drawn;
}

/** What was left out, as lines to print and for a card. */
export function leftOutLines({ duplicates, conflicting, heldOut }: LeftOut, what: readonly [one: string, many: string]): string[] {
  const counted = (count: number): string => `${count.toLocaleString('en')} ${what[count === 1 ? 0 : 1]}`;
  const held = Object.entries(heldOut).map(([from, count]) => `${counted(count)} of ${from}`);
  return [
    ...(held.length === 0 ? [] : [`${listed(held)} left out of the training: held-out examples are the same`]),
    ...(duplicates === 0 ? [] : [`${counted(duplicates)} left out of the training: others are the same, with the same label`]),
    ...(conflicting === 0 ? [] : [`${counted(conflicting)} left out of the training: more that are the same, or as many, have another label`]),
  ];
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
