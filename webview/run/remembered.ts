/** How the user left the page, kept by VS Code while it is hidden and over a reload of the window. */
import type { MapChoice } from '../../protocol/inspection.ts';
import { freshReading, type ChosenReading } from '../inspect/reading/reading.ts';
import { recallChoice, recallReading } from '../inspect/remembered.ts';
import { axes, type Axis, type Extent } from './curves/points.ts';

export const tabs = ['curves', 'attention', 'checkpoints', 'samples', 'config', 'hardware'] as const;
export type Tab = (typeof tabs)[number];

export interface Remembered {
  /** What the extension brings back after a reload: the runs that are shown, the first one first. */
  readonly folders: readonly string[];
  readonly tab: Tab;
  readonly axis: Axis;
  readonly isLogarithmic: boolean;
  /** 0 to 0.999. */
  readonly smoothing: number;
  /** What of the axis is seen; all of it where nothing is said. */
  readonly zoom: Extent | undefined;
  /** Folders of runs that are left out of the charts. */
  readonly hidden: readonly string[];
  readonly onlyDifferences: boolean;
  /** The probe's example and map that are looked at; an empty name is the first map there is. */
  readonly example: number;
  readonly map: string;
  /** The step that is looked at; where nothing is said, the newest, also when there come newer ones. */
  readonly step: number | undefined;
  /** The two checkpoints to compare, the text that they read, and how their maps are looked at. */
  readonly pair: readonly [number, number] | undefined;
  readonly text: string;
  readonly choice: MapChoice | undefined;
  readonly reading: ChosenReading;
  /** How far each tab is scrolled, in CSS pixels. */
  readonly scroll: Readonly<Partial<Record<Tab, number>>>;
}

export const fresh: Remembered = {
  folders: [], tab: 'curves', axis: 'step', isLogarithmic: false, smoothing: 0, zoom: undefined, hidden: [], onlyDifferences: false,
  example: 0, map: '', step: undefined, pair: undefined, text: '', choice: undefined, reading: freshReading, scroll: {},
};

export const mostSmoothing = 0.999;

/** Reads what an earlier version of the page may have written; whatever does not fit is forgotten. */
export function recall(value: unknown): Remembered {
  if (!isRecord(value)) return fresh;
  const { folders, tab, axis, isLogarithmic, smoothing, zoom, hidden, onlyDifferences, example, map, step, pair, text, choice, reading, scroll } = value;
  return {
    folders: strings(folders),
    tab: tabs.find(one => one === tab) ?? fresh.tab,
    axis: axes.find(one => one === axis) ?? fresh.axis,
    isLogarithmic: isLogarithmic === true,
    smoothing: isNumber(smoothing) ? Math.min(mostSmoothing, Math.max(0, smoothing)) : 0,
    zoom: recallExtent(zoom),
    hidden: strings(hidden),
    onlyDifferences: onlyDifferences === true,
    example: isIndex(example) ? example : 0,
    map: typeof map === 'string' ? map : '',
    step: isIndex(step) ? step : undefined,
    pair: Array.isArray(pair) && pair.length === 2 && isIndex(pair[0]) && isIndex(pair[1]) ? [pair[0], pair[1]] : undefined,
    text: typeof text === 'string' ? text : '',
    choice: recallChoice(choice),
    reading: recallReading(reading),
    scroll: isRecord(scroll) ? Object.fromEntries(tabs.flatMap(one => {
      const top = scroll[one];
      return isNumber(top) && top > 0 ? [[one, top]] : [];
    })) : {},
  };
}

function recallExtent(value: unknown): Extent | undefined {
  if (!isRecord(value)) return undefined;
  const { min, max } = value;
  return isNumber(min) && isNumber(max) && min < max ? { min, max } : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isIndex(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
