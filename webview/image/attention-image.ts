/** `<attention-image>`: an image, its class, and what the model looked at in it. */
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/vscode-progress-bar.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import './attention-picture.ts';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ImageClassification } from '../../protocol/classification.ts';
import { percent } from '../../protocol/classified-text.ts';
import type { FailureData } from '../../protocol/failure.ts';
import type { FromImagePanel, ImageCommand, Picture, ToImagePanel } from '../../protocol/image-panel.ts';
import type { FromInspectPage, ToInspectPage } from '../../protocol/inspect-page.ts';
import { InspectPage } from '../inspect/inspect-page.ts';
import { styles as panelStyles } from '../panel/attention-panel.styles.ts';
import { toolbarButton } from '../panel/header.ts';
import type { Host } from '../panel/host.ts';
import { labelBars, labelStyles } from '../panel/labels.ts';
import { failureNotice, warningNotice } from '../panel/notices.ts';
import { sectionStyles } from '../panel/sections.styles.ts';
import { select, selectStyles } from '../panel/select.ts';
import { shortName } from '../panel/short-name.ts';
import { styles } from './attention-image.styles.ts';
import type { PatchPointEvent } from './attention-picture.ts';
import { decodePicture } from './decode.ts';
import { ImageView } from './image-view.ts';
import { noGrid } from './patch-grid.ts';
import { fresh, recall, type Remembered } from './remembered.ts';
import { scale } from './scale.ts';

@customElement('attention-image')
export class AttentionImage extends LitElement {
  static override styles = [panelStyles, sectionStyles, labelStyles, selectStyles, styles];

  @state() private picture: Picture | undefined;
  @state() private bitmap: ImageBitmap | undefined;
  @state() private running = false;
  @state() private failure: FailureData | undefined;
  @state() private view: { readonly of: ImageClassification; readonly view: ImageView } | undefined;
  @state() private hovered: number | undefined;
  @state() private remembered: Remembered = fresh;

  readonly #inspect = new InspectPage(this, message => this.#host?.send(message));
  #host: Host<FromImagePanel | FromInspectPage, ToImagePanel | ToInspectPage> | undefined;

  /** Connects the page to the extension, and asks it for what to show. */
  attach(host: Host<FromImagePanel | FromInspectPage, ToImagePanel | ToInspectPage>): void {
    this.#host = host;
    this.remembered = recall(host.recall());
    host.listen(message => {
      if (message.type === 'inspect') this.#inspect.receive(message.message);
      else this.#receive(message);
    });
    host.send({ type: 'ready' });
  }

