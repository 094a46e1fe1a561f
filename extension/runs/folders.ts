import { isAbsolute, resolve } from 'node:path';

/** Where runs are where the setting says nothing. */
const usual = 'runs';

/**
 * The absolute folders that a setting names: a relative one in every folder of the workspace, so that each has its own.
 * @param workspace absolute
 */
export function runsFolders(setting: string, workspace: readonly string[], home: string): readonly string[] {
  const written = setting.trim() === '' ? usual : setting.trim();
  const folder = written === '~' || written.startsWith('~/') ? home + written.slice(1) : written;
  if (isAbsolute(folder)) return [resolve(folder)];
  return [...new Set(workspace.map(parent => resolve(parent, folder)))];
}
