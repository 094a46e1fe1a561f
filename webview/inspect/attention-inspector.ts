/**
 * `<attention-inspector>`: an inspection in all of its views, linked with each other and with its texts, and a place to experiment.
 */
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/vscode-progress-bar.js';
import './arithmetic/attention-arithmetic.ts';
import './compare/attention-compare.ts';
import './decoding/attention-decoding.ts';
import './image/inspected-image.ts';
import './model/attention-model.ts';
import './texts/inspected-texts.ts';
import './token-search.ts';
import './what-if/what-if.ts';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { FailureData } from '../../protocol/failure.ts';
import type { HistoryEntry, PointedTokens, ToInspector } from '../../protocol/inspect-page.ts';
import type { Inspection, InspectedLayer, MapChoice } from '../../protocol/inspection.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import { tabList, tabStyles } from '../checkpoint/tabs.ts';
import { labelBars, labelStyles } from '../panel/labels.ts';
import { noMapNotice, warningNotice } from '../panel/notices.ts';
import { fieldStyles } from '../panel/field.styles.ts';
import { noticeStyles } from '../panel/notices.styles.ts';
import { sectionStyles } from '../panel/sections.styles.ts';
import { selectStyles } from '../panel/select.ts';
import { styles } from './attention-inspector.styles.ts';
import { choiceBar, choiceStyles } from './choice/choice-bar.ts';
import { choiceName, fitted, headsOf, layerOf, withHeads } from './choice/choices.ts';
import { stepMap } from './decoding/step-map.ts';
import type { InterveneEvent, LitEvent } from './events.ts';
import { abandoned, answered, begun, compared, intervened, question, undone, type Experiment } from './experiment.ts';
import { exportStyles } from './export/export-bar.ts';
import { type Seen, ViewExport } from './export/view-export.ts';
import { failureBox } from './failure-box.ts';
import { HeadRoles } from './head-roles.ts';
import { AttentionHeads } from './heads/attention-heads.ts';
import type { HeadsChoice } from './heads/choice.ts';
import type { HeadsChoiceEvent, TokenPointEvent } from './heads/events.ts';
import { staleNotice } from './history/stale-notice.ts';
import type { InspectorHost } from './inspector-host.ts';
import { Latest } from './latest.ts';
import { isSameLit, litOf, pointOf, tokensOfWord } from './lit.ts';
import { AttentionMatrix } from './matrix/attention-matrix.ts';
import { axesOf } from './matrix/raw-labels.ts';
import { byLayer, type Arrangement } from './model/arrange.ts';
import type { ArrangeEvent, HeadOpenEvent } from './model/events.ts';
import { readingBar, readingStyles } from './reading/reading-bar.ts';
import { readingIn, type ChosenReading } from './reading/reading.ts';
import { freshMemory, memoryOf, remembering, type InspectorMemory, type ModelMemory, type View } from './remembered.ts';
import { tabsOf, viewOf } from './tabs.ts';
import type { UndoEvent } from './what-if/what-if.ts';
import { current } from './what-if/interventions.ts';

/** What came of asking; `isAnswer`: to a change of what was shown, rather than something else to be shown. */
interface Opened {
  readonly inspection: Inspection;
  readonly isAnswer: boolean;
}

@customElement('attention-inspector')
export class AttentionInspector extends LitElement {
  static override styles = [noticeStyles, sectionStyles, selectStyles, fieldStyles, tabStyles, labelStyles, choiceStyles, readingStyles, exportStyles, styles];

