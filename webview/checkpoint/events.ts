/** What the page's parts tell the page. */
import type { CheckpointCommand } from '../../protocol/checkpoint-page.ts';
import type { MapId } from '../../protocol/trace.ts';
import type { Remembered } from './remembered.ts';

/** The user left a part otherwise than it was. */
export class RememberEvent extends CustomEvent<Partial<Remembered>> {
  constructor(change: Partial<Remembered>) {
    super('remember', { detail: change });
  }
}

/** A button was pressed. */
export class RunEvent extends CustomEvent<CheckpointCommand> {
  constructor(command: CheckpointCommand) {
    super('run', { detail: command });
  }
}

/** A tensor is to be measured, even if it was; `undefined`: none any more. */
export class MeasureEvent extends Event {
  // Not as the detail of a CustomEvent, which makes null of what is undefined.
  constructor(readonly tensor: string | undefined) {
    super('measure');
  }
}

/** Another map is wanted. */
export class MapEvent extends CustomEvent<MapId> {
  constructor(map: MapId) {
    super('map', { detail: map });
  }
}
