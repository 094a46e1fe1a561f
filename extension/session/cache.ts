import type { Kind, Outcome } from '../../protocol/outcome.ts';
import type { MapId } from '../../protocol/trace.ts';

/** What decides an outcome. */
export interface OutcomeKey {
  readonly kind: Kind;
  readonly model: string;
  readonly text: string;
  /** The beam's width, where there is one. */
  readonly beam: number;
  readonly languageId: string;
  /** Which map the rows are to be of, where the user chose one. */
  readonly map?: MapId | undefined;
}

/** So many weights are kept, 8 bytes each: those of one long text in a deep encoder may be millions. */
const mostWeights = 8_000_000;

/**
 * The outcomes of the last texts, by kind, model and text (and what else decides them), as many as there may be, of texts and
 * of weights. Least recently used go first.
 */
export class OutcomeCache {
  readonly #outcomes = new Map<string, Outcome>();
  readonly #capacity: number;
  readonly #mostWeights: number;
  #weights = 0;

  constructor(capacity = 100, weights = mostWeights) {
    this.#capacity = capacity;
    this.#mostWeights = weights;
  }

  get(key: OutcomeKey): Outcome | undefined {
    const name = nameOf(key);
    const outcome = this.#outcomes.get(name);
    if (outcome === undefined) return undefined;
    this.#outcomes.delete(name);
    this.#outcomes.set(name, outcome);
    return outcome;
  }

  set(key: OutcomeKey, outcome: Outcome): void {
    const name = nameOf(key);
    this.#delete(name);
    this.#outcomes.set(name, outcome);
    this.#weights += weightsOf(outcome);
    for (const oldest of this.#outcomes.keys()) {
      if (this.#outcomes.size <= this.#capacity && this.#weights <= this.#mostWeights) break;
      this.#delete(oldest);
    }
  }

  clear(): void {
    this.#outcomes.clear();
    this.#weights = 0;
  }

  #delete(name: string): void {
    const outcome = this.#outcomes.get(name);
    if (outcome === undefined) return;
    this.#outcomes.delete(name);
    this.#weights -= weightsOf(outcome);
  }
}

function weightsOf(outcome: Outcome): number {
  return outcome.kind === 'classification'
    ? outcome.classification.weights.reduce((sum, map) => sum + map.length, 0)
    : outcome.trace.rows.reduce((sum, row) => sum + row.weights.length, 0);
}

function nameOf({ kind, model, text, beam, languageId, map }: OutcomeKey): string {
  return JSON.stringify([kind, model, beam, languageId, map, text]);
}
