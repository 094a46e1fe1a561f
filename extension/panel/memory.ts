import type { Memento } from 'vscode';
import type { Outcome } from '../../protocol/outcome.ts';
import type { Span } from '../../protocol/trace.ts';
import type { AskedWith } from '../annotations/annotation.ts';
import type { Subject } from '../inspection/history.ts';

/** What the panel shows, and the stretch of a document that it was made of, where that still stands. */
export interface Shown {
  readonly outcome: Outcome;
  readonly place: { readonly uri: string; readonly span: Span; readonly asked?: AskedWith | undefined } | undefined;
}

/** One of both, or nothing yet. */
interface Kept {
  readonly shown?: Shown | undefined;
  readonly inspected?: Subject | undefined;
}

const key = 'attentionScope.panel.shown';
/** Pointing about changes what is shown many times a second; VS Code stores each version whole. */
const delay = 500;

/** So many weights are kept of a classification: those of a large encoder would be megabytes. */
const mostWeights = 100_000;

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

  recall(): Kept {
    const stored = this.#storage.get<Kept & { readonly version?: unknown }>(key);
    return stored?.version === this.#version ? { shown: stored.shown, inspected: stored.inspected } : {};
  }

  keep(shown: Shown): void {
    this.#store({ shown: { ...shown, outcome: slimmed(shown.outcome) } });
  }

  /** What is inspected without anything having been made of it. */
  keepInspected(inspected: Subject): void {
    this.#store({ inspected });
  }

  #store(kept: Kept): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#storage.update(key, { version: this.#version, ...kept }), delay);
  }
}

/** A classification without its encoder's maps where they are too large; its labels, pooling and evidence stay. */
function slimmed(outcome: Outcome): Outcome {
  if (outcome.kind !== 'classification') return outcome;
  const { maps, weights } = outcome.classification;
  if (weights.reduce((sum, map) => sum + map.length, 0) <= mostWeights) return outcome;
  const isPooling = (_: unknown, index: number): boolean => maps[index]?.kind === 'pooling';
  return { kind: 'classification', classification: { ...outcome.classification, maps: maps.filter(isPooling), weights: weights.filter(isPooling) } };
}
