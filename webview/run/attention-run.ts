/** `<attention-run>`: a training as it learns, beside others: its curves, its attention, its samples, its settings. */
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/vscode-progress-bar.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import './attention/run-attention.ts';
import './compare/run-checkpoints.ts';
import './curves/run-curves.ts';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { FromInspectPage, ToInspectPage } from '../../protocol/inspect-page.ts';
import type { FromRunPage, RunCommand, ShownRun, ToRunPage, Wanted } from '../../protocol/run-page.ts';
import type { RunDetails, RunProbeParams } from '../../protocol/runs.ts';
import { RemoteInspector } from '../inspect/remote-inspector.ts';
import type { Host } from '../panel/host.ts';
import { icon } from '../panel/icons.ts';
import { warningNotice } from '../panel/notices.ts';
import { noticeStyles } from '../panel/notices.styles.ts';
import { tabList, tabStyles, type TabName } from '../checkpoint/tabs.ts';
import { countText } from '../../protocol/quantities.ts';
import { ProbeEvent } from './attention/run-attention.ts';
import { styles } from './attention-run.styles.ts';
import { emptyTab, gone, unreadable } from './empty.ts';
import type { RememberEvent } from './events.ts';
import { header } from './header.ts';
import { fresh, recall, type Remembered, type Tab } from './remembered.ts';
import { runList, runListStyles } from './run-list.ts';
import { initialState, probeKey, reduce, type RunState } from './state.ts';
import { configTable, tableStyles } from './tables/config.ts';
import { sampleList, sampleStyles } from './tables/samples.ts';
import { pointsFor, wantedOf } from './wanted.ts';

@customElement('attention-run')
export class AttentionRun extends LitElement {
  static override styles = [noticeStyles, tabStyles, runListStyles, tableStyles, sampleStyles, styles];

  @state() private known: RunState = initialState;
  @state() private remembered: Remembered = fresh;
  @state() private width = 0;

  @query('.scroller') private readonly scroller!: HTMLElement | null;

  readonly #inspector = new RemoteInspector(message => this.#host?.send({ type: 'inspect', message }));
  #host: Host<FromRunPage | FromInspectPage, ToRunPage | ToInspectPage> | undefined;
  /** What the extension was last told that is drawn. */
  #wanted = '';
  /** The key of the probe's map that was asked for last. */
  #probing = '';
  #scrollTimer = 0;

  /** Connects the page to the extension, and asks it for what to show. */
  attach(host: Host<FromRunPage | FromInspectPage, ToRunPage | ToInspectPage>): void {
    this.#host = host;
    this.remembered = recall(host.recall());
    host.listen(message => {
      if (message.type !== 'inspect') this.#receive(message);
      else if ('id' in message.message) this.#inspector.receive(message.message);
    });
    new ResizeObserver(() => (this.width = this.clientWidth)).observe(this);
    host.send({ type: 'ready' });
  }

