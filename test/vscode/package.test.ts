/** The VSIX of this platform, installed in a real VS Code that knows nothing of this checkout. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFor, type Packaged } from '../../scripts/package.ts';
import { run } from '../../scripts/run.ts';
import { isTarget } from '../../scripts/targets.ts';
import { openFile, runCommand, selectLineOf } from './act.ts';
import { webview } from './places.ts';
import { openWorkbench } from './workbench.ts';

const here = `${process.platform}-${process.arch}`;
const sentence = 'I would like a cup of tea, please.';

let folder: string;
let packages: readonly Packaged[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attention-scope-'));
  if (!isTarget(here)) throw new Error(`No VSIX is made for ${here}.`);
  packages = await packageFor([here, 'darwin-x64'], folder);
  for (const { target, file } of packages) {
    const unzipped = await run('unzip', ['-q', file, '-d', join(folder, target)]);
    expect(unzipped.code, unzipped.output).toBe(0);
  }
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the VSIX of this platform', () => {
  it('translates in a VS Code where it was installed', async () => {
    const vsix = packages.find(one => one.target === here)?.file ?? '';
    await using workbench = await openWorkbench({ extension: { vsix } });
    const { page } = workbench;
    await openFile(page, 'story.txt');
    await selectLineOf(page, 'cup');
    await runCommand(page, 'Attention Scope: Translate Selection');
    await webview(page).getByText('thé').first().waitFor();
    await workbench.screenshot('installed-from-vsix');
  });
});

describe('the command line inside', () => {
  it('draws a map in pixels, with the font that it carries', async () => {
    const file = join(folder, 'map.png');
    for (const { target } of packages) {
      await runIn(target, 'attend', join(folder, target, 'extension', 'media', 'models', 'de-en'), '--text', 'Der Hund schläft.', '--export', file);
      expect(decode(readFileSync(file)).width).toBeGreaterThan(400);
    }
  });
});

describe('the VSIX for Intel Macs', () => {
  it('translates on WebAssembly alone, as the native one does', async () => {
    const translations = await Promise.all(packages.map(one => translateWith(one)));
    expect(translations[0]).toMatch(/thé/);
    expect(translations[1]).toBe(translations[0]);
  });
});

async function translateWith({ target }: Packaged): Promise<string> {
  return (JSON.parse(await runIn(target, 'translate', '--json', sentence)) as { target: { text: string } }).target.text;
}

/** Runs the command line inside an unpacked VSIX. */
async function runIn(target: Packaged['target'], ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, ...(target === 'darwin-x64' ? { ATTENTION_SCOPE_RUNTIME: 'web' } : {}) };
  const program = join(folder, target, 'extension', 'dist', 'attention-scope.mjs');
  const result = await run(process.execPath, [program, ...args], { env, timeout: 120_000 });
  expect(result.code, result.output).toBe(0);
  return result.stdout;
}
