/**
 * `<inspected-image>`: the picture, and over its patches what they got: of the patch that is pointed at, or of everything.
 *
 * Fires `lit` (`LitEvent`).
 */
import '../../image/attention-picture.ts';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PointedTokens } from '../../../protocol/inspect-page.ts';
import { plainReading, type Inspection, type MapChoice, type MapReading } from '../../../protocol/inspection.ts';
import type { PatchPointEvent } from '../../image/attention-picture.ts';
import type { Overlay } from '../../image/image-view.ts';
import { PatchGrid } from '../../image/patch-grid.ts';
import { pagedTable, tableStyles } from '../../map/paged-table.ts';
import { largestOf } from '../../map/scale.ts';
import { tableToggle } from '../../map/table-toggle.ts';
import { layerOf } from '../choice/choices.ts';
import { LitEvent } from '../events.ts';
import type { Inspector } from '../inspector.ts';
import { Latest } from '../latest.ts';
import { pointOf } from '../lit.ts';
import { linkedQuestion } from '../texts/linked.ts';
import { alongAxis } from '../texts/tints.ts';
import { viewStyles } from '../view.styles.ts';
import { patchTable } from './patch-table.ts';

@customElement('inspected-image')
export class InspectedImage extends LitElement {
  static override styles = [viewStyles, tableStyles, css`
    :host { min-width: 0; }
  `];

  @property({ attribute: false }) inspector!: Inspector;
  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false }) choice!: MapChoice;
  @property({ attribute: false }) reading: MapReading = plainReading;
  @property({ attribute: false }) lit: PointedTokens | undefined;

  /** The page's own: an image's bytes don't go to and fro. */
  @property({ attribute: false }) picture: ImageBitmap | undefined;

  /** A row of the stretch that is shown as a table, where one is shown instead of the picture. */
  @state() private tableAt: number | undefined;

  readonly #weights = new Latest<Float32Array>(this);
  #asked = '';
  #patches: { readonly of: Inspection; readonly positions: readonly number[]; readonly grid: PatchGrid } | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#asked = '';
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    const layer = layerOf(this.choice, this.inspection);
    const question = layer === undefined ? undefined : linkedQuestion(this.inspection, layer, this.choice, this.reading, pointOf(this.lit, layer, this.inspection.axes));
    const asked = JSON.stringify(question?.params) ?? '';
    if (question === undefined || asked === this.#asked) return;
    this.#asked = asked;
    this.#weights.ask(async signal => alongAxis(await this.inspector.map(question.params, signal), question.along));
  }

  protected override render(): TemplateResult {
    const { positions, grid } = this.#places();
    const all = this.inspection.image?.patches ?? [];
    const weights = positions.map(position => this.#weights.result?.[position] ?? 0);
    const overlay: Overlay = { weights, full: largestOf([weights]), isEvidence: false };
    const patch = this.lit === undefined || this.lit.axis !== this.#axis ? -1 : positions.indexOf(this.lit.tokens.first);
    const told = patch < 0 ? '' : `${grid.name(patch)}: ${(weights[patch] ?? 0).toPrecision(2)}`;
    const pointed = patch < 0 ? undefined : patch;
    const what = patch < 0 ? 'How much each patch got in all' : `What ${grid.name(patch)} looks at`;
    return html`
      ${this.tableAt === undefined
        ? html`<attention-picture label="The image, and what was looked at in it" .picture=${this.picture} .patches=${positions.flatMap(position => all[position] ?? [])} .grid=${grid}
            .overlay=${overlay} .patch=${pointed} told=${told} @patch-point=${this.#onPoint}></attention-picture>`
        : pagedTable(patchTable(grid, weights, pointed, what), this.tableAt, row => (this.tableAt = row))}
      <div class="foot">
        <p class="told" role="status">${patch < 0 && this.tableAt === undefined ? `${what}. Point at a patch to see where it looks.` : `${what}.`}</p>
        ${tableToggle(this.tableAt !== undefined, 'how much each patch got', () => (this.tableAt = this.tableAt === undefined ? 0 : undefined))}
      </div>`;
  }

  get #axis(): number {
    return this.inspection.axes.findIndex(({ side }) => side === 'image');
  }

  /** Positions of no place in the image, a class token's, are no patches of it. */
  #places(): { readonly positions: readonly number[]; readonly grid: PatchGrid } {
    if (this.#patches?.of !== this.inspection) {
      const tokens = this.inspection.axes[this.#axis]?.tokens ?? [];
      const all = this.inspection.image?.patches ?? [];
      const positions = all.flatMap((_, index) => (tokens[index]?.special === true ? [] : [index]));
      this.#patches = { of: this.inspection, positions, grid: new PatchGrid(positions.flatMap(position => all[position] ?? [])) };
    }
    return this.#patches;
  }

  #onPoint({ detail: { how, patch } }: PatchPointEvent): void {
    const position = patch === undefined ? undefined : this.#places().positions[patch];
    const axis = this.#axis;
    const as = layerOf(this.choice, this.inspection)?.queries === axis ? 'query' : 'key';
    this.dispatchEvent(new LitEvent(how, position === undefined ? undefined : { axis, tokens: { first: position, end: position + 1 }, as }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'inspected-image': InspectedImage;
  }
}
