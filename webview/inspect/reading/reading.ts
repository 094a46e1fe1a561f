/** How a map is read, in words. */
import { plainReading, type MapReading, type MapUnit } from '../../../protocol/inspection.ts';
import type { ChosenScale } from '../../../protocol/map-scale.ts';

/** How a map is to be read; `auto`: where it is drawn as a matrix, as finely as its cells can be told apart. */
export interface ChosenReading extends Omit<MapReading, 'unit'> {
  readonly unit: MapUnit | 'auto';
}

export const freshReading: ChosenReading = { ...plainReading, unit: 'auto' };

/** @param automatic what `auto` is where it is drawn */
export function readingIn({ unit, ...reading }: ChosenReading, automatic: MapUnit = 'tokens'): MapReading {
  return { ...reading, unit: unit === 'auto' ? automatic : unit };
}

export const normaliseNames: Readonly<Record<MapReading['normalise'], string>> = {
  none: 'as the model gave it', row: 'each row sums to 1', column: 'each column sums to 1', all: 'the whole map sums to 1',
};

export const keepNames: Readonly<Record<MapReading['keep']['by'], string>> = {
  all: 'every weight', weight: 'weights from', top: 'of each row the largest', mass: 'of each row the share of',
};

export const scaleNames: Readonly<Record<ChosenScale, string>> = {
  auto: 'Automatic', linear: 'Linear', root: 'Square root', clipped: 'Strongest 1 % saturate',
};

export const unitNames: Readonly<Record<ChosenReading['unit'], string>> = { auto: 'Automatic', tokens: 'Tokens', words: 'Words', sentences: 'Sentences' };

/** What each way of thinning begins with. */
export const firstKeep: { readonly [By in MapReading['keep']['by']]: Extract<MapReading['keep'], { readonly by: By }> } = {
  all: { by: 'all' }, weight: { by: 'weight', least: 0.05 }, top: { by: 'top', count: 3 }, mass: { by: 'mass', mass: 0.9 },
};

/** What is otherwise than as the model gave it: "words, each row sums to 1"; empty where nothing is. */
export function readingText({ valueWeighted, hideSpecial, unit, normalise, keep }: ChosenReading): string {
  return [
    unit === 'auto' ? '' : unit,
    valueWeighted ? 'times the norms of values' : '',
    hideSpecial ? 'without special tokens' : '',
    normalise === 'none' ? '' : normaliseNames[normalise],
    keepText(keep),
  ].filter(part => part !== '').join(', ');
}

export function isFresh(reading: ChosenReading): boolean {
  return readingText(reading) === '';
}

/** What is left out, told below the map. */
export function hiddenText({ cells, mass }: { readonly cells: number; readonly mass: number }): string {
  if (cells === 0) return '';
  return `${cells.toLocaleString('en')} ${cells === 1 ? 'cell is' : 'cells are'} left out, ${Number(mass.toPrecision(2))} of the weight in all`;
}

function keepText(keep: MapReading['keep']): string {
  switch (keep.by) {
    case 'all': return '';
    case 'weight': return `weights from ${keep.least}`;
    case 'top': return `the ${keep.count} largest of each row`;
    case 'mass': return `${Math.round(100 * keep.mass)} % of each row`;
  }
}
