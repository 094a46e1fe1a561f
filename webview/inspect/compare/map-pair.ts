/**
 * `<map-pair>`: two maps side by side, on one reading, and how much more the second has than the first where both have the same words.
 * They are scrolled and zoomed as one, and what is pointed at in one is shown in the others.
 *
 * Fires `cell-pick` (`CellPickEvent`) and `token-point` (`TokenPointEvent`) of the one that is linked with what is shown elsewhere.
 */
import '../export/map-export.ts';
import '../matrix/attention-matrix.ts';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { plainReading, type MapOf, type MapReading, type MapWindow } from '../../../protocol/inspection.ts';
import type { ChosenScale, Reach } from '../../../protocol/map-scale.ts';
import type { TokenRange } from '../../../protocol/trace.ts';
import type { MapMoveEvent, MapPlace } from '../../map/events.ts';
import { sectionStyles } from '../../panel/sections.styles.ts';
import { TokenPointEvent, type TokenPoint } from '../heads/events.ts';
import type { InspectorHost } from '../inspector-host.ts';
import type { AttentionMatrix } from '../matrix/attention-matrix.ts';
import { CellPickEvent, type CellCrossEvent, type CrossedTokens, type MapSizeEvent } from '../matrix/events.ts';
import { areAlike, type MapAxes } from '../matrix/raw-labels.ts';
import { readingText } from '../reading/reading.ts';
import { shareIn } from './common-place.ts';
import { tokensIn } from './same-tokens.ts';

type MapSize = Pick<MapWindow, 'size' | 'full' | 'strong'>;

/** A map with what it is called. */
export interface NamedMap {
  readonly name: string;
  readonly map: MapOf;
  readonly axes: MapAxes | undefined;
}

/** One of the three that are drawn. */
interface Drawn extends NamedMap {
  readonly of: 'one' | 'other' | 'difference';
  readonly minus?: MapOf;
}

/** What is pointed at, in the tokens of the map that it is pointed at in. */
interface Crossed {
  readonly by: Drawn['of'];
  readonly axes: MapAxes | undefined;
  readonly tokens: CrossedTokens;
}

@customElement('map-pair')
export class MapPair extends LitElement {
  static override styles = [sectionStyles, css`
    :host { display: block; container-type: inline-size; }
    .maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 2px 20px; }
    /* However long a name is, the maps beside each other begin at one height. */
    section { display: grid; grid-row: span 3; grid-template-rows: subgrid; align-items: start; min-width: 0; }
    /* Below a pair there is room for the columns that only one of them has. */
    @container (min-width: 660px) and (max-width: 999px) { .wide { grid-column: 1 / -1; } }
    h2 { text-transform: none; letter-spacing: 0; font-size: inherit; overflow-wrap: anywhere; }
    attention-matrix { max-height: clamp(240px, 60vh, 520px); }
    map-export { padding-bottom: 10px; }
  `];

  @property({ attribute: false }) inspector!: InspectorHost;
  @property({ attribute: false }) one!: NamedMap;
  @property({ attribute: false }) other!: NamedMap;
  @property({ attribute: false }) reading: MapReading = plainReading;
  @property({ attribute: false }) scale: ChosenScale = 'auto';
  @property({ attribute: false }) lit: TokenPoint | undefined;
  /** Which of them is shown in other views, too. */
  @property() linked: 'one' | 'other' = 'one';

  /** How large each is, once it has come, and its largest weight: both are drawn on one scale. */
  @state() private sizes: readonly [MapSize | undefined, MapSize | undefined] = [undefined, undefined];
  @state() private crossed: Crossed | undefined;
  /** The difference has come, and there is none. */
  @state() private isSame = false;

  /** Of other texts than before all of each is seen at first. */
  #isBegun = true;

  protected override willUpdate(changed: PropertyValues<this>): void {
    // How large another map is is known once it has come.
    const isSame = (before: NamedMap | undefined, now: NamedMap): boolean => before === undefined || JSON.stringify(before.map) === JSON.stringify(now.map);
    const [one, other] = [isSame(changed.get('one'), this.one), isSame(changed.get('other'), this.other)];
    this.#isBegun = areAlike((changed.get('one') ?? this.one).axes, this.one.axes) && areAlike((changed.get('other') ?? this.other).axes, this.other.axes);
    if (!one || !other) this.sizes = [one ? this.sizes[0] : undefined, other ? this.sizes[1] : undefined];
  }

