/**
 * `<run-attention>`: the attention over a few held-out examples as it forms: a map that a slider takes through the checkpoints, and
 * beside it how each head changed.
 *
 * Fires `remember` (`RememberEvent`) and `probe` (`ProbeEvent`).
 */
import '../../map/attention-map.ts';
import '../curves/run-chart.ts';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { kindNames } from '../../../protocol/map-name.ts';
import type { RunDetails, RunHeadsResult, RunProbeMap, RunProbeParams, RunProbeResult, RunProbes } from '../../../protocol/runs.ts';
import { memo } from '../../checkpoint/memo.ts';
import type { MapData } from '../../map/data.ts';
import { icon } from '../../panel/icons.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { select, selectStyles, type Choice } from '../../panel/select.ts';
import type { Curve } from '../curves/charts.ts';
import type { JumpEvent, PickEvent } from '../curves/run-chart.ts';
import { RememberEvent } from '../events.ts';
import { fresh, type Remembered } from '../remembered.ts';
import { initialState, probeKey, type RunState } from '../state.ts';
import { headCurves, type HeadMeasure } from './head-curves.ts';
import { arePatches, chosenMap, mapIn, nearestStep, probeMapData, stepIndex } from './probe-map.ts';
import { styles } from './run-attention.styles.ts';

/** A probe's map is to be looked at. */
export class ProbeEvent extends CustomEvent<RunProbeParams> {
  constructor(at: RunProbeParams) {
    super('probe', { detail: at });
  }
}

/** A checkpoint is seen so long when they are played, in milliseconds. */
const playEvery = 350;

/** What is looked at. */
interface Looked {
  readonly probes: RunProbes;
  readonly index: number;
  readonly example: number;
  readonly map: RunProbeMap;
  readonly at: RunProbeParams;
}

@customElement('run-attention')
export class RunAttention extends LitElement {
  static override styles = [noticeStyles, selectStyles, styles];

  @property({ attribute: false }) details!: RunDetails;
  @property({ attribute: false }) known: RunState = initialState;
  @property({ attribute: false }) remembered: Remembered = fresh;

  @state() private isPlaying = false;

  #timer = 0;
  /** What was drawn last: it stays until the next map is there. */
  #drawn: { readonly of: string; readonly data: MapData } | undefined;
  readonly #dataOf = memo((probe: RunProbeResult) => probeMapData(probe));
  readonly #entropy = memo(curvesIn('entropy'));
  readonly #errors = memo(curvesIn('alignmentError'));

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  protected override updated(): void {
    const looked = this.#looked();
    if (looked !== undefined) this.dispatchEvent(new ProbeEvent(looked.at));
  }

  protected override render(): TemplateResult | typeof nothing {
    const looked = this.#looked();
    if (looked === undefined) return nothing;
    const { probes, index, map } = looked;
    const step = probes.steps[index] ?? 0;
    const isNewest = this.remembered.step === undefined;
    return html`
      <div class="bar">
        <label class="example">Example ${select('Example', exampleChoices(probes), String(looked.example), key => this.#remember({ example: Number(key) }))}</label>
        ${this.#choosers(probes.maps, map)}
      </div>
      <div class="player" role="group" aria-label="Checkpoints" @keydown=${this.#onKey}>
        <vscode-toolbar-button label=${this.isPlaying ? 'Pause' : 'Play'} title="${this.isPlaying ? 'Pause' : 'Play all checkpoints'} (Space)" @click=${() => this.#play(!this.isPlaying)}>${icon(this.isPlaying ? 'pause' : 'play')}</vscode-toolbar-button>
        <input type="range" min="0" max=${probes.steps.length - 1} .value=${String(index)} aria-label="Checkpoint" aria-valuetext="step ${step.toLocaleString('en')}, ${index + 1} of ${probes.steps.length}"
          @input=${({ target }: Event) => this.#slide(target)}>
        <output>Step ${step.toLocaleString('en')}, ${index + 1} of ${probes.steps.length}</output>
        <vscode-button class="newest" secondary ?disabled=${isNewest} title="Show the newest checkpoint, and those to come" @click=${() => this.#remember({ step: undefined })}>Newest</vscode-button>
      </div>
      <div class="parts">
        ${this.#map(looked)}
        <div class="heads">${this.#heads(looked, step)}</div>
      </div>`;
  }

