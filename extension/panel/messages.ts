import type { FromPanel, Side } from '../../protocol/panel.ts';

const commands = ['copy', 'replace', 'cancel', 'translate', 'select-model', 'clear-highlight'] as const;
const sides: readonly Side[] = ['source', 'target'];

/** Parses what came out of the webview; `undefined` for anything that is no message of ours. */
export function parseFromPanel(value: unknown): FromPanel | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  switch (value.type) {
    case 'ready':
      return { type: 'ready' };
    case 'point': {
      const side = sides.find(name => 'side' in value && value.side === name);
      const word = 'word' in value ? value.word : undefined;
      if (side === undefined || !(word === undefined || isIndex(word))) return undefined;
      return { type: 'point', side, word };
    }
    case 'run': {
      const command = commands.find(name => 'command' in value && value.command === name);
      return command === undefined ? undefined : { type: 'run', command };
    }
    default:
      return undefined;
  }
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
