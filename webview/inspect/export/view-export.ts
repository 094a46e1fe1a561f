/** Brings out of the page what is seen in a view of it. */
import type { nothing, TemplateResult } from 'lit';
import type { FailureData } from '../../../protocol/failure.ts';
import type { ExportFormat, Inspection, MapChoice } from '../../../protocol/inspection.ts';
import { choiceName, headsOf } from '../choice/choices.ts';
import { AttentionHeads } from '../heads/attention-heads.ts';
import { AttentionMatrix } from '../matrix/attention-matrix.ts';
import { axesOf } from '../matrix/raw-labels.ts';
import { readingIn } from '../reading/reading.ts';
import type { ModelMemory, View } from '../remembered.ts';
import { viewNames } from '../tabs.ts';
import { captionOf } from './caption.ts';
import { exportBar, type ExportKind } from './export-bar.ts';
import { isPictured, isTabled } from './exportable.ts';
import { type Exported, Exporting } from './exporting.ts';

/** What is looked at, and how. */
export interface Seen extends Pick<ModelMemory, 'reading' | 'scale'> {
  readonly view: View;
  readonly shown: Inspection;
  readonly choice: MapChoice;
  /** The view's own, once it is in the page. */
  readonly element: () => HTMLElement | null;
}

export class ViewExport {
  readonly #host: Exported;
  readonly #exporting: Exporting;
  #chosen: ExportKind | undefined;

  constructor(host: Exported) {
    this.#host = host;
    this.#exporting = new Exporting(host);
  }

  get failure(): FailureData | undefined {
    return this.#exporting.failure;
  }

  clear(): void {
    this.#exporting.clear();
  }

  /** Its picture to the clipboard; where that can't be, to a file. */
  copyPicture(seen: Seen): Promise<void> {
    return this.#exporting.copyPicture(choiceName(seen.choice, seen.shown), pictureOf(seen));
  }

  bar(seen: Seen): TemplateResult | typeof nothing {
    const { view, shown, choice } = seen;
    const isMap = view === 'matrix' || view === 'heads';
    return exportBar({
      chosen: this.#chosen, result: this.#exporting.result, said: this.#exporting.said,
      offer: { hasPicture: isMap || view === 'model', hasTable: !isMap, map: isMap ? { axes: axesOf(choice, shown), isDifference: false } : undefined },
      choose: kind => this.#choose(kind), run: kind => this.#run(kind, seen),
    });
  }

  #choose(kind: ExportKind): void {
    this.#chosen = kind;
    this.#host.requestUpdate();
  }

  #run(kind: ExportKind, seen: Seen): void {
    const { view, shown, choice, reading, scale } = seen;
    const [name, element] = [choiceName(choice, shown), seen.element()];
    switch (kind) {
      case 'copy': void this.copyPicture(seen); return;
      case 'save': void this.#exporting.savePicture(name, pictureOf(seen)); return;
      case 'table': {
        const csv = isTabled(element) ? element.csv() : undefined;
        if (csv !== undefined) this.#exporting.saveTable(`${viewNames[view]} ${name}`, csv);
        return;
      }
      default: {
        // Heads one by one, whatever map they become elsewhere.
        const heads = view === 'heads' ? headsOf(choice, shown) : undefined;
        const map = { inspection: shown.id, choice: heads === undefined ? choice : { of: 'heads', ...heads, by: 'mean' } as const };
        const unit = element instanceof AttentionMatrix ? element.unit : undefined;
        const stretch = element instanceof AttentionHeads ? element.stretch : {};
        const isPart = stretch.rows !== undefined || stretch.columns !== undefined;
        const params = { map, reading: readingIn(reading, unit), format: kind, drawing: heads === undefined ? 'matrix' : { heads: heads.heads, ...stretch }, scale } as const;
        this.#exporting.write(params, isPart && !isDrawn(kind) ? 'Of all sentences, not only of those chosen. ' : '');
      }
    }
  }
}

/** What is seen is drawn; numbers are of the whole map. */
function isDrawn(format: ExportFormat): boolean {
  return format === 'svg' || format === 'pdf' || format === 'png';
}

function pictureOf({ shown, choice, reading, element }: Seen): Promise<Blob> | undefined {
  const view = element();
  return isPictured(view) ? view.picture(captionOf(shown, choiceName(choice, shown), reading)) : undefined;
}
