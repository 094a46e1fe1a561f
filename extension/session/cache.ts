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

/** The outcomes of the last texts, by kind, model and text (and what else decides them). Least recently used go first. */
export class OutcomeCache {
  readonly #outcomes = new Map<string, Outcome>();
  readonly #capacity: number;

  constructor(capacity = 100) {
    this.#capacity = capacity;
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
    this.#outcomes.delete(name);
    this.#outcomes.set(name, outcome);
    for (const oldest of this.#outcomes.keys()) {
      if (this.#outcomes.size <= this.#capacity) break;
      this.#outcomes.delete(oldest);
    }
  }

  clear(): void {
    this.#outcomes.clear();
  }
}

function nameOf({ kind, model, text, beam, languageId, map }: OutcomeKey): string {
  return JSON.stringify([kind, model, beam, languageId, map, text]);
}
