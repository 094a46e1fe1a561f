/** What the page's parts tell the page. */
import type { Remembered } from './remembered.ts';

/** The user left a part otherwise than it was. */
export class RememberEvent extends CustomEvent<Partial<Remembered>> {
  constructor(change: Partial<Remembered>) {
    super('remember', { detail: change });
  }
}