  protected override updated(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    for (const matrix of this.#matrices()) matrix.begin();
  }

  protected override render(): TemplateResult {
    const { one, other } = this;
    const [first, second] = this.sizes;
    return html`
      <div class="maps">
        ${this.#map({ ...one, of: 'one' })}
        ${this.#map({ ...other, of: 'other' })}
        ${first === undefined || second === undefined ? nothing
          : this.#map({ of: 'difference', name: this.isSame ? 'Difference: none, both maps are the same' : 'Difference: the second less the first', map: other.map, minus: one.map, axes: other.axes })}
      </div>`;
  }

  #map(drawn: Drawn): TemplateResult {
    const { of, name, map, minus, axes } = drawn;
    const isLinked = of === this.linked;
    return html`
      <section class=${of === 'difference' && !areAlike(this.one.axes, this.other.axes) ? 'wide' : nothing}>
        <h2>${name}</h2>
        <attention-matrix id=${of} .inspector=${this.inspector} .map=${map} .minus=${minus} .axes=${axes} .reading=${this.reading} .scale=${this.scale} .reach=${minus === undefined ? this.#reach : undefined}
          .lit=${this.#litIn(axes)} .crossed=${this.#crossedIn(drawn)} label=${of === 'difference' ? 'Difference' : name}
          @map-size=${({ detail }: MapSizeEvent) => this.#onSize(of, detail)} @map-move=${(event: MapMoveEvent) => this.#follow(of, event)}
          @cell-cross=${({ detail: { crossed } }: CellCrossEvent) => (this.crossed = crossed && { by: of, axes, tokens: crossed })}
          @cell-pick=${({ detail }: CellPickEvent) => {
            if (isLinked) this.dispatchEvent(new CellPickEvent(detail));
          }}
          @token-point=${({ detail: { how, point } }: TokenPointEvent) => {
            if (isLinked) this.dispatchEvent(new TokenPointEvent(how, point));
          }}></attention-matrix>
        <map-export .inspector=${this.inspector} .map=${{ map, reading: this.reading, scale: this.scale, ...(minus === undefined ? {} : { minus }) }} .axes=${axes} .picture=${() => this.#picture(drawn)} name=${name}></map-export>
      </section>`;
  }

  get #reach(): Reach | undefined {
    const [one, other] = this.sizes;
    return one === undefined || other === undefined ? undefined : { full: Math.max(one.full, other.full), strong: Math.max(one.strong, other.strong) };
  }

  #matrices(): readonly AttentionMatrix[] {
    return [...this.renderRoot.querySelectorAll('attention-matrix')];
  }

  #onSize(of: Drawn['of'], size: MapSize): void {
    if (of === 'one') this.sizes = [size, this.sizes[1]];
    else if (of === 'other') this.sizes = [this.sizes[0], size];
    else this.isSame = size.full === 0;
  }

  #follow(of: Drawn['of'], { detail }: MapMoveEvent): void {
    const matrices = this.#matrices();
    const from = matrices.find(({ id }) => id === of);
    for (const matrix of matrices) if (matrix !== from) matrix.follow(from === undefined ? detail : this.#placeIn(matrix, from, detail));
  }

  /** The same words at the edges of another map. */
  #placeIn(to: AttentionMatrix, from: AttentionMatrix, { zoom, down, across }: MapPlace): MapPlace {
    const [ofFrom, ofTo] = [from.labels, to.labels];
    const [axes, other] = [from.axes, to.axes];
    if (ofFrom === undefined || ofTo === undefined || axes === undefined || other === undefined) return { zoom, down, across };
    return {
      zoom,
      down: shareIn(down, ofFrom.rows, ofTo.rows, tokens => this.#tokensIn('queries', tokens, axes, other)),
      across: shareIn(across, ofFrom.columns, ofTo.columns, tokens => this.#tokensIn('keys', tokens, axes, other)),
    };
  }

  /** What is lit elsewhere is of the linked map's tokens. */
  #litIn(axes: MapAxes | undefined): TokenPoint | undefined {
    const { lit } = this;
    const [from, to] = [this[this.linked].axes, axes];
    if (lit === undefined || from === undefined || to === undefined) return lit;
    const tokens = this.#tokensIn(lit.axis === 'query' ? 'queries' : 'keys', lit.tokens, from, to);
    return tokens && { ...lit, tokens };
  }

  #crossedIn({ of, axes: to }: Drawn): CrossedTokens | undefined {
    const { crossed } = this;
    if (crossed === undefined || crossed.by === of) return undefined;
    const { axes: from, tokens } = crossed;
    if (from === undefined || to === undefined) return tokens;
    return { query: tokens.query && this.#tokensIn('queries', tokens.query, from, to), key: tokens.key && this.#tokensIn('keys', tokens.key, from, to) };
  }

  #tokensIn(side: keyof MapAxes, tokens: TokenRange, from: MapAxes, to: MapAxes): TokenRange | undefined {
    return tokensIn(tokens, from[side], to[side], (this.one.axes ?? from)[side]);
  }

  #picture({ of, name }: Drawn): Promise<Blob> | undefined {
    const said = of === 'difference' ? `${this.other.name}, less: ${this.one.name}` : name;
    return this.#matrices().find(({ id }) => id === of)?.picture({ title: said, note: readingText(this.reading) });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'map-pair': MapPair;
  }
}
