/** Exact weights of what is pointed at, asked for once the pointer rests. */
import type { CellWindow } from './cell-window.ts';
import type { AnyMap, MapFocus, MapWindows } from './data.ts';

/**
 * Answers a row or a column of cells in floats; `rows` or `columns` is the whole map's where it isn't the one that is asked about.
 * Rejects where it can't be had: what is known stays.
 */
export type ReadExact = (of: Pick<CellWindow, 'rows' | 'columns'>, signal: AbortSignal) => Promise<CellWindow>;

/** The pointer rests when it has stayed so long, in milliseconds. */
const rest = 80;

export class ExactWeights {
  readonly #changed: () => void;
  #asked: { readonly map: AnyMap; readonly key: string; readonly stop: AbortController } | undefined;
  #known: CellWindow | undefined;

  /** @param changed weights have come */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The map as far as it is known, what was asked for included. */
  with(map: AnyMap): AnyMap {
    return 'weights' in map || this.#known === undefined || this.#asked?.map !== map ? map : { ...map, windows: [...map.windows, this.#known] };
  }

  /** A row is asked about, or a column; of a cell its row, whose other cells are likely to be next. */
  point(map: AnyMap, focus: MapFocus | undefined, read: ReadExact | undefined): void {
    const of = 'weights' in map || read === undefined ? undefined : stripOf(map, focus);
    const key = of === undefined ? '' : `${of.rows.first} ${of.rows.end} ${of.columns.first} ${of.columns.end}`;
    if (of === undefined && this.#asked === undefined) return;
    if (this.#asked?.map === map && this.#asked.key === key) return;
    this.stop();
    if (of === undefined || read === undefined) return;
    const stop = new AbortController();
    this.#asked = { map, key, stop };
    const timer = setTimeout(() => void this.#read(of, read, stop.signal), rest);
    stop.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  stop(): void {
    this.#asked?.stop.abort();
    this.#asked = undefined;
    this.#known = undefined;
  }

  async #read(of: Pick<CellWindow, 'rows' | 'columns'>, read: ReadExact, signal: AbortSignal): Promise<void> {
    const known = await read(of, signal).catch(() => undefined);
    if (signal.aborted || known === undefined) return;
    this.#known = known;
    this.#changed();
  }
}

function stripOf(map: MapWindows, focus: MapFocus | undefined): Pick<CellWindow, 'rows' | 'columns'> | undefined {
  if (focus?.rows !== undefined) return { rows: focus.rows, columns: { first: 0, end: map.columns.length } };
  if (focus?.columns !== undefined) return { rows: { first: 0, end: map.rows.length }, columns: focus.columns };
  return undefined;
}
