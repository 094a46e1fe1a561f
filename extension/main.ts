import type { ExtensionContext } from 'vscode';
import { App } from './app.ts';
import { registerCommands } from './commands/index.ts';

let app: App | undefined;

/**
 * Called by VS Code when a command of ours is first used, or a panel is to be restored. What it returns is for the
 * extension's own tests.
 */
export function activate(context: ExtensionContext): App {
  app = new App(context);
  context.subscriptions.push(...registerCommands(app));
  return app;
}

export async function deactivate(): Promise<void> {
  await app?.worker.stop();
}
