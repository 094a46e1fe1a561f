/**
 * Runs the same tests inside the desktop VS Code, which @vscode/test-electron downloads: for machines that may download
 * and have a display.
 *
 *   npm run test:electron
 */
import { runTests } from '@vscode/test-electron';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, underRoot } from '../../scripts/root.ts';
import { writeForeignCheckpoints } from './foreign-checkpoints.ts';
import { foreignVariable } from './foreign-places.ts';
import { writeToyModels } from './toy-models.ts';
import { toyModelsVariable } from './toy-places.ts';

const folder = mkdtempSync(join(tmpdir(), 'attention-scope-'));
try {
  cpSync(underRoot('test/fixtures/workspace'), folder, { recursive: true });
  process.exitCode = await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: underRoot('dist', 'test', 'extension-tests.cjs'),
    extensionTestsEnv: { [toyModelsVariable]: await writeToyModels(), [foreignVariable]: await writeForeignCheckpoints() },
    launchArgs: [folder, '--disable-workspace-trust', '--disable-extensions', '--skip-welcome'],
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
