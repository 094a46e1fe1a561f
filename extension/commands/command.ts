import type { App } from '../app.ts';

/** One command: its id in package.json, and what it does. A thrown `Failure` is shown to the user. */
export interface Command {
  readonly id: `attentionScope.${string}`;
  run(app: App, ...parameters: readonly unknown[]): Promise<void> | void;
}