  #map({ probes, at, map, example }: Looked): TemplateResult {
    const key = probeKey(at);
    const known = this.known.probes.get(key);
    const of = JSON.stringify([at.folder, example, map.name]);
    if (known?.kind === 'read') this.#drawn = { of, data: this.#dataOf(known.probe) };
    // A map of another example is no picture of this one, not even for a moment.
    const data = this.#drawn?.of === of || known?.kind === 'read' ? this.#drawn?.data : undefined;
    if (known?.kind === 'failed') return html`
      <div class="map"><div class="notice" role="status">${icon('info')}<div><p>${known.failure.message}</p><p>${known.failure.hint}</p></div></div></div>`;
    return html`
      <div class="map ${known === undefined ? 'loading' : ''}" aria-busy=${known === undefined}>
        ${data === undefined ? nothing : html`<attention-map .data=${data} label="Attention, ${mapName(map, probes.maps)}, at step ${at.step}: ${data.rows.length} by ${data.columns.length} tokens"></attention-map>`}
      </div>`;
  }

  #heads({ probes, map }: Looked, step: number): TemplateResult {
    const { heads } = this.known;
    const own = heads?.folder === this.details.run.folder ? heads : undefined;
    if (own === undefined) return html`<p class="quiet">Reading how the heads changed …</p>`;
    const entropy = this.#entropy(own.heads, probes.maps, map.kind, map.layer);
    const errors = this.#errors(own.heads, probes.maps, map.kind, map.layer);
    const chart = (heading: string, measure: string, curves: readonly Curve[]): TemplateResult => html`
      <run-chart heading=${heading} measure=${measure} sync="heads" .curves=${curves} .mark=${step} chosen=${map.name} picks jumps
        @jump=${({ detail }: JumpEvent) => this.#show(nearestStep(probes.steps, detail))} @pick=${({ detail }: PickEvent) => this.#remember({ map: detail })}></run-chart>`;
    return html`
      ${entropy.length === 0 ? nothing : chart('Entropy of a row, in bits', 'entropy', entropy)}
      ${errors.length === 0 ? nothing : chart('Alignment error rate', 'alignment_error', errors)}
      ${errors.length > 0 || map.kind !== 'cross' || this.details.run.task !== 'translation' ? nothing : html`
        <p class="quiet">With gold links in the config’s “probe”, the alignment error of each head is drawn here too.</p>`}`;
  }

  #choosers(maps: readonly RunProbeMap[], map: RunProbeMap): TemplateResult {
    const layers = layerChoices(maps);
    const heads = maps.filter(({ kind, layer }) => kind === map.kind && layer === map.layer);
    const chooseLayer = (key: string): void => {
      const of = maps.find(one => layerKey(one) === key);
      const to = of === undefined ? undefined : mapIn(maps, of.kind, of.layer, map.head);
      if (to !== undefined) this.#remember({ map: to.name });
    };
    return html`
      ${layers.length > 1 ? html`<label>Layer ${select('Layer', layers, layerKey(map), chooseLayer)}</label>` : nothing}
      ${heads.length > 1 ? html`<label>Head ${select('Head', heads.map(({ name, head }) => ({ key: name, name: String(head + 1) })), map.name, key => this.#remember({ map: key }))}</label>` : nothing}`;
  }

  #looked(): Looked | undefined {
    const { probes, run } = this.details;
    if (probes === null) return undefined;
    const map = chosenMap(probes.maps, this.remembered.map);
    const index = stepIndex(probes.steps, this.remembered.step);
    const step = probes.steps[index];
    if (map === undefined || step === undefined) return undefined;
    const example = Math.min(this.remembered.example, probes.examples.length - 1);
    return { probes, index, example, map, at: { folder: run.folder, step, example, map: map.name } };
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== ' ' || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    this.#play(!this.isPlaying);
  }

  #slide(target: EventTarget | null): void {
    this.#play(false);
    if (target instanceof HTMLInputElement) this.#show(Number(target.value));
  }

  /** Whoever looks at the newest goes on to those that come. */
  #show(index: number): void {
    const steps = this.details.probes?.steps ?? [];
    this.#remember({ step: index >= steps.length - 1 ? undefined : steps[index] });
  }

  #play(isPlaying: boolean): void {
    this.#stop();
    this.isPlaying = isPlaying;
    if (!isPlaying) return;
    const looked = this.#looked();
    if (looked !== undefined && looked.index >= looked.probes.steps.length - 1) this.#show(0);
    this.#timer = window.setInterval(() => this.#advance(), playEvery);
  }

  /** A map that is still being read is waited for. */
  #advance(): void {
    const looked = this.#looked();
    if (looked === undefined || looked.index >= looked.probes.steps.length - 1) this.#play(false);
    else if (this.known.probes.has(probeKey(looked.at))) this.#show(looked.index + 1);
  }

  #stop(): void {
    clearInterval(this.#timer);
  }

  #remember(change: Partial<Remembered>): void {
    this.dispatchEvent(new RememberEvent(change));
  }
}

/** The curves of a layer's heads. */
function curvesIn(measure: HeadMeasure) {
  return (heads: RunHeadsResult, maps: readonly RunProbeMap[], kind: RunProbeMap['kind'], layer: number): readonly Curve[] =>
    headCurves(heads, maps.filter(map => map.kind === kind && map.layer === layer), measure);
}

/** Texts may be long: a list shows their beginnings. */
const longestExample = 90;

function exampleChoices({ examples }: RunProbes): readonly Choice[] {
  const named = (text: string): string => (arePatches(text) ? 'an image' : text.length > longestExample ? `${text.slice(0, longestExample)}…` : text);
  return examples.map((text, index) => ({ key: String(index), name: `${index + 1}: ${named(text)}` }));
}

function layerKey({ kind, layer }: Pick<RunProbeMap, 'kind' | 'layer'>): string {
  return `${kind} ${layer}`;
}

/** Of a model whose layers are all of one kind, that is not said. */
function layerChoices(maps: readonly RunProbeMap[]): readonly Choice[] {
  const several = new Set(maps.map(({ kind }) => kind)).size > 1;
  const byKey = new Map(maps.map(map => [layerKey(map), map]));
  return [...byKey].map(([key, { kind, layer }]) => ({ key, name: several ? `${kindNames[kind].long}: ${layer + 1}` : String(layer + 1) }));
}

function mapName({ kind, layer, head }: RunProbeMap, maps: readonly RunProbeMap[]): string {
  return maps.length === 1 ? 'the only map' : `${kind} layer ${layer + 1}, head ${head + 1}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'run-attention': RunAttention;
  }
}
