/**
 * `<map-export>`: brings one map out of the page, or how much it has more than another, beside which it stands.
 */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { InspectRequests } from '../../../protocol/inspect-page.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { selectStyles } from '../../panel/select.ts';
import { failureBox } from '../failure-box.ts';
import type { InspectorHost } from '../inspector-host.ts';
import type { MapAxes } from '../matrix/raw-labels.ts';
import { exportBar, exportStyles, type ExportKind } from './export-bar.ts';
import { Exporting } from './exporting.ts';

/** Which map, and how it is read. */
export type ExportedMap = Omit<InspectRequests['export']['params'], 'format' | 'drawing'>;

@customElement('map-export')
export class MapExport extends LitElement {
  static override styles = [noticeStyles, selectStyles, exportStyles, css`
    :host { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; min-width: 0; }
    .quiet { color: var(--map-muted); }
  `];

  @property({ attribute: false }) inspector!: InspectorHost;
  @property({ attribute: false }) map!: ExportedMap;
  @property({ attribute: false }) axes: MapAxes | undefined;
  /** What is seen of it. */
  @property({ attribute: false }) picture: () => Promise<Blob> | undefined = () => undefined;
  /** What the file is called, and which of several maps it is. */
  @property() name = '';

  @state() private chosen: ExportKind | undefined;

  readonly #exporting = new Exporting(this);

  protected override render(): TemplateResult {
    return html`
      ${exportBar({
        chosen: this.chosen, offer: { hasPicture: true, hasTable: false, map: { axes: this.axes, isDifference: this.map.minus !== undefined } },
        result: this.#exporting.result, said: this.#exporting.said, of: this.name.charAt(0).toLowerCase() + this.name.slice(1),
        choose: kind => (this.chosen = kind), run: kind => this.#run(kind),
      })}
      ${failureBox(this.#exporting.failure)}`;
  }

  #run(kind: ExportKind): void {
    switch (kind) {
      case 'copy': void this.#exporting.copyPicture(this.name, this.picture()); return;
      case 'save': void this.#exporting.savePicture(this.name, this.picture()); return;
      case 'table': return;
      default: this.#exporting.write({ ...this.map, format: kind, drawing: 'matrix' });
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'map-export': MapExport;
  }
}
