/** Sizes and counts as people read them, the same in the editor's pages and in its messages. */
import type { DtypeShare } from './checkpoint.ts';

const sizes = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;
const counts = ['', 'K', 'M', 'B', 'T'] as const;
/** Fewer are told one by one. */
const exactCounts = 10_000;

/** A size as VS Code tells it, a KB being 1,024 bytes: "90.9 MB". */
export function bytesText(bytes: number): string {
  return scaled(bytes, 1024, sizes);
}

/** How many: "1,234", "22.7 M", "7.24 B". */
export function countText(count: number): string {
  return count < exactCounts ? count.toLocaleString('en') : scaled(count, 1000, counts);
}

/** With its noun, in the singular where it is one: "1 tensor", "199 tensors". */
export function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const times = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']] as const;

/**
 * How long, in two units at most: "45 s", "12 min", "3 h 20 min", "2 d 4 h".
 * @param to the seconds of more than a minute say nothing of an estimate
 */
export function durationText(seconds: number, to: 'minute' | 'second' = 'minute'): string {
  const least = to === 'second' || seconds < 60 ? 1 : 60;
  const whole = Math.round(seconds / least) * least;
  const fitting = times.filter(([size]) => size >= least && (whole >= size || size === least));
  const [[size, unit] = [1, 's'], next] = fitting;
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[0]);
  return [`${Math.floor(whole / size)} ${unit}`, ...(next === undefined || rest === 0 ? [] : [`${rest} ${next[1]}`])].join(' ');
}

/** "22.7 M parameters, float32": how many there are, and of which types, the most frequent first. */
export function parametersText(shares: readonly DtypeShare[]): string {
  const elements = shares.reduce((sum, share) => sum + share.elements, 0);
  if (elements === 0) return 'no parameters';
  const types = shares
    // A few integers beside the weights, positions and the like, are no type of the model.
    .filter(share => share.elements * 100 >= elements)
    .toSorted((one, other) => other.elements - one.elements)
    .map(share => share.dtype);
  return `${counted(elements, 'parameter')}, ${listed(types, 3)}`;
}

/** "a", "a and b", "a, b and c", "a, b and 4 more". */
function listed(names: readonly string[], most: number): string {
  const shown = names.length <= most ? names : [...names.slice(0, most - 1), `${names.length - most + 1} more`];
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let unit = 0;
  let rest = value;
  // What would be rounded up to a whole step is one of the next unit.
  while (rest >= step - 0.5 && unit < units.length - 1) {
    rest /= step;
    unit++;
  }
  return `${rest.toLocaleString('en', { maximumSignificantDigits: unit === 0 ? 21 : 3 })} ${units[unit] ?? ''}`.trimEnd();
}
