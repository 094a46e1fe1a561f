/** A model that is looked at, and in which inspection. */
export interface Looked {
  readonly inspection: string;
  readonly model: string;
}

/** Which model the status bar tells of: whoever chooses one wants to see it there, though a page in front shows what another one did. */
export class LatestModel {
  #chosen: string | undefined;
  /** The inspection that was in front when a model was chosen. */
  #passedOver: string | undefined;

  /** @returns the model that is looked at, where nothing was chosen since */
  inspected(chosen: string | undefined, inFront: Looked | undefined): string | undefined {
    if (chosen !== this.#chosen && this.#chosen !== undefined) this.#passedOver = inFront?.inspection;
    this.#chosen = chosen;
    if (inFront?.inspection !== this.#passedOver) this.#passedOver = undefined;
    return this.#passedOver === undefined ? inFront?.model : undefined;
  }
}
