/**
 *   npm test
 *
 * Builds, checks the types, and runs every suite: unit and worker tests, the panel in a real Chromium, the extension in a
 * real VS Code. The last line is the sum of all of them.
 */
import { chromiumMissing, findChromium } from '../test/chromium.ts';
import { installChromium } from './install-chromium.ts';
import { closingLine, noTests, sum, type Tally, tallyOfClosingLine, tallyOfVitest } from './tally.ts';
import { underRoot } from './root.ts';
import { run } from './run.ts';

const minute = 60_000;
const tsx = ['--import', 'tsx'];

async function main(): Promise<Tally> {
  const built = await step('Build', ['scripts/build.ts']);
  if (built.failed > 0) return built;
  const tallies = [await typecheck(), await vitest('Unit and worker tests', 'unit')];

  if ((findChromium() ?? (await installChromium(print))) === undefined) {
    print(`Skipped: the panel's and the extension's tests. ${chromiumMissing}`);
    return sum([...tallies, { ...noTests, skipped: 3 }]);
  }
  tallies.push(await vitest('The panel in a real Chromium', 'panel'));
  if (process.platform === 'linux') {
    tallies.push(await extensionTests('test/vscode/main.ts'), await vitest('The workbench as a user acts in it', 'editor'));
  } else {
    print("Skipped: the tests that act in the workbench. VS Code's server from the npm registry runs on Linux only.");
    tallies.push(await extensionTests('test/vscode/electron.ts'), { ...noTests, skipped: 1 });
  }
  return sum(tallies);
}

/** A step that is no test: it counts only when it fails. */
async function step(title: string, args: readonly string[]): Promise<Tally> {
  heading(title);
  const { code } = await run(process.execPath, [...tsx, ...args], { onLine: print, timeout: 5 * minute });
  return code === 0 ? noTests : { ...noTests, failed: 1 };
}

async function typecheck(): Promise<Tally> {
  heading('Types');
  const rooms = ['protocol', 'trainer', 'webview', 'extension', 'scripts'];
  const results = await Promise.all(rooms.map(room => run(process.execPath, [underRoot('node_modules/typescript/bin/tsc'), '-p', room])));
  results.forEach(result => result.output === '' || print(result.output.trimEnd()));
  return { ...noTests, failed: results.filter(result => result.code !== 0).length };
}

async function vitest(title: string, project: string): Promise<Tally> {
  heading(title);
  const report = underRoot('test-output', `${project}.json`);
  const args = [
    underRoot('node_modules/vitest/vitest.mjs'), 'run', '--project', project,
    '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
  ];
  const { code } = await run(process.execPath, args, { onLine: print, timeout: 30 * minute });
  return tallyOfVitest(report, code);
}

async function extensionTests(host: string): Promise<Tally> {
  heading('The extension inside a real VS Code');
  const { code, output } = await run(process.execPath, [...tsx, host], { onLine: print, timeout: 20 * minute });
  return tallyOfClosingLine(output, code);
}

function heading(title: string): void {
  print(`\n${title}`);
}

function print(line: string): void {
  console.log(line);
}

process.chdir(underRoot());
const tally = await main();
print(`\n${closingLine(tally)}`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
