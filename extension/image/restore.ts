import type * as vscode from 'vscode';
import { uriOfState } from './messages.ts';

/** What restoring needs of the rest of the extension. */
export interface RestoreHost {
  /** Whether a panel is open by now. */
  isOpen(): boolean;
  restore(panel: vscode.WebviewPanel, uri: string | undefined): void;
  /** Reads the image anew and asks about it: what is too large to be kept is asked for again. */
  show(uri: string): Promise<void>;
}

/** Brings an image panel back after a reload; the page itself knows how the user had left it. */
export function restoreImage(panel: vscode.WebviewPanel, state: unknown, host: RestoreHost): void {
  if (host.isOpen()) {
    // The user was faster, and looks at another one.
    panel.dispose();
    return;
  }
  const uri = uriOfState(state);
  host.restore(panel, uri);
  // VS Code shows nothing in the panel until this returns: nobody waits for the model here.
  if (uri !== undefined) void host.show(uri);
}
