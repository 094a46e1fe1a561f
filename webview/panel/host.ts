/** The extension, as a webview's page sees it. */

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** @typeParam From what the page says; `To` what it is told. */
export interface Host<From, To> {
  send(message: From): void;
  recall(): unknown;
  remember(state: unknown): void;
  /** Returns what stops listening. */
  listen(receive: (message: To) => void): () => void;
}

/**
 * May be called once in a page's life: VS Code hands its API out only once.
 * @param types of the messages to the page. Only the extension can post here, in its own types; anything else is another
 * library's message.
 */
export function connect<From, To extends { readonly type: string }>(types: ReadonlySet<To['type']>): Host<From, To> {
  const api = acquireVsCodeApi();
  const isOurs = (data: unknown): data is To =>
    typeof data === 'object' && data !== null && 'type' in data && (types as ReadonlySet<unknown>).has(data.type);
  return {
    send: message => api.postMessage(message),
    recall: () => api.getState(),
    remember: state => api.setState(state),
    listen: receive => {
      const listener = ({ data }: MessageEvent<unknown>): void => {
        if (isOurs(data)) receive(data);
      };
      window.addEventListener('message', listener);
      return () => window.removeEventListener('message', listener);
    },
  };
}
