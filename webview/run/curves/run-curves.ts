/**
 * `<run-curves>`: the charts of the runs that are shown, a measure each, with what is set for all of them.
 *
 * Fires `remember` (`RememberEvent`).
 */
import './run-chart.ts';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { memo } from '../../checkpoint/memo.ts';
import { select, selectStyles } from '../../panel/select.ts';
import { RememberEvent } from '../events.ts';
import { fresh, mostSmoothing, type Remembered } from '../remembered.ts';
import { initialState, type RunState } from '../state.ts';
import { beganOf } from '../wanted.ts';
import { chartsOf, metricsOf, type Chart, type DrawnRun } from './charts.ts';
import { axes, extentOf, type Axis } from './points.ts';
import type { ZoomEvent } from './run-chart.ts';
import { styles } from './run-curves.styles.ts';

const axisNames: Readonly<Record<Axis, string>> = { step: 'Step', relative: 'Time since start', wall: 'Time of day' };

@customElement('run-curves')
export class RunCurves extends LitElement {
  static override styles = [selectStyles, styles];

  @property() tab: 'curves' | 'hardware' = 'curves';
  @property({ attribute: false }) known: RunState = initialState;
  @property({ attribute: false }) remembered: Remembered = fresh;

  readonly #charts = memo(chartsIn);

  protected override render(): TemplateResult {
    const { axis, zoom, smoothing, isLogarithmic, hidden } = this.remembered;
    const charts = this.#charts(this.known.runs, this.known.details, this.known.curves, hidden, axis, this.tab);
    const extent = zoom ?? extentOf(charts.flatMap(({ curves }) => curves.map(({ points }) => points)));
    return html`
      <div class="bar">
        <label>Across ${select('Across', axes.map(key => ({ key, name: axisNames[key] })), axis, key => this.#choose(key))}</label>
        <label>Smoothing <input type="range" min="0" max="100" .value=${String(sliderOf(smoothing))} aria-valuetext=${smoothing === 0 ? 'off' : smoothing.toFixed(3)}
          @input=${({ target }: Event) => this.#smooth(target)}><output>${smoothing === 0 ? 'off' : smoothing.toFixed(smoothing < 0.99 ? 2 : 3)}</output></label>
        <label><input type="checkbox" .checked=${isLogarithmic} @change=${() => this.#remember({ isLogarithmic: !isLogarithmic })}> Logarithmic</label>
        ${zoom === undefined
          ? html`<span class="hint">Drag over a chart to look closer</span>`
          : html`<vscode-button secondary @click=${() => this.#remember({ zoom: undefined })}>Show All</vscode-button>`}
      </div>
      ${charts.length === 0 && axis !== 'step' && this.known.curves.size > 0 ? html`<p class="hint">These logs do not tell when their steps were: choose “Step” to see their curves.</p>` : nothing}
      <div class="charts">${repeat(charts, ({ measure }) => measure, ({ measure, curves }) => html`
        <run-chart measure=${measure} .curves=${curves} .axis=${axis} ?log=${isLogarithmic} .smoothing=${smoothing} .extent=${extent}
          @zoom=${({ detail }: ZoomEvent) => this.#remember({ zoom: detail ?? undefined })}></run-chart>`)}
      </div>`;
  }

  /** A stretch of one axis is none of another. */
  #choose(key: string): void {
    const axis = axes.find(one => one === key);
    if (axis !== undefined && axis !== this.remembered.axis) this.#remember({ axis, zoom: undefined });
  }

  #smooth(target: EventTarget | null): void {
    if (target instanceof HTMLInputElement) this.#remember({ smoothing: smoothingOf(Number(target.value)) });
  }

  #remember(change: Partial<Remembered>): void {
    this.dispatchEvent(new RememberEvent(change));
  }
}

function chartsIn(
  runs: RunState['runs'], details: RunState['details'], curves: RunState['curves'], hidden: readonly string[], axis: Axis, tab: 'curves' | 'hardware',
): readonly Chart[] {
  const drawn = runs.flatMap(({ folder, name }, place): DrawnRun[] => {
    const known = curves.get(folder);
    if (known === undefined || hidden.includes(folder)) return [];
    const metrics = new Set(metricsOf([...known.keys()], tab));
    const series = [...known.values()].map(one => one.series).filter(({ metric }) => metrics.has(metric));
    return [{ folder, name, place, began: beganOf({ details }, folder), series }];
  });
  return chartsOf(drawn, axis);
}

/** The slider's last tenth is for what smooths most: 0.9 to 0.999. */
function smoothingOf(slider: number): number {
  return slider <= 90 ? slider / 100 : Math.min(mostSmoothing, 1 - 10 ** (-1 - (slider - 90) / 5));
}

function sliderOf(smoothing: number): number {
  return smoothing <= 0.9 ? Math.round(smoothing * 100) : Math.round(90 + 5 * (-1 - Math.log10(1 - smoothing)));
}

declare global {
  interface HTMLElementTagNameMap {
    'run-curves': RunCurves;
  }
}
