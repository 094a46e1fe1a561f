import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 *   unit    beside the sources, and what needs more than one room but neither browser nor editor
 *   panel   the panel in a real Chromium
 *   editor  a real VS Code, acted in as a user does
 *   long    what takes minutes and is no part of `npm test`
 */
export default defineConfig({
  test: {
    // A native engine may be loaded: a process for each file, never threads.
    pool: 'forks',
    // Many wait for processes of their own more than they compute: on two cores, two at once.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{protocol,trainer,extension,webview,scripts}/**/*.test.ts', 'test/{worker,scripts,bench,fuzz,slurm}/**/*.test.ts'],
          exclude: ['**/*.long.test.ts', '**/node_modules/**'],
        },
      },
      { extends: true, test: { name: 'panel', include: ['test/panel/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'editor', include: ['test/vscode/**/*.test.ts'], exclude: ['**/*.long.test.ts'], testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false },
      },
      { extends: true, test: { name: 'long', include: ['**/*.long.test.ts'], exclude: ['**/node_modules/**'], testTimeout: 1_800_000, fileParallelism: false } },
    ],
  },
});