  #receive(message: ToImagePanel): void {
    switch (message.type) {
      case 'picture':
        this.#show(message.picture);
        return;
      case 'begin':
        this.running = true;
        this.failure = undefined;
        return;
      case 'classified':
        this.running = false;
        this.failure = undefined;
        this.view = { of: message.classification, view: new ImageView(message.classification) };
        return;
      case 'failed':
        this.running = false;
        this.failure = message.failure;
        return;
    }
  }

  #show(picture: Picture): void {
    const isAnother = picture.uri !== this.remembered.uri;
    const before = this.bitmap;
    this.picture = picture;
    this.bitmap = undefined;
    // Its pixels are many; until it is drawn no more they are needed.
    void this.updateComplete.then(() => before?.close());
    this.view = undefined;
    this.failure = undefined;
    this.hovered = undefined;
    this.#remember({ uri: picture.uri, ...(isAnother ? { patch: undefined } : {}) });
    decodePicture(picture.bytes).then(
      bitmap => {
        if (this.picture === picture) this.bitmap = bitmap;
        else bitmap.close();
      },
      () => {
        if (this.picture === picture) this.failure ??= { code: 'bad-argument', message: `${picture.name} cannot be shown.`, hint: 'Its file may be damaged.' };
      },
    );
  }

  protected override render(): TemplateResult {
    const { picture, view } = this;
    return html`
      <header>
        <h1 title=${picture?.name ?? ''}>${picture?.name ?? 'Image'}${view === undefined ? nothing : html` · ${shortName(view.of.model)}`}</h1>
        ${this.#inspect.hasInspection ? this.#inspect.renderHistory() : nothing}
        <nav aria-label="Actions">
          ${this.running ? toolbarButton('Cancel', 'stop', () => this.#run('cancel')) : nothing}
          ${view === undefined ? nothing : toolbarButton('Copy Labels', 'copy', () => this.#run('copy'))}
          ${picture === undefined || this.running ? nothing : toolbarButton('Classify Again', 'again', () => this.#run('again'))}
          ${toolbarButton('Select Model', 'model', () => this.#run('select-model'))}
        </nav>
      </header>
      <div class="progress">${this.running ? html`<vscode-progress-bar indeterminate aria-label="Classifying"></vscode-progress-bar>` : nothing}</div>
      <main>
        ${this.failure === undefined ? nothing : failureNotice('classification', this.failure, () => this.#run('again'))}
        ${warningNotice(view?.of.warnings ?? [])}
        ${picture !== undefined ? this.#stage() : this.failure !== undefined ? nothing : html`<div class="empty"><p>No image is shown.</p><p>Run Classify Image on a PNG or JPEG file.</p></div>`}
        ${this.#inspect.hasInspection ? html`<section><h2>Every map</h2>${this.#inspect.render({ picture: this.bitmap, hasLabels: true })}</section>` : nothing}
      </main>
      <div class="hidden" role="status">${this.#status()}</div>`;
  }

  #stage(): TemplateResult {
    const { view, remembered } = this;
    const choice = view?.view.choice(remembered.map);
    const patch = this.hovered ?? remembered.patch;
    const known = view !== undefined && patch !== undefined && patch < view.of.patches.length ? patch : undefined;
    const overlay = view === undefined || choice === undefined ? undefined : view.view.overlay(choice, known);
    const told = view === undefined || choice === undefined || known === undefined ? '' : view.view.sentence(choice, known);
    return html`
      <div class="stage">
        <div class="picture">
          <attention-picture .picture=${this.bitmap} .patches=${view?.of.patches ?? []} .grid=${view?.view.grid ?? noGrid}
            .overlay=${remembered.shown ? overlay : undefined} .strength=${remembered.strength / 100} .patch=${known} told=${told}
            label=${`${this.picture?.name ?? 'Image'}, its patches with the attention they got`}
            @patch-point=${(event: PatchPointEvent) => this.#onPoint(event)}></attention-picture>
          ${view === undefined ? nothing : html`<p class=${told === '' ? 'readout idle' : 'readout'}>${told === '' ? this.#advice() : told}</p>`}
        </div>
        ${view === undefined || choice === undefined || overlay === undefined ? nothing : html`
          <div>
            <section><h2>Class</h2>${labelBars(view.of.labels)}</section>
            <section>
              <h2>Attention</h2>
              <div class="controls">
                <div class="wide">${select('What is drawn over the picture', view.view.choices, choice.key, map => this.#remember({ map }))}</div>
                <label class="check wide"><input type="checkbox" .checked=${remembered.shown}
                  @change=${({ target }: Event) => this.#remember({ shown: target instanceof HTMLInputElement && target.checked })}>Show over the picture</label>
                <label for="strength">Strength</label>
                <input id="strength" type="range" min="10" max="100" step="5" .value=${String(remembered.strength)} ?disabled=${!remembered.shown}
                  @input=${({ target }: Event) => this.#remember({ strength: target instanceof HTMLInputElement ? Number(target.value) : fresh.strength })}>
              </div>
              ${scale(overlay, view.view.scaleEnd(overlay), remembered.strength / 100)}
            </section>
            <details>
              <summary>What am I looking at?</summary>
              <p>The model reads the picture in patches. The pooling decides what the class is read from: the stronger the colour,
                the more came from that patch. Evidence is what each patch says for a class: the attention it got times what its
                value adds to the class’s score. A layer shows how much the patches looked at each other before: point at one to
                see where it looked.</p>
              <p>Attention shows where the model looked; by itself it does not explain why it chose a class.</p>
            </details>
          </div>`}
      </div>`;
  }

  #advice(): string {
    const choice = this.view?.view.choice(this.remembered.map);
    if (choice === undefined) return '';
    return this.view?.view.isAmongPatches(choice) === true
      ? 'On average over all patches. Point at one, or walk there with the arrow keys: where it looks.'
      : 'Point at a patch, or walk there with the arrow keys: what it got, and what it says.';
  }

  #onPoint({ detail: { how, patch } }: PatchPointEvent): void {
    if (how === 'hover') {
      this.hovered = patch;
      return;
    }
    this.hovered = undefined;
    this.#remember({ patch });
  }

  #remember(change: Partial<Remembered>): void {
    this.remembered = { ...this.remembered, ...change };
    this.#host?.remember(this.remembered);
  }

  #run(command: ImageCommand): void {
    this.#host?.send({ type: 'run', command });
  }

  /** What a screen reader says when something comes. */
  #status(): string {
    if (this.running) return 'Classifying';
    const first = this.view?.of.labels[0];
    return first === undefined ? '' : `Class: ${first.label}, ${percent(first.probability)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-image': AttentionImage;
  }
}
