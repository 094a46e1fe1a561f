import type { Memento } from 'vscode';
import type { Outcome } from '../../protocol/outcome.ts';
import type { Span } from '../../protocol/trace.ts';
import type { AskedWith } from '../annotations/annotation.ts';

/** What the panel shows, and the stretch of a document that it was made of, where that still stands. */
export interface Shown {
  readonly outcome: Outcome;
  readonly place: { readonly uri: string; readonly span: Span; readonly asked?: AskedWith | undefined } | undefined;
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

  recall(): Shown | undefined {
    const stored = this.#storage.get<{ readonly version?: unknown; readonly shown?: Shown }>(key);
    return stored?.version === this.#version ? stored.shown : undefined;
  }

  keep(shown: Shown): void {
    clearTimeout(this.#timer);
    const kept = { ...shown, outcome: slimmed(shown.outcome) };
    this.#timer = setTimeout(() => void this.#storage.update(key, { version: this.#version, shown: kept }), delay);
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
