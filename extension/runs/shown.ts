import type { Memento } from 'vscode';
import { runOrders, type RunOrder } from './arrange.ts';
import { parseQuery, type RunQuery } from './query.ts';

const filterKey = 'attentionScope.runs.filter';
const orderKey = 'attentionScope.runs.order';

/** Which runs are shown in what order: remembered for the workspace. */
export class RunsShown {
  readonly #memory: Memento;
  readonly #listeners = new Set<() => void>();
  #filter: string;
  #order: RunOrder;
  #query: RunQuery;

  constructor(memory: Memento) {
    this.#memory = memory;
    const filter = memory.get<unknown>(filterKey);
    const order = memory.get<unknown>(orderKey);
    this.#filter = typeof filter === 'string' ? filter : '';
    this.#order = runOrders.find(one => one === order) ?? 'started';
    this.#query = parseQuery(this.#filter);
  }

  /** As it was written; empty shows all. */
  get filter(): string {
    return this.#filter;
  }

  get query(): RunQuery {
    return this.#query;
  }

  get order(): RunOrder {
    return this.#order;
  }

  setFilter(filter: string): void {
    this.#filter = filter.trim();
    this.#query = parseQuery(this.#filter);
    void this.#memory.update(filterKey, this.#filter);
    this.#tell();
  }

  setOrder(order: RunOrder): void {
    this.#order = order;
    void this.#memory.update(orderKey, order);
    this.#tell();
  }

  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
