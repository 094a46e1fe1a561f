/** What a token attends to, or is attended to by, as a table: a row a head. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { MapLabelRange } from '../../../protocol/inspection.ts';
import { brief } from '../../map/describe.ts';
import { pagedTable } from '../../map/paged-table.ts';
import { ranks, weighed } from '../../map/row-table.ts';
import { select } from '../../panel/select.ts';
import type { LineSet, Side } from './lines.ts';
import { shownOf, sideAt, lookingNames, type LinesView, type SideFocus } from './view.ts';
import { partnersOf, type SideDescription } from './words.ts';

export interface SideTable {
  readonly view: LinesView;
  readonly focus: SideFocus;
  readonly told: SideDescription;
  /** Of the other side. */
  readonly other: readonly MapLabelRange[];
  /** What each head of the layer does, once that is known. */
  readonly roles: readonly string[];
  readonly choose: (side: Side) => void;
}

/** With the tokens to choose from above it. */
export function sideTable(of: SideTable, at: number, turn: (row: number) => void): TemplateResult {
  const { view, focus: { side, lines }, told, other, roles } = of;
  const hasRoles = view.heads.some(head => (roles[head] ?? '') !== '');
  return html`
    ${tokenChooser(of)}
    <p class="of"><strong dir="auto">${told.heading}</strong>${told.pieces === '' ? nothing : html` <code dir="auto">${told.pieces}</code>`}</p>
    ${pagedTable({
      label: `${told.heading}, head by head`,
      heading: 'Head',
      columns: [...ranks, ...(hasRoles ? ['What it does'] : [])],
      count: view.heads.length,
      row: index => ({ name: `Head ${(view.heads[index] ?? 0) + 1}`, cells: [...strongest(lines, side, other, view.heads[index] ?? 0), ...(hasRoles ? [roles[view.heads[index] ?? 0]] : [])], isCurrent: false }),
    }, at, turn)}`;
}

function strongest(lines: LineSet, side: Side, other: readonly MapLabelRange[], head: number): readonly (TemplateResult | undefined)[] {
  const partners = partnersOf(lines, side, other, ranks.length, head);
  return ranks.map((_, rank) => {
    const partner = partners[rank];
    return partner === undefined ? undefined : weighed(partner.text, brief({ ...partner, isEvidence: false }));
  });
}

function tokenChooser({ view, focus: { side: { axis, range } }, choose }: SideTable): TemplateResult {
  const { labels, first } = shownOf(view, axis);
  const sides = Object.entries(lookingNames).map(([key, name]) => ({ key, name }));
  return html`
    <div class="token">
      ${select('Side', sides, axis, key => choose(sideAt(view, key === 'key' ? 'key' : 'query', 0)))}
      ${select('Token', labels.map(({ text }, index) => ({ key: String(index), name: `${index + 1}: ${text}` })), String(range.first - first), key => choose(sideAt(view, axis, Number(key))))}
    </div>`;
}

export const sideTableStyles = css`
  .token { flex: none; display: flex; flex-wrap: wrap; gap: 6px; }
  .of { flex: none; margin: 6px 0; overflow-wrap: anywhere; }
  .of code { color: var(--map-muted); font-family: var(--vscode-editor-font-family, monospace); }
`;