  @property({ attribute: false }) inspector!: InspectorHost;
  /** What the page was given to show; the user may go on from there. */
  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false }) history: readonly HistoryEntry[] = [];
  @property({ attribute: false }) memory: InspectorMemory = freshMemory;
  /** The word of the document that the pointer rests on. */
  @property({ attribute: false }) light: Extract<ToInspector, { readonly type: 'light' }>['word'];
  /** Of an inspected image: the image. */
  @property({ attribute: false }) picture: ImageBitmap | undefined;
  /** The page tells the labels that were found by itself. */
  @property({ type: Boolean }) labelled = false;

  @state() private experiment!: Experiment;
  @state() private hovered: PointedTokens | undefined;
  @state() private locked: PointedTokens | undefined;
  @state() private isHoveredInView = false;
  @state() private arrangement: Arrangement = byLayer;

  @query('.view > attention-matrix') private readonly matrix!: AttentionMatrix | null;
  @query('.view > :last-child') private readonly view!: HTMLElement | null;

  readonly #opening = new Latest<Opened>(this);
  readonly #original = new Latest<Inspection>(this);
  readonly #export = new ViewExport(this);
  readonly #roles = new HeadRoles(this);
  #taken: Opened | undefined;
  #takenFailure: FailureData | undefined;
  #takenOriginal: Inspection | undefined;
  #shown = '';

  /** The map's picture to the clipboard; where that can't be, to a file. */
  async copyImage(): Promise<void> {
    const choice = this.#choice;
    const { shown } = this.experiment;
    if (choice !== undefined) await this.#export.copyPicture(this.#seen(viewOf(this.#memory.view, shown), shown, choice));
  }

  /** Nothing is pointed at any more, nor locked. */
  unlock(): void {
    this.matrix?.clear();
    this.#point('select', undefined);
  }

  /** Shows another inspection of the history. */
  recall(inspection: string): void {
    this.#opening.ask(async signal => ({ inspection: await this.inspector.recall(inspection, signal), isAnswer: false }));
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#tell('', undefined);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('inspection')) this.#begin(this.inspection);
    const opened = this.#opening.result;
    if (opened !== undefined && opened !== this.#taken) {
      this.#taken = opened;
      this.#take(opened.inspection, opened.isAnswer);
    }
    const { failure } = this.#opening;
    if (failure !== undefined && failure !== this.#takenFailure) this.experiment = abandoned(this.experiment);
    this.#takenFailure = failure;
    const original = this.#original.result;
    if (original !== undefined && original !== this.#takenOriginal) {
      this.#takenOriginal = original;
      this.experiment = compared(this.experiment, original);
    }
    if (this.#memory.view === 'what-if') this.#askForOriginal();
  }

  protected override updated(): void {
    const { shown } = this.experiment;
    const choice = this.#choice;
    if (choice === undefined) return;
    const pointed = this.#lit;
    const layer = layerOf(choice, shown);
    if (layer !== undefined) this.#roles.look(this.inspector, shown.id, layer);
    const reading = readingIn(this.#memory.reading);
    const tinted = this.#tinted(shown, choice);
    this.#tell(JSON.stringify([shown.id, tinted, reading, pointed]), { inspection: shown.id, choice: tinted, reading, pointed });
  }

  protected override render(): TemplateResult {
    const { shown } = this.experiment;
    const choice = this.#choice;
    return html`
      ${staleNotice(this.history, shown.id)}
      ${warningNotice(shown.warnings)}
      ${shown.output.kind === 'labelled' && !this.labelled ? html`<section><h2>Class</h2>${labelBars(shown.output.labels)}</section>` : nothing}
      ${this.#running()}
      ${failureBox(this.#opening.failure ?? this.#original.failure)}
      ${choice === undefined ? noMapNotice() : this.#content(shown, choice)}`;
  }

  #content(shown: Inspection, choice: MapChoice): TemplateResult {
    const memory = this.#memory;
    const view = viewOf(memory.view, shown);
    return html`
      <inspected-texts .inspector=${this.inspector} .inspection=${shown} .choice=${this.#tinted(shown, choice)} .reading=${readingIn(memory.reading)} .lit=${this.#lit}
        @lit=${(event: LitEvent) => this.#onLit(event)} @keydown=${this.#onKey}></inspected-texts>
      ${tabList('Views', tabsOf(shown), view, key => this.#remember({ view: key }))}
      <div class="view" id="tab-panel" role="tabpanel" aria-labelledby="tab-${view}" @keydown=${this.#onKey}>
        ${view === 'decoding' || view === 'arithmetic' || view === 'heads' || view === 'model' ? nothing : choiceBar(shown, choice, chosen => this.#remember({ choice: chosen }), this.#roles.roles)}
        ${view === 'heads' ? nothing : this.#bar(view, shown, choice)}
        ${this.#view(view, shown, choice, memory.reading)}
      </div>`;
  }

  /** How the map is read, and what serves it. */
  #bar(view: View, shown: Inspection, choice: MapChoice): TemplateResult {
    const { reading } = this.#memory;
    return html`
      <div class="tools">
        ${view === 'decoding' || view === 'arithmetic' ? nothing : readingBar({
          reading, isOpen: this.memory.isReadingOpen, hasValues: layerOf(choice, shown)?.hasValues === true,
          scale: view === 'matrix' || view === 'what-if' || view === 'compare' ? { chosen: this.#memory.scale, choose: chosen => this.#remember({ scale: chosen }) } : undefined,
          open: isReadingOpen => this.#keep({ ...this.memory, isReadingOpen }), choose: chosen => this.#remember({ reading: chosen }),
        })}
        ${view === 'matrix' || view === 'heads' ? html`<token-search .inspection=${shown} .choice=${choice} @lit=${(event: LitEvent) => this.#onLit(event)} @found=${() => this.#reveal()}></token-search>` : nothing}
        ${view === 'what-if' || view === 'compare' || view === 'image' ? nothing : this.#export.bar(this.#seen(view, shown, choice))}
        ${(view === 'matrix' || view === 'heads') && shown.isRounded ? html`<p class="quiet">These maps are held in bytes, off by 1/510 at most; what you point at is exact.</p>` : nothing}
      </div>
      ${failureBox(this.#export.failure)}`;
  }

  #view(view: View, shown: Inspection, choice: MapChoice, chosen: ChosenReading): TemplateResult | typeof nothing {
    const [layer, heads] = [layerOf(choice, shown), headsOf(choice, shown)];
    if (layer === undefined || heads === undefined) return nothing;
    const { inspector } = this;
    const reading = readingIn(chosen);
    const { scale } = this.#memory;
    // A view knows by itself where the pointer is in it: told once more, it would scroll there.
    const point = pointOf(this.isHoveredInView ? (this.#lightTokens() ?? this.locked) : this.#lit, layer, shown.axes);
    const onPoint = ({ detail: { how, point: to } }: TokenPointEvent): void => this.#point(how, litOf(to, layer), true);
    const onHeads = ({ detail }: HeadsChoiceEvent): void => this.#remember({ choice: withHeads(choice, detail, shown) });
    switch (view) {
      case 'matrix': return html`
        <attention-matrix .inspector=${inspector} .map=${{ inspection: shown.id, choice }} .axes=${axesOf(choice, shown)} .reading=${chosen} .scale=${scale} .lit=${point} label=${choiceName(choice, shown)} @token-point=${onPoint}></attention-matrix>`;
      case 'heads': return html`
        <attention-heads .inspector=${inspector} .inspection=${shown} .choice=${heads} .reading=${reading} .roles=${this.#roles.roles} .lit=${point} @heads-choice=${onHeads} @token-point=${onPoint}>${this.#bar(view, shown, choice)}</attention-heads>`;
      case 'model': return html`
        <attention-model .inspector=${inspector} .inspection=${shown} .choice=${heads} .reading=${reading} .arrangement=${this.arrangement}
          @arrange=${({ detail }: ArrangeEvent) => (this.arrangement = detail)} @head-open=${({ detail: { kind, layer: of, head } }: HeadOpenEvent) => this.#open({ kind, layer: of, heads: [head] })}></attention-model>`;
      case 'arithmetic': return html`
        <attention-arithmetic .inspector=${inspector} .inspection=${shown} .choice=${heads} .lit=${point} @heads-choice=${onHeads} @token-point=${onPoint}></attention-arithmetic>`;
      case 'decoding': return html`
        <attention-decoding .inspection=${shown} .map=${choiceName(this.#tinted(shown, choice), shown)} .lit=${this.#lit} @lit=${(event: LitEvent) => this.#onLit(event)} @intervene=${({ detail }: InterveneEvent) => this.#intervene(detail, 'what-if')}></attention-decoding>`;
      case 'image': return html`
        <inspected-image .picture=${this.picture} .inspector=${inspector} .inspection=${shown} .choice=${choice} .reading=${reading} .lit=${this.#lit} @lit=${(event: LitEvent) => this.#onLit(event)}></inspected-image>`;
      case 'what-if': return html`
        <what-if .inspector=${inspector} .original=${this.experiment.original} .inspection=${shown} .changes=${this.experiment.changes} .choice=${choice} .reading=${reading} .scale=${scale} .lit=${point}
          ?running=${this.#opening.isWaiting} @intervene=${({ detail }: InterveneEvent) => this.#intervene(detail)} @undo=${({ detail }: UndoEvent) => this.#undo(detail)} @token-point=${onPoint}></what-if>`;
      case 'compare': return html`
        <attention-compare .inspector=${inspector} .inspection=${shown} .choice=${choice} .reading=${reading} .scale=${scale} .history=${this.history} .lit=${point} @token-point=${onPoint}></attention-compare>`;
    }
  }

  #running(): TemplateResult | typeof nothing {
    if (!this.#opening.isWaiting) return nothing;
    return html`
      <div class="progress"><vscode-progress-bar indeterminate aria-label="Running the model"></vscode-progress-bar></div>
      <div class="waiting"><span class="quiet" role="status">Running the model …</span><vscode-button secondary @click=${() => this.#cancel()}>Cancel</vscode-button></div>`;
  }

  #seen(view: View, shown: Inspection, choice: MapChoice): Seen {
    const { reading, scale } = this.#memory;
    return { view, shown, choice, reading, scale, element: () => this.view };
  }

  get #memory(): ModelMemory {
    return memoryOf(this.memory, this.experiment.shown.model);
  }

  get #choice(): MapChoice | undefined {
    return fitted(this.#memory.choice, this.experiment.shown);
  }

  /** The map that tints the texts. */
  #tinted(shown: Inspection, choice: MapChoice): MapChoice {
    return viewOf(this.#memory.view, shown) === 'decoding' ? stepMap(choice, shown) : choice;
  }

  /** The latest hand wins: the pointer here, then in the document, then what was clicked. */
  get #lit(): PointedTokens | undefined {
    return this.hovered ?? this.#lightTokens() ?? this.locked;
  }

  #lightTokens(): PointedTokens | undefined {
    const { light } = this;
    const axis = light === undefined ? undefined : this.experiment.shown.axes[light.axis];
    const tokens = axis === undefined || light === undefined ? undefined : tokensOfWord(axis, light.word);
    const choice = this.#choice;
    if (tokens === undefined || light === undefined || choice === undefined) return undefined;
    const layer: InspectedLayer | undefined = layerOf(choice, this.experiment.shown);
    return { axis: light.axis, tokens, as: layer?.queries === light.axis ? 'query' : 'key' };
  }

  #onLit({ detail: { how, lit } }: LitEvent): void {
    this.#point(how, lit);
  }

  /** What a search has locked is brought into view. */
  #reveal(): void {
    const { shown } = this.experiment;
    const choice = this.#choice;
    const layer = choice === undefined ? undefined : layerOf(choice, shown);
    const point = layer === undefined ? undefined : pointOf(this.locked, layer, shown.axes);
    if (point === undefined) return;
    if (this.view instanceof AttentionMatrix) this.view.reveal(point);
    else if (this.view instanceof AttentionHeads) this.view.reveal();
  }

  #point(how: 'hover' | 'select', lit: PointedTokens | undefined, isInView = false): void {
    this.isHoveredInView = isInView && how === 'hover' && lit !== undefined;
    if (how === 'hover') {
      if (!isSameLit(this.hovered, lit)) this.hovered = lit;
      return;
    }
    this.hovered = undefined;
    // What the document had lit is an older hand.
    this.light = undefined;
    this.locked = lit;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.locked !== undefined) this.unlock();
  };

  #begin(inspection: Inspection): void {
    this.#opening.clear();
    this.#take(inspection, false);
  }

  /** What is locked is of a text: of another, it is another word. */
  #take(inspection: Inspection, isAnswer: boolean): void {
    const before: Experiment | undefined = this.experiment;
    this.experiment = isAnswer && before !== undefined ? answered(before, inspection) : begun(inspection);
    this.#original.clear();
    this.#takenOriginal = undefined;
    const isSameText = before !== undefined && JSON.stringify(before.shown.axes) === JSON.stringify(inspection.axes);
    this.hovered = undefined;
    if (!isSameText) this.locked = undefined;
    this.#export.clear();
  }

  /** What was changed is compared with what the same model made of it before, once somebody looks. */
  #askForOriginal(): void {
    if (!this.experiment.isOriginalDue || this.#original.isWaiting || this.#original.failure !== undefined) return;
    const params = { ...this.experiment.original.asked, interventions: [] };
    this.#original.ask(signal => this.inspector.peek(params, signal));
  }

  #intervene(list: readonly Intervention[], view?: View): void {
    this.experiment = intervened(this.experiment, list);
    if (view !== undefined) this.#remember({ view });
    this.#run();
  }

  #undo(by: -1 | 1): void {
    this.experiment = undone(this.experiment, by);
    this.#run();
  }

  #run(): void {
    const params = question(this.experiment, current(this.experiment.changes));
    if (params === undefined) {
      this.#opening.clear();
      this.experiment = answered(this.experiment, this.experiment.original);
    } else this.#opening.ask(async signal => ({ inspection: await this.inspector.open(params, signal), isAnswer: true }));
    this.requestUpdate();
  }

  #cancel(): void {
    this.#opening.cancel();
    this.experiment = abandoned(this.experiment);
  }

  #open(heads: HeadsChoice): void {
    const choice = this.#choice;
    if (choice !== undefined) this.#remember({ view: 'matrix', choice: withHeads({ ...heads, of: 'heads', by: 'mean' }, heads, this.experiment.shown) });
  }

  #remember(change: Partial<ModelMemory>): void {
    this.#keep(remembering(this.memory, this.experiment.shown.model, change));
  }

  #keep(memory: InspectorMemory): void {
    this.memory = memory;
    this.inspector.tell({ type: 'remember', memory });
  }

  /** Each change once. */
  #tell(key: string, shown: Extract<Parameters<InspectorHost['tell']>[0], { readonly type: 'shown' }>['shown']): void {
    if (key === this.#shown) return;
    this.#shown = key;
    this.inspector.tell({ type: 'shown', shown });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-inspector': AttentionInspector;
  }
}
