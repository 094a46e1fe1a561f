import type { Side } from '../protocol/panel.ts';
import type { DoneAnnotation } from './annotations/annotation.ts';
import type { Lit } from './annotations/paint.ts';
import type { AnnotationStore } from './annotations/store.ts';
import type { PanelHost } from './panel/host.ts';

/** What `Focus` needs of the panel. */
export type FocusPanel = Pick<PanelHost, 'show' | 'keepPlace' | 'highlight'>;

export interface FocusHost {
  /** Whether the panel follows a request in progress: it is not to be given another one meanwhile. */
  busy(): boolean;
  /** Other words are lit in the documents. */
  redraw(): void;
  /** Something is lit somewhere, or nothing any more. */
  activeChanged(): void;
}

/**
 * Which annotation the panel shows, and which word is lit where: source words in the document, target words in the
 * panel. What is lit stays so until the next hover, a caret move or Escape.
 */
export class Focus {
  readonly #store: AnnotationStore;
  readonly #panel: FocusPanel;
  readonly #host: FocusHost;
  #shown: number | undefined;
  #lit: Lit | undefined;
  #inPanel = false;

  constructor(store: AnnotationStore, panel: FocusPanel, host: FocusHost) {
    this.#store = store;
    this.#panel = panel;
    this.#host = host;
  }

  /** The word that is lit in the documents. */
  get lit(): Lit | undefined {
    return this.#lit;
  }

  /** Whether something is lit, somewhere. */
  get isActive(): boolean {
    return this.#lit !== undefined || this.#inPanel;
  }

  /** The annotation that the panel shows, if it (still) stands in a document. */
  get shown(): DoneAnnotation | undefined {
    const annotation = this.#shown === undefined ? undefined : this.#store.get(this.#shown);
    return annotation?.state === 'done' ? annotation : undefined;
  }

  /** The panel draws this annotation by itself; `undefined` while it is still to come. */
  setShown(id: number | undefined): void {
    this.#shown = id;
    const { shown } = this;
    if (shown !== undefined) this.#panel.keepPlace(shown);
    this.#set(undefined, false);
  }

  /** A source word is hovered, or a gap between words: its target words light up in the panel. */
  hover(annotation: DoneAnnotation, word: number | undefined): void {
    const shown = this.#show(annotation);
    if (shown) this.#panel.highlight('source', word);
    this.#set(undefined, shown && word !== undefined);
  }

  /** A target word's link was followed: the source words it attends to light up in the document. */
  follow(annotation: DoneAnnotation, word: number): void {
    const shown = this.#show(annotation);
    if (shown) this.#panel.highlight('target', word);
    this.#set({ annotation: annotation.id, side: 'target', word }, shown);
  }

  /** The user points at a word in the panel, or no longer. */
  point(side: Side, word: number | undefined): void {
    const shown = this.shown;
    if (shown === undefined) return;
    this.#set(word === undefined ? undefined : { annotation: shown.id, side, word }, this.#inPanel);
  }

  clear(): void {
    if (!this.isActive) return;
    // The panel also forgets what was selected there: both show the same.
    this.#panel.highlight('source', undefined);
    this.#set(undefined, false);
  }

  /** Whether the panel shows the annotation, if need be from now on. */
  #show(annotation: DoneAnnotation): boolean {
    if (this.#shown === annotation.id) return true;
    if (this.#host.busy()) return false;
    this.#shown = annotation.id;
    this.#panel.show(annotation);
    return true;
  }

  #set(lit: Lit | undefined, inPanel: boolean): void {
    const wasActive = this.isActive;
    const redraw = JSON.stringify(lit) !== JSON.stringify(this.#lit);
    this.#lit = lit;
    this.#inPanel = inPanel;
    if (redraw) this.#host.redraw();
    if (this.isActive !== wasActive) this.#host.activeChanged();
  }
}
