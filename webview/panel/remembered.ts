/** How the user left the panel, kept by VS Code over a reload of the window. */
import type { MapPosition } from '../map/viewport.ts';
import type { LitWord } from './state.ts';
import type { Unit } from './view.ts';

export interface Remembered {
  readonly unit: Unit;
  readonly explaining: boolean;
  readonly selection: LitWord | undefined;
  readonly position: MapPosition;
  /** The key of the map of a classification that is drawn; empty for the first. */
  readonly map: string;
  /** What selection and position belong to, by its text: they mean nothing in another. */
  readonly shown: string;
}

export const fresh: Remembered = {
  unit: 'words', explaining: false, selection: undefined, position: { left: 0, top: 0, zoom: 1 }, map: '', shown: '',
};

/** Reads what an earlier version of the panel may have written; whatever does not fit is forgotten. */
export function recall(value: unknown): Remembered {
  if (!isRecord(value)) return fresh;
  const { unit, explaining, selection, position, map, shown } = value;
  return {
    unit: unit === 'tokens' ? 'tokens' : 'words',
    explaining: explaining === true,
    selection: recallWord(selection),
    position: isRecord(position) ? { left: length(position['left']), top: length(position['top']), zoom: position['zoom'] === 'whole' ? 'whole' : length(position['zoom']) || 1 } : fresh.position,
    map: typeof map === 'string' ? map : '',
    shown: typeof shown === 'string' ? shown : '',
  };
}

function recallWord(value: unknown): LitWord | undefined {
  if (!isRecord(value)) return undefined;
  const { side, word } = value;
  if (side !== 'source' && side !== 'target') return undefined;
  return typeof word === 'number' && Number.isInteger(word) && word >= 0 ? { side, word } : undefined;
}

function length(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
