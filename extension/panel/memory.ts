import type { Memento } from 'vscode';
import type { Span, Trace } from '../../protocol/trace.ts';

/** What the panel shows, and the stretch of a document that it is the translation of, where that still stands. */
export interface Shown {
  readonly trace: Trace;
  readonly place: { readonly uri: string; readonly span: Span } | undefined;
}

const key = 'attentionScope.panel.shown';
/** Pointing about changes what is shown many times a second; VS Code stores each version whole. */
const delay = 500;

/** Keeps what the panel shows over a reload of the window. */
export class PanelMemory {
  readonly #storage: Memento;
  readonly #version: string;
  #timer: NodeJS.Timeout | undefined;

  /** @param version of the extension: what another one stored is of another shape, perhaps, and forgotten */
  constructor(storage: Memento, version: string) {
    this.#storage = storage;
    this.#version = version;
  }

  recall(): Shown | undefined {
    const stored = this.#storage.get<{ readonly version?: unknown; readonly shown?: Shown }>(key);
    return stored?.version === this.#version ? stored.shown : undefined;
  }

  keep(shown: Shown | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#storage.update(key, { version: this.#version, shown }), delay);
  }
}
