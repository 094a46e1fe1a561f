/** What is shown, as a file or on the clipboard. */
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
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
  /** What was chosen last, which may not be there any more. */
  readonly chosen: ExportKind | undefined;
  /** Whether there is a picture of what is shown. */
  readonly hasPicture: boolean;
  /** What stands along its sides. */
  readonly axes: MapAxes | undefined;
  readonly result: ExportResult | null | undefined;
  readonly said: string;
  readonly choose: (kind: ExportKind) => void;
  readonly run: (kind: ExportKind) => void;
}

/** Choosing does nothing by itself: arrows go through a list one by one. */
export function exportBar({ chosen, hasPicture, axes, result, said, choose, run }: ExportChoices): TemplateResult {
  const kinds = [...(hasPicture ? pictureKinds : []), ...exportFormats].map(kind => ({ kind, why: kind === 'pharaoh' ? whyNoAlignment(axes) : undefined }));
  const { kind: current } = kinds.find(({ kind, why }) => kind === chosen && why === undefined) ?? { kind: exportFormats[0] };
  return html`
    <span class="export">
      <select aria-label="Export as" title="Export as" @change=${({ target }: Event) => {
        const picked = target instanceof HTMLSelectElement ? kinds.find(({ kind }) => kind === target.value) : undefined;
        if (picked !== undefined) choose(picked.kind);
      }}>${kinds.map(({ kind, why }) => html`
        <option value=${kind} ?disabled=${why !== undefined} ?selected=${kind === current} .selected=${live(kind === current)}>${names[kind]}${why === undefined ? '' : ` (${why})`}</option>`)}</select>
      <vscode-button secondary @click=${() => run(current)}>Export</vscode-button>
    </span>
    <span class="quiet" role="status">${said}${result === undefined || result === null ? nothing : `Saved: ${bytesText(result.bytes)}.${result.warnings.map(warning => ` ${warning}`).join('')}`}</span>`;
}
