/** `<attention-panel>`: what a model made of a text, and the attention in it, as they arrive. */
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/vscode-progress-bar.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import './attention-classification.ts';
import './attention-text.ts';
import '../map/attention-map.ts';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { percent } from '../../protocol/classified-text.ts';
import { capitalised, wordings, type Classified } from '../../protocol/outcome.ts';
import type { FromPanel, PanelCommand, Side, ToPanel } from '../../protocol/panel.ts';
import type { AttentionMap, MapPointEvent } from '../map/attention-map.ts';
import { describe, sentence } from '../map/describe.ts';
import { AttentionClassification, type MapChoiceEvent } from './attention-classification.ts';
import { styles } from './attention-panel.styles.ts';
import type { AttentionText, WordPointEvent } from './attention-text.ts';
import { header } from './header.ts';
import type { Host } from './host.ts';
import { traceChoices, traceKey } from './map-choices.ts';
import { emptyNotice, explanation, failureNotice, noMapNotice, warningNotice } from './notices.ts';
import { fresh, recall, type Remembered } from './remembered.ts';
import { sectionStyles } from './sections.styles.ts';
import { select, selectStyles } from './select.ts';
import { contentOf, initialState, kindOf, passOf, reduce, signatureOf, wordsOf, type Content, type LitWord, type PanelState, type Pass, type Stage } from './state.ts';
import { icon } from './icons.ts';
import { PassView } from './view.ts';

@customElement('attention-panel')
export class AttentionPanel extends LitElement {
  static override styles = [sectionStyles, selectStyles, styles];

  @state() private panel: PanelState = initialState;
  @state() private remembered: Remembered = fresh;
  /** Where the pointer rests in the panel. */
  @state() private hovered: LitWord | undefined;
  /** What a screen reader says of the word that was selected in a text; the map speaks for itself. */
  @state() private spoken = '';

  @query('attention-map') private readonly map!: AttentionMap | null;
  @query('#source') private readonly source!: AttentionText | null;
  @query('#target') private readonly target!: AttentionText | null;
  @query('attention-classification') private readonly classified!: AttentionClassification | null;

  #host: Host<FromPanel, ToPanel> | undefined;
  #view: { readonly pass: Pass; readonly view: PassView } | undefined;
  #told: LitWord | undefined;
  #timer = 0;
  /** What to do once the next state is drawn. */
  #reveal = false;
  #scroll: Remembered['scroll'] | undefined;
  #pending: PanelState | undefined;

  /** Connects the panel to the extension, and asks it for what to show. */
  attach(host: Host<FromPanel, ToPanel>): void {
    this.#host = host;
    this.remembered = recall(host.recall());
    host.listen(message => this.#receive(message));
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
    void this.updateComplete.then(() => {
      if (this.#scroll !== undefined) this.map?.restoreScroll(this.#scroll);
      if (this.#reveal) this.#revealHighlight();
      this.#scroll = undefined;
      this.#reveal = false;
    });
  }

  /** Selection and scroll return only to what they were left on. */
  #restore(shown: string): void {
    if (shown === '' || shown !== this.remembered.shown) {
      this.#forgetSelection();
      this.#remember({ shown });
      return;
    }
    this.#scroll = this.remembered.scroll;
  }

  /** The document has another word lit, or none: what was selected here is lit no more, and may be told again. */
  #letGo(): void {
    this.hovered = undefined;
    this.#told = undefined;
    if (this.remembered.selection === undefined) return;
    this.#clearMaps();
    this.#remember({ selection: undefined });
  }

  #forgetSelection(): void {
    this.hovered = undefined;
    this.#clearMaps();
    this.#remember({ selection: undefined, scroll: fresh.scroll });
    this.#told = undefined;
  }

