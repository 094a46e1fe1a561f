/** Where this system keeps what programs make for their user; ours in a folder of its own. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What can be made anew, and what is to be remembered (XDG Base Directory Specification, on systems that follow it). */
export type UserFolder = 'cache' | 'state';

const variables = { cache: 'XDG_CACHE_HOME', state: 'XDG_STATE_HOME' } as const;

export function userFolder(kind: UserFolder, environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  const named = environment[platform === 'win32' ? 'LOCALAPPDATA' : variables[kind]];
  return join(named !== undefined && isAbsolute(named) ? named : usual(kind, platform), 'attention-scope');
}

function usual(kind: UserFolder, platform: NodeJS.Platform): string {
  if (platform === 'win32') return join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', kind === 'cache' ? 'Caches' : 'Application Support');
  return join(homedir(), ...(kind === 'cache' ? ['.cache'] : ['.local', 'state']));
}
