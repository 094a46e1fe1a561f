/** What the page's parts tell the page. */
import type { RunCommand } from '../../protocol/run-page.ts';
import type { MapId } from '../../protocol/trace.ts';
import type { Remembered } from './remembered.ts';

/** The user left a part otherwise than it was. */
export class RememberEvent extends CustomEvent<Partial<Remembered>> {
  constructor(change: Partial<Remembered>) {
    super('remember', { detail: change });
  }
}

/** A button was pressed. */
export class RunEvent extends CustomEvent<RunCommand> {
  constructor(command: RunCommand) {
    super('run', { detail: command });
  }
}

/** Two checkpoints are to be compared; on the text of the last time where `again`. */
export class CompareEvent extends CustomEvent<{ readonly steps: readonly [number, number]; readonly map: MapId | undefined; readonly again: boolean }> {
  constructor(steps: readonly [number, number], map: MapId | undefined, again: boolean) {
    super('compare', { detail: { steps, map, again } });
  }
}
