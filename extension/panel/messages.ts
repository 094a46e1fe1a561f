import type { FromPanel, PanelCommand, Side } from '../../protocol/panel.ts';
import type { MapId } from '../../protocol/trace.ts';

const commands: readonly PanelCommand[] = ['copy', 'replace', 'insert', 'cancel', 'again', 'translate', 'select-model', 'clear-highlight'];
const sides: readonly Side[] = ['source', 'target'];
const mapKinds: readonly MapId['kind'][] = ['cross', 'encoder', 'decoder'];

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
    case 'map': {
      const map = 'map' in value ? parseMap(value.map) : undefined;
      return map === undefined ? undefined : { type: 'map', map };
    }
    case 'run': {
      const command = commands.find(name => 'command' in value && value.command === name);
      return command === undefined ? undefined : { type: 'run', command };
    }
    default:
      return undefined;
  }
}

/** A map, out of what a page or another command says. */
export function parseMap(value: unknown): MapId | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const kind = mapKinds.find(name => 'kind' in value && value.kind === name);
  const layer = 'layer' in value ? value.layer : undefined;
  const head = 'head' in value ? value.head : undefined;
  if (kind === undefined || !isIndex(layer) || !(head === 'mean' || isIndex(head))) return undefined;
  return { kind, layer, head };
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
