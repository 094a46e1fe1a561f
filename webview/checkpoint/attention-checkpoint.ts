/** `<attention-checkpoint>`: a checkpoint of whatever format, its tensors, its attention, and how it differs from another. */
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/vscode-progress-bar.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import { attended } from './attention/attended.ts';
import type { Inspecting } from './attention/checkpoint-attention.ts';
import './attention/checkpoint-attention.ts';
import './comparison/checkpoint-comparison.ts';
import './tensors/checkpoint-tensors.ts';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { CheckpointSummary } from '../../protocol/checkpoint.ts';
import type { CheckpointCommand, FromCheckpointPage, ToCheckpointPage } from '../../protocol/checkpoint-page.ts';
import type { FailureData } from '../../protocol/failure.ts';
import type { FromInspectPage, ToInspectPage, ToInspector } from '../../protocol/inspect-page.ts';
import { bytesText, countText, parametersText } from '../../protocol/quantities.ts';
import { InspectPage } from '../inspect/inspect-page.ts';
import { toolbarButton } from '../panel/header.ts';
import type { Host } from '../panel/host.ts';
import { icon } from '../panel/icons.ts';
import { noticeStyles } from '../panel/notices.styles.ts';
import { styles } from './attention-checkpoint.styles.ts';
import type { MapEvent, MeasureEvent, RememberEvent, RunEvent } from './events.ts';
import { fresh, recall, stored, type Remembered, type Tab } from './remembered.ts';
import { initialState, reduce, withoutMeasurement, type CheckpointState } from './state.ts';
import { tabList, tabStyles, type TabName } from './tabs.ts';
import type { CheckpointTensors } from './tensors/checkpoint-tensors.ts';

@customElement('attention-checkpoint')
export class AttentionCheckpoint extends LitElement {
  static override styles = [noticeStyles, tabStyles, styles];

  @state() private known: CheckpointState = initialState;
  @state() private remembered: Remembered = fresh;

  @query('checkpoint-tensors') private readonly tensors!: CheckpointTensors | null;

  readonly #inspect = new InspectPage(this, message => this.#host?.send(message));
  /** The user wants to attend to a text. */
  #hasAsked = false;
  #host: Host<FromCheckpointPage | FromInspectPage, ToCheckpointPage | ToInspectPage> | undefined;

