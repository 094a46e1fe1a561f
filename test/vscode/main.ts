/**
 * Runs the extension's own tests (dist/test/extension-tests.cjs) inside a real VS Code in a headless Chromium.
 *
 *   npm run test:vscode
 *
 * Everything that the page and the extension host wrote to their consoles is kept in test-output/vscode/console.log.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { underRoot } from '../../scripts/root.ts';
import { harnessVariable } from './requests.ts';
import { serveRequests } from './serve-requests.ts';
import { writeForeignCheckpoints } from './foreign-checkpoints.ts';
import { foreignVariable } from './foreign-places.ts';
import { writeToyModels } from './toy-models.ts';
import { toyModelsVariable } from './toy-places.ts';
import { openWorkbench } from './workbench.ts';

const limit = 15 * 60_000;

mkdirSync(underRoot('test-output', 'vscode'), { recursive: true });
const consoleLog = createWriteStream(underRoot('test-output', 'vscode', 'console.log'));
const timer = setTimeout(() => {
  console.error(`The tests did not end within ${limit / 60_000} minutes.`);
  process.exit(124);
}, limit);

await using requests = await serveRequests(line => console.log(line));
await using workbench = await openWorkbench({
  testsEntry: underRoot('dist', 'test', 'extension-tests.cjs'),
  env: { [harnessVariable]: requests.address, [toyModelsVariable]: await writeToyModels(), [foreignVariable]: await writeForeignCheckpoints() },
  onConsole: (kind, line) => consoleLog.write(`[${kind}] ${line}\n`),
});
requests.use(workbench);
process.exitCode = await workbench.testsEnded;
if (process.exitCode !== 0) console.log('The tests failed; more is in test-output/vscode/console.log.');
clearTimeout(timer);
consoleLog.end();
