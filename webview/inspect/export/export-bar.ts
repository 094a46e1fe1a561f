/** What is shown, as a file or on the clipboard. */
import { html, nothing, type TemplateResult } from 'lit';
import { exportFormats, type ExportFormat, type ExportResult } from '../../../protocol/inspection.ts';
import { bytesText } from '../../../protocol/quantities.ts';
import type { MapAxes } from '../matrix/raw-labels.ts';
import { whyNoAlignment } from './alignment.ts';

const pictureKinds = ['save', 'copy'] as const;
/** A file with its numbers or its drawing; or what is seen as a picture, in a file or on the clipboard. */
export type ExportKind = ExportFormat | (typeof pictureKinds)[number];

const names: Readonly<Record<ExportKind, string>> = {
  svg: 'SVG', pdf: 'PDF', png: 'PNG', html: 'HTML, for a browser', csv: 'CSV', json: 'JSON', safetensors: 'safetensors', npy: 'NumPy array', pharaoh: 'Pharaoh alignment',
  save: 'Save as image', copy: 'Copy as image',
};

export interface ExportChoices {
  /** Whether there is a picture of what is shown. */
  readonly hasPicture: boolean;
  /** What stands along its sides. */
  readonly axes: MapAxes | undefined;
  readonly result: ExportResult | null | undefined;
  readonly said: string;
  readonly choose: (kind: ExportKind) => void;
}

/** A list that goes back to its name, as it is one of actions. */
export function exportBar({ hasPicture, axes, result, said, choose }: ExportChoices): TemplateResult {
  const kinds: readonly ExportKind[] = [...(hasPicture ? pictureKinds : []), ...exportFormats];
  return html`
    <select class="export" aria-label="Export" title="Export" @change=${({ target }: Event) => {
      if (!(target instanceof HTMLSelectElement)) return;
      const kind = kinds.find(one => one === target.value);
      target.value = '';
      if (kind !== undefined) choose(kind);
    }}><option value="" selected hidden>Export …</option>${kinds.map(kind => {
      const why = kind === 'pharaoh' ? whyNoAlignment(axes) : undefined;
      return html`<option value=${kind} ?disabled=${why !== undefined}>${names[kind]}${why === undefined ? '' : ` (${why})`}</option>`;
    })}</select>
    <span class="quiet" role="status">${said}${result === undefined || result === null ? nothing : `Saved: ${bytesText(result.bytes)}.${result.warnings.map(warning => ` ${warning}`).join('')}`}</span>`;
}
