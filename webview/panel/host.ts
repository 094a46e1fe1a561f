/** The extension, as the panel sees it. */
import type { FromPanel, ToPanel } from '../../protocol/panel.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  send(message: FromPanel): void;
  recall(): unknown;
  remember(state: unknown): void;
  /** Returns what stops listening. */
  listen(receive: (message: ToPanel) => void): () => void;
}

/** May be called once in a page's life: VS Code hands its API out only once. */
export function connect(): Host {
  const api = acquireVsCodeApi();
  return {
    send: message => api.postMessage(message),
    recall: () => api.getState(),
    remember: state => api.setState(state),
    listen: receive => {
      const listener = ({ data }: MessageEvent<unknown>): void => {
        if (isToPanel(data)) receive(data);
      };
      window.addEventListener('message', listener);
      return () => window.removeEventListener('message', listener);
    },
  };
}

const types: ReadonlySet<unknown> = new Set<ToPanel['type']>(['show', 'begin', 'progress', 'end', 'failed', 'highlight']);

/** Only the extension can post here, in its own types; anything else is another library's message. */
function isToPanel(data: unknown): data is ToPanel {
  return typeof data === 'object' && data !== null && 'type' in data && types.has(data.type);
}
