import type { ToPanel } from '../../protocol/panel.ts';
import type { Kind, Outcome } from '../../protocol/outcome.ts';

/**
 * What the panel shows, as the messages that bring a fresh webview to the same picture: VS Code destroys a hidden
 * webview's page, and a new one asks for its state.
 */
export class PanelContent {
  #pass: readonly ToPanel[] = [{ type: 'show', outcome: undefined }];
  #highlight: ToPanel | undefined;

  record(message: ToPanel): void {
    switch (message.type) {
      case 'highlight':
        this.#highlight = message.word === undefined ? undefined : message;
        return;
      case 'show':
        this.#pass = [message];
        break;
      case 'begin':
        this.#pass = message.keeps === true ? [...this.#shown(), message] : [message];
        break;
      case 'end':
        this.#pass = [{ type: 'show', outcome: message.outcome }];
        break;
      case 'progress':
      case 'failed':
        this.#pass = [...this.#pass, message];
        break;
    }
    this.#highlight = undefined;
  }

  /** The whole outcome that is shown, if there is one. */
  get outcome(): Outcome | undefined {
    const [first] = this.#pass;
    return first?.type === 'show' ? first.outcome : undefined;
  }

  /** What is shown, whole or not. */
  get kind(): Kind | undefined {
    const [first] = this.#pass;
    return first?.type === 'begin' ? first.kind : this.outcome?.kind;
  }

  /** The whole outcome, as it is told. */
  #shown(): readonly ToPanel[] {
    return this.outcome === undefined ? [] : this.#pass.slice(0, 1);
  }

  replay(): readonly ToPanel[] {
    return this.#highlight === undefined ? this.#pass : [...this.#pass, this.#highlight];
  }
}
