/** How the user left the page, kept by VS Code while it is hidden and over a reload of the window. */
import type { Unit } from '../panel/view.ts';
import { freshFolding, type Folding } from './tensors/rows.ts';
import type { Sort } from './tensors/tree.ts';

export const tabs = ['tensors', 'attention', 'comparison'] as const;
export type Tab = (typeof tabs)[number];

export interface Remembered {
  /** Where nothing was chosen yet, what the checkpoint is about: its tensors, or the attention of a trace. */
  readonly tab: Tab | undefined;
  readonly filter: string;
  readonly sort: Sort;
  readonly folding: Folding;
  /** The key of the tensor or group that is chosen. */
  readonly chosen: string | undefined;
  /** How far the tree, the attention and the comparison are scrolled, in CSS pixels. */
  readonly scroll: Readonly<Record<Tab, number>>;
  readonly unit: Unit;
}

export const fresh: Remembered = {
  tab: undefined, filter: '', sort: 'name', folding: freshFolding, chosen: undefined, scroll: { tensors: 0, attention: 0, comparison: 0 }, unit: 'words',
};

/** Beyond these, groups that were opened or closed by hand are forgotten: VS Code stores the state whole, each time. */
const mostExceptions = 5_000;

/** As it is stored: plain data. */
export function stored({ folding, ...rest }: Remembered): unknown {
  return { ...rest, folding: { rule: folding.rule, exceptions: [...folding.exceptions].slice(0, mostExceptions) } };
}

/** Reads what an earlier version of the page may have written; whatever does not fit is forgotten. */
export function recall(value: unknown): Remembered {
  if (!isRecord(value)) return fresh;
  const { tab, filter, sort, folding, chosen, scroll, unit } = value;
  return {
    tab: tabs.find(one => one === tab),
    filter: typeof filter === 'string' ? filter : '',
    sort: sort === 'size' ? 'size' : 'name',
    folding: recallFolding(folding),
    chosen: typeof chosen === 'string' ? chosen : undefined,
    scroll: isRecord(scroll)
      ? { tensors: length(scroll['tensors']), attention: length(scroll['attention']), comparison: length(scroll['comparison']) }
      : fresh.scroll,
    unit: unit === 'tokens' ? 'tokens' : 'words',
  };
}

function recallFolding(value: unknown): Folding {
  if (!isRecord(value)) return freshFolding;
  const { rule, exceptions } = value;
  if (rule !== 'some' && rule !== 'all' && rule !== 'none') return freshFolding;
  return { rule, exceptions: new Set(Array.isArray(exceptions) ? exceptions.filter(key => typeof key === 'string') : []) };
}

function length(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
