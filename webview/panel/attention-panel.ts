/** `<attention-panel>`: what a model made of a text, and the attention in it, as they arrive. */
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/vscode-progress-bar.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import './attention-classification.ts';
import './attention-pass.ts';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { percent } from '../../protocol/classified-text.ts';
import { capitalised, wordings, type Classified } from '../../protocol/outcome.ts';
import type { FromInspectPage, ToInspectPage } from '../../protocol/inspect-page.ts';
import type { FromPanel, PanelCommand, ToPanel } from '../../protocol/panel.ts';
import { InspectPage } from '../inspect/inspect-page.ts';
import { AttentionClassification, type MapChoiceEvent } from './attention-classification.ts';
import { styles } from './attention-panel.styles.ts';
import type { AttentionPass, PassPointEvent, TraceMapEvent } from './attention-pass.ts';
import type { WordPointEvent } from './attention-text.ts';
import { header } from './header.ts';
import type { Host } from './host.ts';
import { emptyNotice, explanation, failureNotice, warningNotice } from './notices.ts';
import { fresh, recall, type Remembered } from './remembered.ts';
import { contentOf, initialState, kindOf, reduce, signatureOf, wordsOf, type Content, type LitWord, type PanelState, type Pass, type Stage } from './state.ts';

@customElement('attention-panel')
export class AttentionPanel extends LitElement {
  static override styles = styles;

  @state() private panel: PanelState = initialState;
  @state() private remembered: Remembered = fresh;
  /** Where the pointer rests in the panel. */
  @state() private hovered: LitWord | undefined;
  /** What a screen reader says of the word that was selected in a text; the map speaks for itself. */
  @state() private spoken = '';

  @query('attention-pass') private readonly pass!: AttentionPass | null;
  @query('attention-classification') private readonly classified!: AttentionClassification | null;

  readonly #inspect = new InspectPage(this, message => this.#host?.send(message));
  #host: Host<FromPanel | FromInspectPage, ToPanel | ToInspectPage> | undefined;
  #told: LitWord | undefined;
  #timer = 0;
  /** What to do once the next state is drawn. */
  #reveal = false;
  #position: Remembered['position'] | undefined;
  #pending: PanelState | undefined;

  /** Connects the panel to the extension, and asks it for what to show. */
  attach(host: Host<FromPanel | FromInspectPage, ToPanel | ToInspectPage>): void {
    this.#host = host;
    this.remembered = recall(host.recall());
    host.listen(message => {
      if (message.type === 'inspect') this.#inspect.receive(message.message);
      else this.#receive(message);
    });
    this.addEventListener('keydown', event => {
      if (event.key !== 'Escape') return;
      // What the document has lit by itself is not known here.
      this.#run('clear-highlight');
      this.#select(undefined);
    });
    host.send({ type: 'ready' });
  }

  /** Progress may come faster than frames: messages are folded at once, and drawn once a frame. */
  #receive(message: ToPanel): void {
    this.#pending = reduce(this.#pending ?? this.panel, message);
    if (message.type === 'begin' && message.keeps !== true) this.#forgetSelection();
    if (message.type === 'show') this.#restore(signatureOf(contentOf(this.#pending.stage)));
    if (message.type === 'end') this.#remember({});
    if (message.type === 'highlight') {
      this.#reveal = true;
      this.#letGo();
    }
    // A timer, not an animation frame: a hidden page gets none of those, but must not fall behind.
    if (this.#timer === 0) this.#timer = window.setTimeout(() => this.#flush(), 16);
  }

