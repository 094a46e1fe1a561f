import type { ToCheckpointPage } from '../../protocol/checkpoint-page.ts';

type Of<Type extends ToCheckpointPage['type']> = Extract<ToCheckpointPage, { readonly type: Type }>;

/**
 * What the page shows, as the messages that bring a fresh page to the same picture. What was measured is no part of it: the page
 * asks for what it shows.
 */
export class CheckpointContent {
  #reading: Of<'reading'> | undefined;
  #read: Of<'read' | 'unreadable'> | undefined;
  #changed: Of<'changed'> | undefined;
  #compared: Of<'compared' | 'incomparable'> | undefined;
  #comparing: Of<'comparing'> | undefined;
  #attended: Of<'attended'> | undefined;
  #attending: Of<'attending' | 'unattended'> | undefined;

  record(message: ToCheckpointPage): void {
    switch (message.type) {
      case 'reading':
        this.clear();
        this.#reading = message;
        return;
      case 'read':
      case 'unreadable':
        this.#read = message;
        return;
      case 'changed':
        this.#changed = message;
        return;
      case 'comparing':
        this.#comparing = { type: 'comparing', other: message.other, progress: message.progress };
        return;
      case 'compared':
      case 'incomparable':
        this.#comparing = undefined;
        // What was cancelled leaves what was there before.
        if (message.type === 'compared' || message.failure.code !== 'cancelled') this.#compared = message;
        return;
      case 'attending':
        this.#attending = message;
        return;
      case 'attended':
        this.#attending = undefined;
        this.#attended = message;
        return;
      case 'unattended':
        this.#attending = message;
        return;
      case 'measured':
      case 'unmeasurable':
        return;
    }
  }

  /** Nobody looks any more. */
  clear(): void {
    this.#reading = undefined;
    this.#read = undefined;
    this.#changed = undefined;
    this.#compared = undefined;
    this.#comparing = undefined;
    this.#attended = undefined;
    this.#attending = undefined;
  }

  replay(): readonly ToCheckpointPage[] {
    const all = [this.#reading, this.#read, this.#changed, this.#compared, this.#comparing, this.#attended, this.#attending];
    return all.filter(message => message !== undefined);
  }
}
