import type { FromImagePanel, ImageCommand } from '../../protocol/image-panel.ts';

const commands: readonly ImageCommand[] = ['copy', 'cancel', 'again', 'select-model'];

/** Parses what came out of the webview; `undefined` for anything that is no message of ours. */
export function parseFromImagePanel(value: unknown): FromImagePanel | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (value.type === 'ready') return { type: 'ready' };
  if (value.type !== 'run') return undefined;
  const command = commands.find(name => 'command' in value && value.command === name);
  return command === undefined ? undefined : { type: 'run', command };
}

/** The URI of the image that a restored panel showed, out of the state that VS Code kept for its page. */
export function uriOfState(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('uri' in state)) return undefined;
  return typeof state.uri === 'string' && state.uri !== '' ? state.uri : undefined;
}
