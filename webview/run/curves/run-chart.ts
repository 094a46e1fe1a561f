/**
 * `<run-chart>`: the curves of one measure. What the pointer or the arrow keys stand on is told above the lines, of every curve,
 * and in all charts of the page at once.
 *
 * Fires `zoom` (`ZoomEvent`) when a stretch was drawn with the pointer, or a double click or Escape gives all back; `jump`
 * (`JumpEvent`) when a place was clicked; `pick` (`PickEvent`) when the name of a curve was.
 */
import { html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import uPlot from 'uplot';
import { memo } from '../../checkpoint/memo.ts';
import { hiddenStyles } from '../../map/hidden.styles.ts';
import { observeTheme } from '../../map/theme.ts';
import { placeText } from './axis-text.ts';
import type { Curve } from './charts.ts';
import { measureText, titleOf } from './naming.ts';
import { extentOf, lastOf, nearest, type Axis, type Extent } from './points.ts';
import { chartOptions, drawnData, smoothedCurves, type Drawing } from './plot.ts';
import { readChartTheme, type ChartTheme } from './read-theme.ts';
import { styles } from './run-chart.styles.ts';
import { styleOf } from './style.ts';

/** Another stretch of the axis is to be seen; `null`: all of it. */
export class ZoomEvent extends CustomEvent<Extent | null> {
  constructor(extent: Extent | null) {
    super('zoom', { detail: extent });
  }
}

/** A place of the axis was clicked. */
export class JumpEvent extends CustomEvent<number> {
  constructor(at: number) {
    super('jump', { detail: at });
  }
}

/** The curve of that key was chosen. */
export class PickEvent extends CustomEvent<string> {
  constructor(key: string) {
    super('pick', { detail: key });
  }
}

/** An arrow key moves by so many CSS pixels. */
const arrowStep = 8;

@customElement('run-chart')
export class RunChart extends LitElement {
  static override styles = [hiddenStyles, styles];

  @property() measure = '';
  /** Stands in place of the measure's name. */
  @property() heading = '';
  @property({ attribute: false }) curves: readonly Curve[] = [];
  @property() axis: Axis = 'step';
  @property({ type: Boolean }) log = false;
  @property({ type: Number }) smoothing = 0;
  /** What of the axis is seen; all that the curves stretch over where nothing is said. */
  @property({ attribute: false }) extent: Extent | undefined;
  /** A place of the axis that is marked with a line. */
  @property({ attribute: false }) mark: number | undefined;
  /** The key of a curve that stands out. */
  @property() chosen = '';
  /** Names of curves are buttons. */
  @property({ type: Boolean }) picks = false;
  /** A place can be clicked. */
  @property({ type: Boolean }) jumps = false;
  /** Charts of one name show the same place. */
  @property() sync = 'curves';

  @state() private at: number | undefined;
  @state() private isSeen = false;

  @query('.plot') private readonly plot!: HTMLElement;
  @query('.probe') private readonly probe!: HTMLElement;

  #plot: uPlot | undefined;
  #theme: ChartTheme | undefined;
  /** What the plot was made for: anything else is another plot. */
  #madeFor = '';
  #stops: (() => void)[] = [];
  readonly #smoothed = memo(smoothedCurves);

  protected override firstUpdated(): void {
    this.#listen();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#listen();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops.splice(0)) stop();
    this.#drop();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.isSeen && [...changed.keys()].some(key => String(key) !== 'at')) this.#draw();
  }

  protected override render(): TemplateResult {
    const title = this.heading === '' ? titleOf(this.measure) : this.heading;
    const drawn = this.#smoothed(this.curves, this.smoothing, this.#extent);
    const told = this.curves.map((curve, index) => this.#told(curve, drawn[index] ?? []));
    return html`
      <h3><span>${title}</span>${this.at === undefined ? nothing : html`<span class="at">${placeText(this.at, this.axis)}</span>`}</h3>
      <ul class="values" aria-label="${title}: values">${this.curves.map((curve, index) => html`
        <li>${this.picks
          ? html`<button aria-pressed=${curve.key === this.chosen} @click=${() => this.dispatchEvent(new PickEvent(curve.key))}>${swatch(curve)}<span class="label">${curve.label}</span></button>`
          : html`${swatch(curve)}<span class="label" title=${curve.label}>${curve.label}</span>`}<span class="value">${told[index]}</span></li>`)}
      </ul>
      <div class="plot" tabindex="0" role="img" aria-label=${this.#sentence(title, told)} @keydown=${this.#onKey}
        @blur=${() => this.#point(undefined)}></div>
      <div class="hidden" aria-live="polite">${this.at === undefined || !this.matches(':focus-within') ? nothing : `${placeText(this.at, this.axis)}: ${this.curves.map((curve, index) => `${curve.label} ${told[index]}`).join(', ')}`}</div>
      <i class="probe" aria-hidden="true"></i>`;
  }

  /** The curve's value where the pointer is, or its last one; where it is smoothed, that value first and the true one after it. */
  #told({ points }: Curve, drawn: readonly (number | null)[]): string {
    const index = this.at === undefined ? lastOf(points) : nearest(points, this.at);
    const value = index === undefined ? null : (points.y[index] ?? null);
    if (index === undefined || value === null) return '–';
    const text = measureText(this.measure, value);
    const line = measureText(this.measure, drawn[index] ?? value);
    return line === text ? text : `${line} (${text})`;
  }

  get #extent(): Extent | undefined {
    return this.extent ?? extentOf(this.curves.map(({ points }) => points));
  }

  #sentence(title: string, told: readonly string[]): string {
    if (this.curves.length === 0) return `${title}: no curve`;
    return `${title}: ${this.curves.map((curve, index) => `${curve.label} ${told[index]}`).join(', ')}`;
  }

  #listen(): void {
    const sight = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting)) this.isSeen = true;
    });
    sight.observe(this);
    const size = new ResizeObserver(() => this.#plot?.setSize(this.#size()));
    size.observe(this.plot);
    this.#stops = [
      () => sight.disconnect(),
      () => size.disconnect(),
      observeTheme(() => {
        this.#theme = undefined;
        this.#drop();
        if (this.isSeen) this.#draw();
      }),
    ];
    if (this.isSeen) this.#draw();
  }

  #drop(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(1, this.plot.clientWidth), height: Math.max(1, this.plot.clientHeight) };
  }

  #draw(): void {
    if (this.plot.clientWidth === 0) return;
    const extent = this.#extent;
    const drawing: Drawing = {
      measure: this.measure, curves: this.curves, axis: this.axis, isLogarithmic: this.log, smoothing: this.smoothing, extent, chosen: this.chosen,
    };
    const { data, lines } = drawnData(drawing);
    const madeFor = JSON.stringify([this.axis, this.log, this.measure, this.sync, lines]);
    if (this.#plot === undefined || this.#madeFor !== madeFor) {
      this.#drop();
      this.#madeFor = madeFor;
      const theme = (this.#theme ??= readChartTheme(this.probe));
      this.#plot = new uPlot(chartOptions(drawing, lines, theme, this.#size(), {
        sync: this.sync,
        mark: () => this.mark,
        moved: at => (this.at = at),
        selected: chosen => this.dispatchEvent(new ZoomEvent(chosen)),
        clicked: at => {
          if (this.jumps) this.dispatchEvent(new JumpEvent(at));
        },
      }), data, this.plot);
      if (extent !== undefined) this.#plot.setScale('x', withWidth(extent));
      return;
    }
    this.#plot.batch(() => {
      this.#plot?.setData(data, false);
      if (extent !== undefined) this.#plot?.setScale('x', withWidth(extent));
      this.#plot?.redraw(false, true);
    });
  }

  #onKey(event: KeyboardEvent): void {
    const plot = this.#plot;
    if (plot === undefined) return;
    if (event.key === 'Escape') {
      this.#point(undefined);
      this.dispatchEvent(new ZoomEvent(null));
      return;
    }
    const width = plot.over.clientWidth;
    const now = plot.cursor.left ?? -10;
    const to = { ArrowLeft: now < 0 ? width - 1 : now - arrowStep, ArrowRight: now < 0 ? 0 : now + arrowStep, Home: 0, End: width - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#point(Math.max(0, Math.min(width - 1, to)));
    } else if (event.key === 'Enter' && this.jumps && this.at !== undefined) this.dispatchEvent(new JumpEvent(this.at));
  }

  /** As the pointer does it, so that the other charts follow. @param left CSS pixels from the plot's own edge; `undefined`: it leaves */
  #point(left: number | undefined): void {
    const over = this.#plot?.over;
    if (over === undefined) return;
    const box = over.getBoundingClientRect();
    over.dispatchEvent(left === undefined
      ? new MouseEvent('mouseleave')
      : new MouseEvent('mousemove', { clientX: box.left + left, clientY: box.top + box.height / 2 }));
  }
}

/** A single place has no width that could be drawn. */
function withWidth({ min, max }: Extent): Extent {
  return min < max ? { min, max } : { min: min - 0.5, max: max + 0.5 };
}

/** A piece of the curve's line, as it is drawn. */
function swatch({ place, part }: Curve): TemplateResult {
  const { colour, dash } = styleOf(place);
  return html`<svg class="swatch" width="22" height="8" aria-hidden="true">
    ${svg`<line x1="0" x2="22" y1="4" y2="4" stroke=${`var(${colour})`} stroke-width="2" stroke-dasharray=${dash.join(' ')}/>
      ${part === 'train' ? nothing : svg`<circle cx="11" cy="4" r="3" fill=${`var(${colour})`}/>`}`}
  </svg>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'run-chart': RunChart;
  }
}
