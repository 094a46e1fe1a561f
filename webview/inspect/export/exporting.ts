/** Brings what is shown out of the page, and keeps what came of it. */
import type { ReactiveControllerHost } from 'lit';
import type { FailureData } from '../../../protocol/failure.ts';
import type { InspectRequests } from '../../../protocol/inspect-page.ts';
import type { ExportResult } from '../../../protocol/inspection.ts';
import type { InspectorHost } from '../inspector-host.ts';
import { Latest } from '../latest.ts';

/** In milliseconds. */
const saidFor = 6000;

/** What exporting needs of the inspector. */
export interface Exported extends ReactiveControllerHost {
  readonly inspector: InspectorHost;
}

export class Exporting {
  readonly #of: Exported;
  readonly #written: Latest<ExportResult | null>;
  #said = '';

  constructor(of: Exported) {
    this.#of = of;
    this.#written = new Latest(of);
  }

  get result(): ExportResult | null | undefined {
    return this.#written.result;
  }

  get failure(): FailureData | undefined {
    return this.#written.failure;
  }

  get said(): string {
    return this.#said;
  }

  clear(): void {
    this.#written.clear();
    this.#said = '';
  }

  /** @param note what else is to be said of it */
  write(params: InspectRequests['export']['params'], note = ''): void {
    this.clear();
    this.#said = note;
    this.#written.ask(signal => this.#of.inspector.export(params, signal));
  }

  saveTable(name: string, csv: string): void {
    this.clear();
    this.#of.inspector.tell({ type: 'save-csv', name, csv });
  }

  /** @param made of what is seen; `undefined` where there is nothing */
  async savePicture(name: string, made: Promise<Blob> | undefined): Promise<void> {
    this.clear();
    const picture = await made;
    if (picture !== undefined) this.#of.inspector.tell({ type: 'save-png', name, png: new Uint8Array(await picture.arrayBuffer()) });
  }

  /** To the clipboard; where that can't be, to a file. */
  async copyPicture(name: string, made: Promise<Blob> | undefined): Promise<void> {
    this.clear();
    const picture = await made;
    if (picture === undefined) this.#say('This view has no picture to copy: Matrix, Heads and Model have one.');
    else {
      try {
        await navigator.clipboard.write([new ClipboardItem({ [picture.type]: picture })]);
        this.#say('Copied.');
      } catch {
        // A page that isn't in focus may not write to the clipboard.
        await this.savePicture(name, made);
      }
    }
  }

  /** For as long as it is read. */
  #say(said: string): void {
    this.#said = said;
    this.#of.requestUpdate();
    setTimeout(() => {
      if (this.#said !== said) return;
      this.#said = '';
      this.#of.requestUpdate();
    }, saidFor);
  }
}
