/** What inspections of the history are called in a list. */
import type { HistoryEntry } from '../../../protocol/inspect-page.ts';
import { counted } from '../../../protocol/quantities.ts';
import type { Choice } from '../../panel/select.ts';
import { shortName } from '../../panel/short-name.ts';

const mostLetters = 60;
/** Words that two texts share before they differ: so many are told, to be found in the text. */
const sharedWords = 2;

/**
 * "The cat sat on the mat · opus-mt · 2 changes, pinned, stale", each told apart from the others: where texts begin alike, by where
 * they differ; where no word differs, by when they were asked for; and what was asked for in one minute by number, the newest first.
 */
export function entryChoices(entries: readonly HistoryEntry[]): readonly Choice[] {
  const texts = entries.map(({ text }) => text.replaceAll(/\s+/g, ' ').trim());
  const spelled = entries.map((entry, index) => nameOf(entry, clipped(texts[index] ?? '', texts)));
  const names = entries.map(({ at }, index) => {
    const name = spelled[index] ?? '';
    return at === 0 || spelled.filter(other => other === name).length === 1 ? name : `${name} · ${timeOf(at)}`;
  });
  return entries.map(({ inspection }, index) => {
    const name = names[index] ?? '';
    const same = names.flatMap((other, at) => (other === name ? [at] : []));
    return { key: inspection, name: same.length === 1 ? name : `${name} · ${same.indexOf(index) + 1} of ${same.length}`, title: texts[index] ?? '' };
  });
}

/** "14:05", and of another day the day. */
function timeOf(at: number): string {
  const [then, now] = [new Date(at), new Date()];
  const time = then.toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return then.toDateString() === now.toDateString() ? time : `${then.toLocaleDateString('en', { day: 'numeric', month: 'short' })}, ${time}`;
}

function nameOf({ model, interventions, isPinned, isStale }: HistoryEntry, text: string): string {
  const marks = [...(interventions === 0 ? [] : [counted(interventions, 'change')]), ...(isPinned ? ['pinned'] : []), ...(isStale ? ['stale'] : [])];
  return [text, shortName(model), ...(marks.length === 0 ? [] : [marks.join(', ')])].join(' · ');
}

function clipped(text: string, all: readonly string[]): string {
  const alike = all.filter(other => other !== text && other.slice(0, mostLetters) === text.slice(0, mostLetters));
  const from = alike.length === 0 ? 0 : placeBefore(text, Math.min(...alike.map(other => sharedLength(text, other))));
  const rest = text.slice(from);
  return `${from === 0 ? '' : '… '}${rest.length > mostLetters ? `${rest.slice(0, mostLetters).trimEnd()}…` : rest}`;
}

/** Where the words begin that stand before a place. */
function placeBefore(text: string, place: number): number {
  let from = place;
  for (let words = 0; words <= sharedWords && from > 0; words++) from = text.lastIndexOf(' ', from - 1);
  return Math.max(0, from + 1);
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