  #clearMaps(): void {
    this.map?.clear();
    this.classified?.clear();
  }

  protected override render(): TemplateResult {
    const { stage } = this.panel;
    const content = contentOf(stage);
    const { doing } = wordings[kindOf(stage)];
    return html`
      ${header(stage, command => this.#run(command))}
      <div class="progress">${stage.kind === 'running' ? html`<vscode-progress-bar indeterminate aria-label=${doing}></vscode-progress-bar>` : nothing}</div>
      <main>
        ${stage.kind === 'failed' ? failureNotice(stage.of, stage.failure, () => this.#run('again')) : nothing}
        ${stage.kind === 'empty' ? emptyNotice(() => this.#run('translate')) : nothing}
        ${stage.kind === 'running' && content === undefined ? html`<p class="waiting">Reading the text …</p>` : nothing}
        ${content === undefined ? nothing : this.#renderContent(content, stage)}
      </main>
      <div class="hidden" role="status">${statusOf(stage)}</div>
      <div class="hidden" aria-live="polite">${this.spoken}</div>`;
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
      @word-point=${(event: WordPointEvent) => this.#onWordPoint('source', event)}
      @map-choice=${({ detail }: MapChoiceEvent) => this.#remember(detail)}></attention-classification>`;
  }

  #renderPass(pass: Pass, running: boolean): TemplateResult {
    const view = this.#viewOf(pass);
    const lit = this.#lit(pass);
    const { unit } = this.remembered;
    const data = view.map(unit);
    const name = capitalised(pass.kind);
    return html`
      <section class="written">
        <h2>${name}</h2>${this.#text('target', name, pass, view, lit, running)}
        ${data.elsewhere === undefined ? nothing : html`<p class="elsewhere">${this.#elsewhere(pass, view, lit)}</p>`}
      </section>
      <section><h2>Source</h2>${this.#text('source', 'Source', pass, view, lit, false)}</section>
      ${pass.map === undefined ? noMapNotice() : html`<section class="map">
        <h2>Attention
          <span class="choices">
            ${pass.maps.length > 1 ? select('Map', traceChoices(pass.maps), traceKey(pass.map), key => this.#chooseMap(pass, key)) : nothing}
            <vscode-toolbar-button toggleable .checked=${unit === 'tokens'} label="Show subword tokens"
              title="Show the model's own subword tokens instead of words" @change=${() => this.#toggleUnit()}>
              ${icon('subwords')}<span class="name">Subwords</span>
            </vscode-toolbar-button>
          </span>
        </h2>
        <attention-map .data=${data} .lit=${view.focus(unit, lit)} ?busy=${running}
          label="Attention: ${data.rows.length} target ${unit} by ${data.columns.length} source ${unit}"
          @map-point=${(event: MapPointEvent) => this.#onMapPoint(view, event)}
          @map-scroll=${() => this.#remember({ scroll: this.map?.scrolled ?? fresh.scroll })}></attention-map>
      </section>`}`;
  }

  /** Which share of a written word's attention went to nothing in the source. */
  #elsewhere(pass: Pass, view: PassView, lit: LitWord | undefined): string {
    if (lit?.side !== 'target') return 'Point at a word: how much it looked at what was written before.';
    const word = pass.target.words[lit.word];
    const share = view.map('words').elsewhere?.[lit.word] ?? 0;
    return `“${pass.target.text.slice(word?.start, word?.end)}” gave ${percent(share)} of its attention to what was written before.`;
  }

  #text(side: Side, label: string, pass: Pass, view: PassView, lit: LitWord | undefined, writing: boolean): TemplateResult {
    return html`<attention-text id=${side} label=${label} text=${pass[side].text} .words=${pass[side].words}
      .levels=${view.levels(side, lit)} .current=${lit?.side === side ? lit.word : undefined} ?writing=${writing}
      @word-point=${(event: WordPointEvent) => this.#onWordPoint(side, event)}></attention-text>`;
  }

  #onWordPoint(side: Side, { detail: { how, word } }: WordPointEvent): void {
    const lit = word === undefined ? undefined : { side, word };
    if (how === 'hover') {
      this.#hover(lit);
      return;
    }
    this.#select(lit);
    if (lit === undefined) return;
    this.#revealInMap(lit);
    this.spoken = this.#tellOf(lit);
  }

  #onMapPoint(view: PassView, { detail: { how, point } }: MapPointEvent): void {
    const side: Side = point?.axis === 'row' ? 'target' : 'source';
    const word = point === undefined ? undefined : view.wordOf(this.remembered.unit, side, point.index);
    const lit = word === undefined ? undefined : { side, word };
    if (how === 'hover') this.#hover(lit);
    else this.#choose(lit);
  }

  /** A word in a sentence, for the ear. */
  #tellOf(lit: LitWord): string {
    const content = contentOf(this.panel.stage);
    if (content === undefined) return '';
    if (content.kind === 'classification') {
      const told = AttentionClassification.sentenceOf(content.classification, lit.word);
      return told === undefined ? '' : `${told.name} ${told.said}`;
    }
    const view = this.#viewOf(content);
    const description = describe(view.map('words'), view.focus('words', lit));
    return description === undefined ? '' : sentence(description);
  }

  #hover(lit: LitWord | undefined): void {
    this.hovered = lit;
    this.#tell();
  }

  #select(lit: LitWord | undefined): void {
    if (lit === undefined) this.#clearMaps();
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
    const pass = passOf(this.panel.stage);
    if (highlight !== undefined) this.classified?.show(highlight.word);
    if (highlight === undefined || pass === undefined) return;
    const other = highlight.side === 'source' ? 'target' : 'source';
    const linked = this.#viewOf(pass).strongestLink(highlight);
    this.#textOf(highlight.side)?.show(highlight.word);
    if (linked !== undefined) this.#textOf(other)?.show(linked);
    this.#revealInMap(highlight);
  }

  #revealInMap(lit: LitWord): void {
    const pass = passOf(this.panel.stage);
    if (pass === undefined) {
      this.classified?.show(lit.word);
      return;
    }
    const view = this.#viewOf(pass);
    const linked = view.strongestLink(lit);
    const other: LitWord | undefined = linked === undefined ? undefined : { side: lit.side === 'source' ? 'target' : 'source', word: linked };
    const { unit } = this.remembered;
    const [here, there] = [view.focus(unit, lit), view.focus(unit, other)];
    this.map?.show((here.rows ?? there.rows)?.first, (here.columns ?? there.columns)?.first);
  }

  #textOf(side: Side): AttentionText | null {
    return side === 'source' ? this.source : this.target;
  }

  #chooseMap(pass: Pass, key: string): void {
    const map = pass.maps.find(one => traceKey(one) === key);
    if (map !== undefined) this.#send({ type: 'map', map });
  }

  #toggleUnit(): void {
    this.map?.clear();
    this.#remember({ unit: this.remembered.unit === 'words' ? 'tokens' : 'words', scroll: fresh.scroll });
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

  #viewOf(pass: Pass): PassView {
    if (this.#view?.pass !== pass) this.#view = { pass, view: new PassView(pass) };
    return this.#view.view;
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
