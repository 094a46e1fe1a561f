/**
 *   npm start
 *
 * Shows what the product does: a translation with its alignment in the terminal, then the extension on the sample folder
 * in a real VS Code.
 */
import { spawnSync } from 'node:child_process';
import { underRoot } from './root.ts';
import { openEditor } from './open-editor.ts';

const sentence = 'I would like a cup of tea, please.';

console.log(`\n$ attention-scope translate ${JSON.stringify(sentence)}\n`);
const shown = spawnSync(process.execPath, [underRoot('dist', 'attention-scope.mjs'), 'translate', sentence], { stdio: 'inherit' });
if (shown.status === 0) {
  console.log('\nOpening the extension on the sample folder …');
  try {
    await openEditor(underRoot('sample'), line => console.log(line));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} else {
  process.exitCode = 1;
}
