/** Which tokens of an axis are a row or a column of the map as it is read. */
import type { Axis, MapLabelRange, MapReading } from '../../../protocol/inspection.ts';
import { unitOfTokens } from '../../../protocol/words.ts';
import { spelledIn } from '../axes.ts';

export interface Grouping {
  readonly labels: readonly MapLabelRange[];
  /** Of each token, the row or column that it is part of; -1: it is left out. */
  readonly groups: Int32Array;
  /** How many tokens are part of each. */
  readonly counts: Uint32Array;
}

type Reading = Pick<MapReading, 'unit' | 'hideSpecial'>;

/** An axis is grouped once a reading, however many maps are read. */
const known = new WeakMap<Axis, Map<string, Grouping>>();

/** What belongs to no word, or to no sentence, stands for itself. */
export function groupTokens(axis: Axis, reading: Reading): Grouping {
  const groupings = known.get(axis) ?? new Map<string, Grouping>();
  known.set(axis, groupings);
  const key = `${reading.unit} ${reading.hideSpecial}`;
  const grouping = groupings.get(key) ?? group(axis, reading);
  groupings.set(key, grouping);
  return grouping;
}

function group(axis: Axis, { unit, hideSpecial }: Reading): Grouping {
  const units = unitOfTokens(axis, unit);
  const groups = new Int32Array(axis.tokens.length).fill(-1);
  const members: number[][] = [];
  let open = -1;
  axis.tokens.forEach(({ special }, token) => {
    if (hideSpecial && special) return;
    const current = units[token] ?? -1;
    if (current === -1 || current !== open) members.push([]);
    open = current;
    members.at(-1)?.push(token);
    groups[token] = members.length - 1;
  });
  return { labels: members.map(tokens => labelOf(axis, tokens)), groups, counts: Uint32Array.from(members, tokens => tokens.length) };
}

/** Whether every token is a row or a column of its own. */
export function isPlain({ labels, groups }: Grouping): boolean {
  return labels.length === groups.length;
}

function labelOf({ text, tokens }: Axis, members: readonly number[]): MapLabelRange {
  const [first = 0, end = first] = [members[0], (members.at(-1) ?? -1) + 1];
  const labelled = members.flatMap(member => tokens[member] ?? []);
  const standing = labelled.filter(({ special }) => !special);
  const start = standing.reduce((least, token) => Math.min(least, token.start), text.length);
  const stop = standing.reduce((most, token) => Math.max(most, token.end), start);
  return {
    first,
    end,
    text: text.slice(start, stop).trim() || labelled.map(token => spelledIn(text, token)).join(' ').trim() || '␣',
    special: standing.length === 0,
  };
}
