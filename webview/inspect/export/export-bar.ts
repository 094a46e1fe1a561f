/** What is shown, as a file or on the clipboard. */
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { exportFormats, type ExportFormat, type ExportResult } from '../../../protocol/inspection.ts';
import { bytesText } from '../../../protocol/quantities.ts';
import type { MapAxes } from '../matrix/raw-labels.ts';
import { whyNoAlignment, whyNoDifference } from './alignment.ts';

const pictureKinds = ['save', 'copy'] as const;
const tableKinds = ['table'] as const;
/** A file with its numbers or its drawing; or what is seen as a picture, in a file or on the clipboard; or as a table. */
export type ExportKind = ExportFormat | (typeof pictureKinds)[number] | (typeof tableKinds)[number];

const names: Readonly<Record<ExportKind, string>> = {
  svg: 'SVG', pdf: 'PDF', png: 'PNG', html: 'HTML, for a browser', csv: 'CSV', json: 'JSON', safetensors: 'safetensors', npy: 'NumPy array', pharaoh: 'Pharaoh alignment',
  save: 'Save as image', copy: 'Copy as image', table: 'Table, as CSV',
};

/** What can be brought out of it. */
export interface ExportOffer {
  readonly hasPicture: boolean;
  readonly hasTable: boolean;
  /** Of a map, what stands along its sides, and whether it is how much one has more than another. */
  readonly map: { readonly axes: MapAxes | undefined; readonly isDifference: boolean } | undefined;
}

export interface ExportChoices {
  /** What was chosen last, which may not be there any more. */
  readonly chosen: ExportKind | undefined;
  readonly offer: ExportOffer;
  readonly result: ExportResult | null | undefined;
  readonly said: string;
  /** What is exported, where there are several: for who hears it. */
  readonly of?: string;
  readonly choose: (kind: ExportKind) => void;
  readonly run: (kind: ExportKind) => void;
}

/** Choosing does nothing by itself: arrows go through a list one by one. */
export function exportBar({ chosen, offer, result, said, of = '', choose, run }: ExportChoices): TemplateResult | typeof nothing {
  const kinds = kindsOf(offer);
  const [first] = kinds.filter(({ kind, why }) => why === undefined && (offer.map === undefined || kind === exportFormats[0]));
  const current = kinds.find(({ kind, why }) => kind === chosen && why === undefined) ?? first;
  if (current === undefined) return nothing;
  const name = of === '' ? 'Export as' : `Export ${of} as`;
  return html`
    <span class="export">
      <select aria-label=${name} title=${name} @change=${({ target }: Event) => {
        const picked = target instanceof HTMLSelectElement ? kinds.find(({ kind }) => kind === target.value) : undefined;
        if (picked !== undefined) choose(picked.kind);
      }}>${kinds.map(({ kind, why }) => html`
        <option value=${kind} ?disabled=${why !== undefined} ?selected=${kind === current.kind} .selected=${live(kind === current.kind)}>${names[kind]}${why === undefined ? '' : ` (${why})`}</option>`)}</select>
      <vscode-button secondary @click=${() => run(current.kind)}>Export</vscode-button>
    </span>
    <span class="quiet exported" role="status">${said}${result === undefined || result === null ? nothing : `Saved: ${bytesText(result.bytes)}.${result.warnings.map(warning => ` ${warning}`).join('')}`}</span>`;
}

function kindsOf({ hasPicture, hasTable, map }: ExportOffer): readonly { readonly kind: ExportKind; readonly why: string | undefined }[] {
  const formats = map === undefined ? [] : exportFormats.map(kind => ({ kind, why: kind === 'pharaoh' ? (map.isDifference ? whyNoDifference : whyNoAlignment(map.axes)) : undefined }));
  return [...[...(hasPicture ? pictureKinds : []), ...(hasTable ? tableKinds : [])].map(kind => ({ kind, why: undefined })), ...formats];
}

export const exportStyles = css`
  .export { display: flex; align-items: center; gap: 4px; min-width: 0; }
  .export select { width: 132px; }
  /* What it says when it is done moves nothing that stands beside it. */
  .exported { flex-basis: 100%; }
  .exported:empty { display: none; }
`;
