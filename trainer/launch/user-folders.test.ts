import { join } from 'node:path';
import { expect, test } from 'vitest';
import { userFolder } from './user-folders.ts';

test('what is kept for a user is where the system keeps such things', () => {
  expect(userFolder('cache', { XDG_CACHE_HOME: '/var/cache/me' }, 'linux')).toBe(join('/var/cache/me', 'attention-scope'));
  expect(userFolder('state', { XDG_STATE_HOME: '/var/state/me' }, 'linux')).toBe(join('/var/state/me', 'attention-scope'));
  expect(userFolder('cache', { XDG_CACHE_HOME: 'relative' }, 'linux')).toMatch(/\.cache.attention-scope$/);
  expect(userFolder('state', {}, 'linux')).toMatch(/\.local.state.attention-scope$/);
  expect(userFolder('cache', {}, 'darwin')).toMatch(/Library.Caches.attention-scope$/);
});
