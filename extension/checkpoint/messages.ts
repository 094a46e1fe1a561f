import { checkpointCommands, type FromCheckpointPage } from '../../protocol/checkpoint-page.ts';
import { parseMap } from '../panel/messages.ts';

/** Parses what came out of the webview; `undefined` for anything that is no message of ours. */
export function parseFromCheckpointPage(value: unknown): FromCheckpointPage | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  switch (value.type) {
    case 'ready':
      return { type: 'ready' };
    case 'measure': {
      const tensor = 'tensor' in value ? value.tensor : undefined;
      return tensor === undefined || typeof tensor === 'string' ? { type: 'measure', tensor } : undefined;
    }
    case 'map': {
      const map = 'map' in value ? parseMap(value.map) : undefined;
      return map === undefined ? undefined : { type: 'map', map };
    }
    case 'run': {
      const command = checkpointCommands.find(name => 'command' in value && value.command === name);
      return command === undefined ? undefined : { type: 'run', command };
    }
    default:
      return undefined;
  }
}