  /** Connects the page to the extension, and asks it for what to show. */
  attach(host: Host<FromCheckpointPage | FromInspectPage, ToCheckpointPage | ToInspectPage>): void {
    this.#host = host;
    this.remembered = recall(host.recall());
    host.listen(message => {
      if (message.type === 'inspect') this.#receiveInspect(message.message);
      else this.#receive(message);
    });
    window.addEventListener('keydown', event => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'f' || this.tensors === null) return;
      event.preventDefault();
      this.tensors.findTensor();
    });
    host.send({ type: 'ready' });
  }

  #receive(message: ToCheckpointPage): void {
    this.known = reduce(this.known, message);
    // Who asks for something wants to see what comes of it.
    if (message.type === 'comparing' && message.begins === true) this.#remember({ tab: 'comparison', scroll: { ...this.remembered.scroll, comparison: 0 } });
  }

  #receiveInspect(message: ToInspector): void {
    this.#inspect.receive(message);
    // A page that is restored opens what it showed, and stays on its tab.
    if (message.type !== 'opening' || !this.#hasAsked) return;
    this.#hasAsked = false;
    this.#remember({ tab: 'attention' });
  }

  protected override render(): TemplateResult {
    const { stage, name, hasChanged } = this.known;
    return html`
      <header>
        <div class="title">
          <h1 title=${stage.kind === 'read' ? stage.summary.path : name}>${name}</h1>
          <p>${stage.kind === 'read' ? summaryLine(stage.summary) : ''}</p>
        </div>
        ${stage.kind === 'read' && this.remembered.tab === 'attention' && this.#inspect.hasInspection ? this.#inspect.renderHistory() : nothing}
        ${stage.kind === 'read' ? this.#actions(stage.summary) : nothing}
      </header>
      ${hasChanged && stage.kind !== 'reading' ? html`
        <div class="changed" role="status">${icon('info')}<span>The file has changed.</span><vscode-button secondary @click=${() => this.#run('reload')}>Reload</vscode-button></div>` : nothing}
      ${stage.kind === 'reading' ? html`<div class="progress"><vscode-progress-bar indeterminate aria-label="Reading"></vscode-progress-bar></div><p class="waiting">Reading …</p>` : nothing}
      ${stage.kind === 'unreadable' ? this.#unreadable(stage.failure) : nothing}
      ${stage.kind === 'read' ? this.#content(stage.summary) : nothing}`;
  }

  /** A tab has its own action in itself. */
  #actions(summary: CheckpointSummary): TemplateResult {
    const tab = this.#tabOf(summary);
    return html`
      <nav aria-label="Actions">
        ${tab === 'attention' || attended(summary) === undefined ? nothing : toolbarButton(`Attend to ${attended(summary)}…`, 'eye', () => this.#run('attend'))}
        ${tab === 'comparison' ? nothing : toolbarButton('Compare with…', 'compare', () => this.#run('compare'))}
      </nav>`;
  }

  #tabOf({ isTrace }: CheckpointSummary): Tab {
    return this.remembered.tab ?? (isTrace ? 'attention' : 'tensors');
  }

  #content(summary: CheckpointSummary): TemplateResult {
    const tab = this.#tabOf(summary);
    return html`
      ${tabList('Parts', this.#tabs(summary), tab, key => this.#remember({ tab: key }))}
      <div class="panel" id="tab-panel" role="tabpanel" aria-labelledby="tab-${tab}">${this.#part(tab, summary)}</div>`;
  }

  #part(tab: Tab, summary: CheckpointSummary): TemplateResult {
    const { measurements, attending, comparing, name } = this.known;
    const remember = ({ detail }: RememberEvent): void => this.#remember(detail);
    const run = ({ detail }: RunEvent): void => this.#run(detail);
    switch (tab) {
      case 'tensors': return html`
        <checkpoint-tensors .summary=${summary} .measurements=${measurements} .remembered=${this.remembered}
          @remember=${remember} @measure=${({ tensor }: MeasureEvent) => this.#measure(tensor)}></checkpoint-tensors>`;
      case 'attention': return html`
        <checkpoint-attention .summary=${summary} .attending=${attending} .remembered=${this.remembered} .inspecting=${this.#inspecting}
          @remember=${remember} @run=${run} @map=${({ detail }: MapEvent) => this.#send({ type: 'map', map: detail })}></checkpoint-attention>`;
      case 'comparison': return html`
        <checkpoint-comparison .comparing=${comparing} name=${name} .remembered=${this.remembered} @remember=${remember} @run=${run}></checkpoint-comparison>`;
    }
  }

  get #inspecting(): Inspecting {
    const { hasInspection, isOpening } = this.#inspect;
    return { isOpening, failed: this.#inspect.renderFailure(), shown: hasInspection ? this.#inspect.render() : undefined };
  }

  #tabs({ tensors, unlisted, taps }: CheckpointSummary): readonly TabName<Tab>[] {
    return [
      { key: 'tensors', name: 'Tensors', count: countText(tensors.length + unlisted) },
      { key: 'attention', name: 'Attention', count: taps.length === 0 ? undefined : countText(taps.length) },
      { key: 'comparison', name: 'Comparison' },
    ];
  }

  #unreadable({ message, hint }: FailureData): TemplateResult {
    return html`
      <div class="notice error" role="alert">
        ${icon('error')}
        <div><p>${message}</p><p>${hint}</p><vscode-button @click=${() => this.#run('reload')}>Retry</vscode-button></div>
      </div>`;
  }

  #measure(tensor: string | undefined): void {
    if (tensor !== undefined) this.known = withoutMeasurement(this.known, tensor);
    this.#send({ type: 'measure', tensor });
  }

  #remember(change: Partial<Remembered>): void {
    this.remembered = { ...this.remembered, ...change };
    this.#host?.remember(stored(this.remembered));
  }

  #run(command: CheckpointCommand): void {
    if (command === 'attend') this.#hasAsked = true;
    this.#send({ type: 'run', command });
  }

  #send(message: FromCheckpointPage): void {
    this.#host?.send(message);
  }
}

/** "safetensors · 90.9 MB · 22.7 M parameters, float32"; a trace has maps, and no parameters. */
function summaryLine({ format, bytes, parameters, isTrace }: CheckpointSummary): string {
  return [format, bytesText(bytes), ...(isTrace ? [] : [parametersText(parameters)])].join(' · ');
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-checkpoint': AttentionCheckpoint;
  }
}
