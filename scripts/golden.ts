/**
 *   npm run golden
 *
 * Takes the golden pictures in `test/golden/` anew, of what looks otherwise than they do: they are to be looked at before they are kept.
 */
import { underRoot } from './root.ts';
import { run } from './run.ts';

const args = [underRoot('node_modules/vitest/vitest.mjs'), 'run', '--project', 'panel', 'test/panel/golden.test.ts'];
const env = { ...process.env, ATTENTION_SCOPE_GOLDEN: 'take' };
process.exitCode = (await run(process.execPath, args, { cwd: underRoot(), env, onLine: line => console.log(line) })).code;
