import type * as vscode from 'vscode';

/** As much of VS Code's panel as a page needs, and what was done with it. */
export function fakePanel() {
  const posted: unknown[] = [];
  let onView: () => void = () => undefined;
  let onDispose: () => void = () => undefined;
  const panel = {
    visible: true,
    disposed: false,
    webview: {
      cspSource: 'https://here', options: {}, html: '',
      onDidReceiveMessage: () => ({ dispose: () => undefined }),
      asWebviewUri: (uri: unknown) => String(uri),
      postMessage: (message: unknown) => Promise.resolve(posted.push(message) > 0),
    },
    onDidChangeViewState: (listener: () => void) => void (onView = listener),
    onDidDispose: (listener: () => void) => void (onDispose = listener),
    dispose: () => {
      panel.disposed = true;
      onDispose();
    },
  };
  const setVisible = (visible: boolean): void => {
    panel.visible = visible;
    onView();
  };
  return { posted, setVisible, isDisposed: () => panel.disposed, panel: panel as unknown as vscode.WebviewPanel };
}
