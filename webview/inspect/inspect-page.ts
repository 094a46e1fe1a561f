/** The inspector in a page: what the extension says of it, kept and drawn, whichever page that is. */
import './history/inspection-history.ts';
import './numbers-form.ts';
import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { FailureData } from '../../protocol/failure.ts';
import type { FromInspectPage, HistoryEntry, ToInspector } from '../../protocol/inspect-page.ts';
import type { Inspection } from '../../protocol/inspection.ts';
import { AttentionInspector } from './attention-inspector.ts';
import { failureBox } from './failure-box.ts';
import type { PinEvent, RecallEvent } from './history/inspection-history.ts';
import type { FeedEvent } from './numbers-form.ts';
import { RemoteInspector } from './remote-inspector.ts';
import { freshMemory, learned, recallInspector, type InspectorMemory } from './remembered.ts';

export class InspectPage implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #remote: RemoteInspector;
  #inspection: Inspection | undefined;
  #history: readonly HistoryEntry[] = [];
  #memory: InspectorMemory = freshMemory;
  #light: Extract<ToInspector, { readonly type: 'light' }>['word'];
  #isOpening = false;
  #failure: FailureData | undefined;
  /** The numbers that were given for a text. */
  #numbers = '';
  #drawn: AttentionInspector | undefined;
  /** What the inspector shows: what it was given, or what the user chose instead. */
  #shown = '';

  constructor(host: ReactiveControllerHost, send: (message: FromInspectPage) => void) {
    this.#host = host;
    this.#remote = new RemoteInspector(message => {
      // An inspector that is drawn anew begins where this one was left.
      if (message.type === 'remember') this.#memory = recallInspector(message.memory);
      if (message.type === 'shown' && message.shown !== undefined && message.shown.inspection !== this.#shown) {
        this.#shown = message.shown.inspection;
        host.requestUpdate();
      }
      send({ type: 'inspect', message });
    });
    host.addController(this);
  }

  /** Whether there is something to inspect. */
  get hasInspection(): boolean {
    return this.#inspection !== undefined;
  }

  /** The model of what is inspected. */
  get model(): string | undefined {
    return this.#history.find(({ inspection }) => inspection === this.#shown)?.model ?? this.#inspection?.model;
  }

  /** The model is run, to be inspected. */
  get isOpening(): boolean {
    return this.#isOpening;
  }

  /** Something is to be said of why there is nothing to inspect. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  hostDisconnected(): void {
    this.#remote.close();
  }

  receive(message: ToInspector): void {
    switch (message.type) {
      case 'answer': case 'refused': case 'progress':
        this.#remote.receive(message);
        return;
      case 'show':
        this.#inspection = message.inspection;
        this.#shown = message.inspection?.id ?? '';
        this.#isOpening = false;
        this.#failure = undefined;
        this.#light = undefined;
        break;
      case 'opening':
        this.#isOpening = true;
        this.#failure = undefined;
        break;
      case 'unopened':
        this.#isOpening = false;
        this.#failure = message.failure;
        break;
      case 'remembered':
        this.#memory = this.model === undefined ? recallInspector(message.memory) : learned(recallInspector(message.memory), this.#memory, this.model);
        break;
      case 'history':
        this.#history = message.entries;
        break;
      case 'light':
        this.#light = message.word;
        break;
      case 'unlock':
        this.#drawn?.unlock();
        return;
      case 'copy-image':
        void this.#drawn?.copyImage();
        return;
    }
    this.#host.requestUpdate();
  }

  /** @param page what the page has by itself: of an inspected image the image, and the labels that were found */
  render(page: { readonly picture?: ImageBitmap | undefined; readonly hasLabels?: true } = {}): TemplateResult {
    if (this.#inspection === undefined) return html`${nothing}`;
    return html`
      <attention-inspector ${ref(this.#keepDrawn)} .inspector=${this.#remote} .inspection=${this.#inspection} .history=${this.#history} .memory=${this.#memory} .light=${this.#light}
        .picture=${page.picture} ?labelled=${page.hasLabels === true}></attention-inspector>`;
  }

  /** Why there is nothing to inspect; where that is for want of numbers, with a field for them. */
  renderFailure(): TemplateResult | typeof nothing {
    if (this.#failure?.code !== 'reads-numbers') return failureBox(this.#failure);
    return html`<numbers-form .failure=${this.#failure} given=${this.#numbers} @feed=${({ detail }: FeedEvent) => this.#feed(detail)}></numbers-form>`;
  }

  /** What was inspected before, for the page's bar. */
  renderHistory(): TemplateResult {
    return html`
      <inspection-history .entries=${this.#history} .shown=${this.#shown} @recall=${({ detail }: RecallEvent) => this.#drawn?.recall(detail)}
        @pin=${({ detail }: PinEvent) => this.#remote.tell({ type: 'pin', inspection: this.#shown, isPinned: detail })}></inspection-history>`;
  }

  #feed(numbers: string): void {
    this.#numbers = numbers;
    this.#remote.tell({ type: 'feed', numbers });
  }

  readonly #keepDrawn = (element: Element | undefined): void => {
    this.#drawn = element instanceof AttentionInspector ? element : undefined;
  };
}
