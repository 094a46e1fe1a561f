/**
 * `<map-pair>`: two maps side by side, on one reading, and how much more the second has than the first, where they are alike.
 *
 * Fires `cell-pick` (`CellPickEvent`) and `token-point` (`TokenPointEvent`) of the one that is linked with what is shown elsewhere.
 */
import '../matrix/attention-matrix.ts';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { plainReading, type MapOf, type MapReading, type MapWindow } from '../../../protocol/inspection.ts';
import { sectionStyles } from '../../panel/sections.styles.ts';
import { TokenPointEvent, type TokenPoint } from '../heads/events.ts';
import type { Inspector } from '../inspector.ts';
import { CellPickEvent, type MapSizeEvent } from '../matrix/events.ts';
import type { MapAxes } from '../matrix/raw-labels.ts';

type MapSize = Pick<MapWindow, 'size' | 'full'>;

/** A map with what it is called. */
export interface NamedMap {
  readonly name: string;
  readonly map: MapOf;
  readonly axes: MapAxes | undefined;
}

@customElement('map-pair')
export class MapPair extends LitElement {
  static override styles = [sectionStyles, css`
    :host { display: block; container-type: inline-size; }
    .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 4px 20px; }
    section { display: flex; flex-direction: column; min-width: 0; }
    h2 { text-transform: none; letter-spacing: 0; font-size: inherit; overflow-wrap: anywhere; }
    attention-matrix { max-height: clamp(240px, 60vh, 520px); }
    .told { margin: 8px 0; line-height: 1.5; color: var(--map-muted); }
  `];

  @property({ attribute: false }) inspector!: Inspector;
  @property({ attribute: false }) one!: NamedMap;
  @property({ attribute: false }) other!: NamedMap;
  @property({ attribute: false }) reading: MapReading = plainReading;
  @property({ attribute: false }) lit: TokenPoint | undefined;
  /** Which of them is shown in other views, too. */
  @property() linked: 'one' | 'other' = 'one';

  /** How large each is, once it has come, and its largest weight: both are drawn on one scale. */
  @state() private sizes: readonly [MapSize | undefined, MapSize | undefined] = [undefined, undefined];

  protected override willUpdate(changed: PropertyValues<this>): void {
    // How large another map is is known once it has come.
    const isSame = (before: NamedMap | undefined, now: NamedMap): boolean => before === undefined || JSON.stringify(before.map) === JSON.stringify(now.map);
    const [one, other] = [isSame(changed.get('one'), this.one), isSame(changed.get('other'), this.other)];
    if (!one || !other) this.sizes = [one ? this.sizes[0] : undefined, other ? this.sizes[1] : undefined];
  }

  protected override render(): TemplateResult {
    return html`
      <div class="pair">${this.#map(this.one, 0)}${this.#map(this.other, 1)}</div>
      ${this.#difference()}`;
  }

  #map({ name, map, axes }: NamedMap, index: 0 | 1): TemplateResult {
    const isLinked = index === (this.linked === 'one' ? 0 : 1);
    return html`
      <section>
        <h2>${name}</h2>
        <attention-matrix .inspector=${this.inspector} .map=${map} .axes=${axes} .reading=${this.reading} .full=${this.#full} .lit=${this.lit} label=${name}
          @map-size=${({ detail }: MapSizeEvent) => (this.sizes = index === 0 ? [detail, this.sizes[1]] : [this.sizes[0], detail])}
          @cell-pick=${({ detail }: CellPickEvent) => {
            if (isLinked) this.dispatchEvent(new CellPickEvent(detail));
          }}
          @token-point=${({ detail: { how, point } }: TokenPointEvent) => {
            if (isLinked) this.dispatchEvent(new TokenPointEvent(how, point));
          }}></attention-matrix>
      </section>`;
  }

  get #full(): number | undefined {
    const [one, other] = this.sizes;
    return one === undefined || other === undefined ? undefined : Math.max(one.full, other.full);
  }

  #difference(): TemplateResult | string {
    const [one, other] = this.sizes.map(told => told?.size);
    if (one === undefined || other === undefined) return '';
    if (one.rows !== other.rows || one.columns !== other.columns) {
      return html`<p class="told">There is no difference to draw: one map has ${sizeText(one)}, the other ${sizeText(other)}.</p>`;
    }
    return html`
      <section>
        <h2>Difference: the second less the first</h2>
        <attention-matrix .inspector=${this.inspector} .map=${this.other.map} .minus=${this.one.map} .axes=${this.other.axes} .reading=${this.reading} .lit=${this.lit} label="Difference"></attention-matrix>
      </section>`;
  }
}

function sizeText({ rows, columns }: MapWindow['size']): string {
  return `${rows} × ${columns} cells`;
}

declare global {
  interface HTMLElementTagNameMap {
    'map-pair': MapPair;
  }
}
