/**
 * `<attention-picture>`: a picture with what a model looked at over it; its patches are reached with pointer and arrow
 * keys, as the cells of any grid.
 *
 * Fires `patch-point` (`PatchPointEvent`).
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { Patch } from '../../protocol/classification.ts';
import { moveCell } from '../map/cursor.ts';
import { hiddenStyles } from '../map/hidden.styles.ts';
import { keepCrisp, type Surface } from '../map/surface.ts';
import { observeTheme, readTheme, type MapTheme } from '../map/theme.ts';
import { drawImage, fit } from './draw-image.ts';
import type { Overlay } from './image-view.ts';
import { noGrid, type PatchGrid } from './patch-grid.ts';

/** `select` stays until something else is selected or Escape; `hover` ends (`undefined`) when the pointer leaves. */
export class PatchPointEvent extends CustomEvent<{ readonly how: 'hover' | 'select'; readonly patch: number | undefined }> {
  constructor(how: 'hover' | 'select', patch: number | undefined) {
    super('patch-point', { detail: { how, patch } });
  }
}

/** As large as a picture is drawn, in CSS pixels. */
const largest = 520;

@customElement('attention-picture')
export class AttentionPicture extends LitElement {
  static override styles = [hiddenStyles, css`
    :host { display: block; min-width: 0; position: relative; }
    [role='grid'] { display: block; width: fit-content; outline: none; touch-action: pan-x pan-y; }
    [role='grid']:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 3px; }
    canvas { display: block; }
  `];

  @property({ attribute: false }) picture: ImageBitmap | undefined;
  @property({ attribute: false }) patches: readonly Patch[] = [];
  @property({ attribute: false }) grid: PatchGrid = noGrid;
  @property({ attribute: false }) overlay: Overlay | undefined;
  @property({ type: Number }) strength = 0.75;
  /** The patch that is pointed at. */
  @property({ attribute: false }) patch: number | undefined;
  /** What it is, in a sentence. */
  @property() told = '';
  @property() label = '';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.probe') private readonly probe!: HTMLElement;

  #theme: MapTheme | undefined;
  #surface: Surface | undefined;
  #stops: (() => void)[] = [];

  protected override firstUpdated(): void {
    const arrange = (): void => this.#arrange();
    const watchSize = new ResizeObserver(arrange);
    watchSize.observe(this);
    window.addEventListener('resize', arrange);
    this.#stops = [
      () => watchSize.disconnect(),
      () => window.removeEventListener('resize', arrange),
      observeTheme(() => {
        this.#theme = undefined;
        this.#draw();
      }),
      keepCrisp(this.canvas, surface => {
        this.#surface = surface;
        this.#draw();
      }),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops.splice(0)) stop();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('picture')) this.#arrange();
    this.#draw();
  }

  protected override render(): TemplateResult {
    const cell = this.patch === undefined ? undefined : this.grid.cellOf(this.patch);
    return html`
      <div role="grid" tabindex="0" aria-label=${this.label} aria-readonly="true" aria-rowcount=${this.grid.rows}
        aria-colcount=${this.grid.columns} aria-activedescendant=${cell === undefined ? nothing : 'cell'}
        @keydown=${this.#onKey} @pointermove=${(event: PointerEvent) => this.#point('hover', this.#hit(event))}
        @pointerleave=${() => this.#point('hover', undefined)} @click=${(event: PointerEvent) => this.#point('select', this.#hit(event))}>
        <canvas role="presentation"></canvas>
        ${cell === undefined ? nothing : html`
          <div class="hidden" role="row" aria-rowindex=${cell.row + 1}>
            <span id="cell" role="gridcell" aria-colindex=${cell.column + 1} aria-selected="true" aria-label=${this.told}>${this.told}</span>
          </div>`}
      </div>
      <i class="probe" aria-hidden="true"></i>`;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.#point('select', undefined);
      return;
    }
    const from = this.patch === undefined ? undefined : this.grid.cellOf(this.patch);
    const size = { rows: this.grid.rows, columns: this.grid.columns, page: this.grid.rows };
    const move = moveCell(from, event.key, event.ctrlKey || event.metaKey, size);
    if (move === undefined) return;
    event.preventDefault();
    this.#point('select', this.grid.indexOf(move.cell));
  }

  #point(how: 'hover' | 'select', patch: number | undefined): void {
    this.dispatchEvent(new PatchPointEvent(how, patch));
  }

  /** The patch under the pointer. */
  #hit(event: PointerEvent): number | undefined {
    const box = this.canvas.getBoundingClientRect();
    if (this.picture === undefined || box.width === 0 || box.height === 0) return undefined;
    const across = ((event.clientX - box.left) / box.width) * this.picture.width;
    const down = ((event.clientY - box.top) / box.height) * this.picture.height;
    return this.grid.at(across, down);
  }

  #arrange(): void {
    if (this.picture === undefined) return;
    const room = { width: Math.min(this.clientWidth, largest), height: Math.min(window.innerHeight * 0.7, largest) };
    const { width, height } = fit(this.picture, room);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
  }

  #draw(): void {
    const context = this.canvas.getContext('2d');
    if (context === null || this.#surface === undefined) return;
    if (this.picture === undefined) {
      // Not the picture before under the name of this one.
      context.reset();
      return;
    }
    drawImage(context, {
      picture: this.picture,
      patches: this.patches,
      overlay: this.overlay,
      strength: this.strength,
      theme: (this.#theme ??= readTheme(this.probe)),
      patch: this.patch,
      ...this.#surface,
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-picture': AttentionPicture;
  }
}