  #receive(message: ToRunPage): void {
    this.known = reduce(this.known, message);
    if (message.type === 'runs') this.#remember({ folders: message.runs.map(({ folder }) => folder) });
    if (message.type === 'compare-on') this.#remember({ tab: 'checkpoints', text: message.text, ...(message.steps === undefined ? {} : { pair: message.steps }) });
    if (message.type === 'unprobed') this.#probing = '';
  }

  protected override updated(changed: PropertyValues): void {
    this.#want();
    const before = changed.get('remembered') as Remembered | undefined;
    if (before !== undefined && before.tab !== this.remembered.tab) this.#restoreScroll();
    else if (changed.has('known') && (changed.get('known') as RunState | undefined)?.details.size === 0) this.#restoreScroll();
  }

  protected override render(): TemplateResult {
    const [main] = this.known.runs;
    const details = main === undefined ? undefined : this.known.details.get(main.folder);
    const { tab } = this.remembered;
    return html`
      ${header(main, wish => main === undefined ? undefined : this.#send({ type: 'control', folder: main.folder, wish }), () => this.#run('add'))}
      ${tabList('Parts', this.#tabs(details), tab, key => this.#remember({ tab: key }))}
      ${tab === 'attention' || tab === 'checkpoints' || tab === 'samples' ? nothing : runList(this.known.runs, this.remembered.hidden, folder => this.#toggle(folder), folder => this.#send({ type: 'remove', folder }))}
      ${details === undefined ? nothing : html`${warningNotice(details.warnings)}`}
      <div class="panel" id="tab-panel" role="tabpanel" aria-labelledby="tab-${tab}">${main === undefined ? nothing : this.#part(tab, main, details)}</div>`;
  }

  #part(tab: Tab, main: ShownRun, details: RunDetails | undefined): TemplateResult {
    if (details === undefined) {
      const failure = this.known.failures.get(main.folder);
      if (main.isGone) return gone(main.folder);
      if (failure !== undefined) return unreadable(failure, () => this.#run('reload'));
      return html`<p class="waiting">${icon('info')} Reading …</p>`;
    }
    const { known, remembered } = this;
    const empty = emptyTab(tab, details);
    if (empty !== undefined) return empty;
    const remember = ({ detail }: RememberEvent): void => this.#remember(detail);
    switch (tab) {
      case 'curves':
      case 'hardware': return html`<div class="scroller" @scroll=${this.#onScroll}>
        <run-curves tab=${tab} .known=${known} .remembered=${remembered} @remember=${remember}></run-curves></div>`;
      case 'attention': return html`<div class="scroller" @scroll=${this.#onScroll}>
        <run-attention .details=${details} .known=${known} .remembered=${remembered} @remember=${remember}
          @probe=${({ detail }: ProbeEvent) => this.#probe(detail)}></run-attention></div>`;
      case 'checkpoints': return html`<div class="scroller" @scroll=${this.#onScroll}>
        <run-checkpoints .inspector=${this.#inspector} .run=${details.run} .remembered=${remembered} @remember=${remember}
          @choose-text=${() => this.#send({ type: 'choose-text', proposal: remembered.text })}></run-checkpoints></div>`;
      case 'samples': return html`<div class="scroller" @scroll=${this.#onScroll}>${sampleList(details.samples, details.earlierSamples)}</div>`;
      case 'config': return html`<div class="scroller" @scroll=${this.#onScroll}>
        ${configTable(known.runs, known.details, remembered.onlyDifferences, () => this.#remember({ onlyDifferences: !remembered.onlyDifferences }))}</div>`;
    }
  }

  #tabs(details: RunDetails | undefined): readonly TabName<Tab>[] {
    const count = (many: number): string | undefined => (many === 0 ? undefined : countText(many));
    return [
      { key: 'curves', name: 'Curves' },
      { key: 'attention', name: 'Attention', count: count(details?.probes?.steps.length ?? 0) },
      { key: 'checkpoints', name: 'Checkpoints', count: count(details?.run.checkpoints.length ?? 0) },
      { key: 'samples', name: 'Samples', count: count((details?.samples.length ?? 0) + (details?.earlierSamples ?? 0)) },
      { key: 'config', name: 'Config' },
      { key: 'hardware', name: 'Hardware' },
    ];
  }

  /** Tells the extension what is drawn, where that is something else than before. */
  #want(): void {
    if (this.known.runs.length === 0 || this.width === 0) return;
    const wanted: Wanted = wantedOf(this.known, this.remembered, pointsFor(this.width));
    const told = JSON.stringify(wanted);
    if (told === this.#wanted) return;
    this.#wanted = told;
    this.#send({ type: 'want', wanted });
  }

  #probe(at: RunProbeParams): void {
    const key = probeKey(at);
    if (key === this.#probing || this.known.probes.has(key)) return;
    this.#probing = key;
    this.#send({ type: 'probe', at });
  }

  #toggle(folder: string): void {
    const { hidden } = this.remembered;
    this.#remember({ hidden: hidden.includes(folder) ? hidden.filter(one => one !== folder) : [...hidden, folder] });
  }

  #onScroll(): void {
    clearTimeout(this.#scrollTimer);
    const { tab } = this.remembered;
    this.#scrollTimer = window.setTimeout(() => {
      if (this.scroller !== null && this.remembered.tab === tab) this.#remember({ scroll: { ...this.remembered.scroll, [tab]: this.scroller.scrollTop } });
    }, 150);
  }

  #restoreScroll(): void {
    this.scroller?.scrollTo({ top: this.remembered.scroll[this.remembered.tab] ?? 0, behavior: 'instant' });
  }

  #remember(change: Partial<Remembered>): void {
    this.remembered = { ...this.remembered, ...change };
    this.#host?.remember(this.remembered);
  }

  #run(command: RunCommand): void {
    this.#send({ type: 'run', command });
  }

  #send(message: FromRunPage): void {
    this.#host?.send(message);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-run': AttentionRun;
  }
}