  #flush(): void {
    this.#timer = 0;
    this.panel = this.#pending ?? this.panel;
    this.#pending = undefined;
    void this.#afterDrawing(this.#reveal, this.#position);
    this.#position = undefined;
    this.#reveal = false;
  }

  async #afterDrawing(reveal: boolean, position: Remembered['position'] | undefined): Promise<void> {
    await this.updateComplete;
    await this.#part?.updateComplete;
    if (position !== undefined) this.#part?.restorePosition(position);
    if (reveal) this.#revealHighlight();
  }

  /** Selection and position return only to what they were left on. */
  #restore(shown: string): void {
    if (shown === '' || shown !== this.remembered.shown) {
      this.#forgetSelection();
      this.#remember({ shown });
      return;
    }
    this.#position = this.remembered.position;
  }

  /** The document has another word lit, or none: what was selected here is lit no more, and may be told again. */
  #letGo(): void {
    this.hovered = undefined;
    this.#told = undefined;
    if (this.remembered.selection === undefined) return;
    this.#part?.clear();
    this.#remember({ selection: undefined });
  }

  #forgetSelection(): void {
    this.hovered = undefined;
    this.#part?.clear();
    this.#remember({ selection: undefined, position: fresh.position });
    this.#told = undefined;
  }

  protected override render(): TemplateResult {
    const { stage } = this.panel;
    const content = contentOf(stage);
    const { doing } = wordings[kindOf(stage)];
    // While a model writes, what it has written so far is shown as it comes; after a failure, what there was until then.
    const inspected = this.#inspect.hasInspection && (stage.kind === 'done' || stage.kind === 'empty');
    return html`
      ${header(stage, command => this.#run(command), inspected ? { model: this.#inspect.model, history: this.#inspect.renderHistory() } : undefined)}
      <div class="progress">${stage.kind === 'running' || this.#inspect.isOpening ? html`<vscode-progress-bar indeterminate aria-label=${stage.kind === 'running' ? doing : 'Reading its attention'}></vscode-progress-bar>` : nothing}</div>
      <main>
        ${stage.kind === 'failed' ? failureNotice(stage.of, stage.failure, () => this.#run('again')) : nothing}
        ${stage.kind === 'empty' && !inspected && !this.#inspect.isOpening && !this.#inspect.hasFailed ? emptyNotice(() => this.#run('translate')) : nothing}
        ${stage.kind === 'running' && content === undefined ? html`<p class="waiting">Reading the text …</p>` : nothing}
        ${inspected ? this.#renderInspected(content) : content === undefined ? nothing : this.#renderContent(content, stage)}
        ${inspected ? nothing : this.#inspect.renderFailure()}
      </main>
      <div class="hidden" role="status">${statusOf(stage)}</div>
      <div class="hidden" aria-live="polite">${this.spoken}</div>`;
  }

  /** What each word says for a class stands in no map of the model's: it is told below them. */
  #renderInspected(content: Content | undefined): TemplateResult {
    return html`
      ${this.#inspect.render()}
      ${content?.kind !== 'classification' ? nothing : html`
        <details class="evidence"><summary>Evidence, word by word</summary>${this.#renderClassification(content)}</details>`}
      ${content === undefined ? nothing : explanation(content.kind, this.remembered.explaining, explaining => this.#remember({ explaining }))}`;
  }

  #renderContent(content: Content, stage: Stage): TemplateResult {
    const running = stage.kind === 'running' && stage.keeps !== true;
    const { warnings } = content.kind === 'classification' ? content.classification : content;
    return html`
      ${warningNotice(warnings)}
      ${content.kind === 'classification' ? this.#renderClassification(content) : this.#renderPass(content, running)}
      ${explanation(content.kind, this.remembered.explaining, explaining => this.#remember({ explaining }))}`;
  }

  #renderClassification(content: Classified): TemplateResult {
    return html`<attention-classification .classification=${content.classification} .lit=${this.#lit(content)?.word}
      unit=${this.remembered.unit} map=${this.remembered.map}
      @word-point=${({ detail: { how, word } }: WordPointEvent) => this.#onPoint(how, 'text', word === undefined ? undefined : { side: 'source', word })}
      @map-choice=${({ detail }: MapChoiceEvent) => this.#remember({ ...detail, position: fresh.position })}
      @map-scroll=${() => this.#rememberPosition()}></attention-classification>`;
  }

  #renderPass(pass: Pass, running: boolean): TemplateResult {
    return html`<attention-pass .pass=${pass} ?running=${running} .lit=${this.#lit(pass)} unit=${this.remembered.unit}
      @pass-point=${({ detail }: PassPointEvent) => this.#onPoint(detail.how, detail.in, detail.word)}
      @map-choice=${({ detail }: TraceMapEvent) => this.#send({ type: 'map', map: detail })}
      @unit-choice=${() => this.#remember({ unit: this.remembered.unit === 'words' ? 'tokens' : 'words', position: fresh.position })}
      @map-scroll=${() => this.#rememberPosition()}></attention-pass>`;
  }

  /** What draws the content. */
  get #part(): AttentionPass | AttentionClassification | null {
    return this.pass ?? this.classified;
  }

  /** What is selected in a text is brought into sight in the map, and told; the map does both by itself. */
  #onPoint(how: 'hover' | 'select', place: 'text' | 'map', lit: LitWord | undefined): void {
    if (how === 'hover') {
      this.hovered = lit;
      this.#tell();
      return;
    }
    if (place === 'map') {
      this.#choose(lit);
      return;
    }
    this.#select(lit);
    if (lit === undefined) return;
    if (this.pass !== null) this.pass.showInMap(lit);
    else this.classified?.show(lit.word);
    this.spoken = this.#tellOf(lit);
  }

  /** A word in a sentence, for the ear. */
  #tellOf(lit: LitWord): string {
    const content = contentOf(this.panel.stage);
    if (content === undefined) return '';
    if (content.kind === 'classification') {
      const told = AttentionClassification.sentenceOf(content.classification, lit.word);
      return told === undefined ? '' : `${told.name} ${told.said}`;
    }
    return this.pass?.tell(lit) ?? '';
  }

  #select(lit: LitWord | undefined): void {
    if (lit === undefined) this.#part?.clear();
    this.#choose(lit);
  }

  #choose(selection: LitWord | undefined): void {
    this.hovered = undefined;
    this.spoken = '';
    this.panel = { ...this.panel, highlight: undefined };
    this.#remember({ selection });
    this.#tell();
  }

  /** Tells the extension where the user points, once a change. */
  #tell(): void {
    const lit = this.hovered ?? this.remembered.selection;
    if (lit?.side === this.#told?.side && lit?.word === this.#told?.word) return;
    const side = lit?.side ?? this.#told?.side ?? 'target';
    this.#told = lit;
    this.#send({ type: 'point', side, word: lit?.word });
  }

  /** The latest hand wins: the pointer in the panel, then the document, then what was selected here. */
  #lit(content: Content): LitWord | undefined {
    const lit = this.hovered ?? this.panel.highlight ?? this.remembered.selection;
    return lit !== undefined && lit.word < wordsOf(content, lit.side).length ? lit : undefined;
  }

  #revealHighlight(): void {
    const { highlight } = this.panel;
    if (highlight === undefined) return;
    this.pass?.show(highlight);
    this.classified?.show(highlight.word);
  }

  #rememberPosition(): void {
    this.#remember({ position: this.#part?.position ?? fresh.position });
  }

  #remember(change: Partial<Remembered>): void {
    const content = contentOf((this.#pending ?? this.panel).stage);
    const shown = content === undefined ? this.remembered.shown : signatureOf(content);
    this.remembered = { ...this.remembered, shown, ...change };
    this.#host?.remember(this.remembered);
  }

  #run(command: PanelCommand): void {
    this.#send({ type: 'run', command });
  }

  #send(message: FromPanel): void {
    this.#host?.send(message);
  }
}

/** What a screen reader says when the stage changes. */
function statusOf(stage: Stage): string {
  if (stage.kind === 'running') return wordings[stage.of].doing;
  if (stage.kind !== 'done') return '';
  const { content } = stage;
  if (content.kind !== 'classification') return `${capitalised(content.kind)}: ${content.target.text}`;
  const [first] = content.classification.labels;
  return first === undefined ? '' : `Class: ${first.label}, ${percent(first.probability)}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-panel': AttentionPanel;
  }
}
