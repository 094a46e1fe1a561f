import type { RunState } from '../../protocol/runs.ts';

/** A row that only tells how far its run is stays as it is for so long, in milliseconds: time enough for a tooltip to come up. */
const drawnFor = 2_000;
/** So long a tooltip is read. */
const readFor = 15_000;

interface Row {
  readonly state: RunState;
  readonly timer: NodeJS.Timeout;
}

/**
 * When rows are drawn anew: VS Code takes the tooltip away from a row that is. It asks for one when the pointer has rested on the row,
 * and does not tell when the pointer leaves.
 */
export class RowPace {
  readonly #rows = new Map<string, Row>();
  readonly #over: () => void;

  /** @param over a row need not wait any longer */
  constructor(over: () => void) {
    this.#over = over;
  }

  /** The row of a run was drawn. */
  drawn(folder: string, state: RunState): void {
    this.#keep(folder, state, drawnFor);
  }

  /** Its tooltip was asked for. */
  read(folder: string, state: RunState): void {
    this.#keep(folder, state, readFor);
  }

  /** Whether it stays as it is for now. What a run has become is told at once. */
  waits(folder: string, state: RunState): boolean {
    return this.#rows.get(folder)?.state === state;
  }

  dispose(): void {
    for (const { timer } of this.#rows.values()) clearTimeout(timer);
    this.#rows.clear();
  }

  #keep(folder: string, state: RunState, milliseconds: number): void {
    clearTimeout(this.#rows.get(folder)?.timer);
    const timer = setTimeout(() => {
      this.#rows.delete(folder);
      this.#over();
    }, milliseconds);
    this.#rows.set(folder, { state, timer });
  }
}
