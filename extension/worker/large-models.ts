import { Failure } from '../../protocol/failure.ts';
import type { RunsModel } from '../../protocol/server.ts';
import type { Ask, Methods, RunningMethod } from './methods.ts';

/** Models that need more memory than is free: the user is asked before one is loaded, once a model. */
export class LargeModels {
  readonly #ask: Ask<RunningMethod>;
  readonly #confirm: (notice: string) => Promise<boolean>;
  readonly #allowed = new Set<string>();

  /** @param confirm tells the user, and resolves to whether to go on */
  constructor(ask: Ask<RunningMethod>, confirm: (notice: string) => Promise<boolean>) {
    this.#ask = ask;
    this.#confirm = confirm;
  }

  /** Asks the worker to run a model. @throws Failure `cancelled` where the user would rather not */
  readonly ask: Ask<RunningMethod> = async (method, params, signal, onProgress) => {
    const model = modelOf(params);
    if (this.#allowed.has(model)) return this.#ask(method, evenIfLarge(params), signal, onProgress);
    try {
      return await this.#ask(method, params, signal, onProgress);
    } catch (error) {
      // The connection is a bundle of its own, with a class of its own: what it throws is told by its data.
      const { code, message } = Failure.from(error);
      if (code !== 'not-enough-memory') throw error;
      if (!(await this.#confirm(message))) throw new Failure('cancelled', 'The model was not loaded.', 'Ask again when you want it.', { cause: error });
      this.#allowed.add(model);
      signal.throwIfAborted();
      return this.#ask(method, evenIfLarge(params), signal, onProgress);
    }
  };
}

/** What it is asked of: a model, or a pass of one. */
function modelOf(params: Methods[RunningMethod]['params']): string {
  return 'model' in params ? params.model : params.inspection;
}

function evenIfLarge<Params extends Methods[RunningMethod]['params']>(params: Params): Params & RunsModel {
  return { ...params, evenIfLarge: true };
}
