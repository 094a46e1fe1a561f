import type { ModelInfo, Task } from '../protocol/server.ts';
import { modelFor } from './session/models.ts';
import { readModel, readModelChoice } from './settings.ts';

export interface ModelsHost {
  /** Which models there are. */
  list(): Promise<readonly ModelInfo[]>;
  /** Lets the user choose one of a task; `undefined` when they would not. */
  ask(task: Task): Promise<string | undefined>;
}

/** Which model each task is done with, and how people call it. */
export class Models {
  readonly #host: ModelsHost;
  readonly #names = new Map<string, string>();
  /** Those that were taken for a task without being chosen in the settings. */
  readonly #taken = new Map<Task, string>();

  constructor(host: ModelsHost) {
    this.#host = host;
  }

  /**
   * The model to use for a task; asks the user where there are several and none is chosen.
   * @throws NoModel
   * @throws Failure `untrusted-workspace`
   */
  async of(task: Task): Promise<string> {
    const model = await modelFor(task, { ...readModelChoice(task), ...this.#host });
    this.#taken.set(task, model);
    return model;
  }

  /** The id or folder of a task's model, as far as it is known. */
  idOf(task: Task): string | undefined {
    return this.#taken.get(task) ?? readModel(task);
  }

  /** What people call it, once that is known. */
  nameOf(task: Task): string | undefined {
    const id = this.idOf(task);
    return id === undefined ? undefined : this.called(id);
  }

  /** What people call a model that is listed; `undefined` of others. */
  called(id: string): string | undefined {
    return this.#names.get(id);
  }

  /** These models are there. */
  learn(models: readonly ModelInfo[]): void {
    for (const { id, name } of models) this.#names.set(id, name);
  }

  /** The settings name other models, perhaps. */
  forget(): void {
    this.#taken.clear();
  }
}
