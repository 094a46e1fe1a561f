/** `npm start`, each of its three ways. What can't be downloaded here is made to fail on purpose. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { underRoot } from '../../scripts/root.ts';
import { installVsCodeServer } from '../../scripts/vscode-server.ts';
import { chromiumMissing, findChromium, launchChromium } from '../chromium.ts';
import { openFile, runCommand, selectLineOf } from './act.ts';
import { webview } from './places.ts';
import { patience } from './workbench.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attention-scope-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('npm start', () => {
  it("opens the user's own VS Code on the sample folder", async () => {
    const started = start({ PATH: fakeCode('1.150.2') });
    expect(await started.ended, started.output()).toBe(0);
    expect(started.output()).toMatch(/tea[\s\S]*VS Code 1\.150\.2 opened/);
    const args = readFileSync(join(folder, 'args'), 'utf8');
    expect(args).toContain(underRoot('sample'));
    expect(args).toContain(`--extensionDevelopmentPath=${underRoot()}`);
  });

  it('serves VS Code behind a token where there is no VS Code and none can be downloaded', async () => {
    await installVsCodeServer(() => {});
    // A proxy that nobody listens on: the download fails whatever the network.
    const started = start({ PATH: fakeCode('1.80.0'), DISPLAY: ':99', npm_config_https_proxy: 'http://127.0.0.1:1' });
    try {
      const address = await started.printed(/http:\/\/127\.0\.0\.1:\S+/);
      expect(started.output()).toMatch(/too old: found 1\.80\.0[\s\S]*could not be downloaded/);
      expect(existsSync(join(folder, 'args'))).toBe(false);
      const withoutToken = new URL(address);
      withoutToken.searchParams.delete('tkn');
      expect((await fetch(withoutToken)).status).toBe(403);
      await translateThere(address);
      started.interrupt();
      await started.ended;
      await expect(fetch(address)).rejects.toThrow();
    } finally {
      started.interrupt();
    }
  });
});

/** Opens a served workbench as a user does, in a folder that is not trusted yet, and translates a sentence. */
async function translateThere(address: string): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error(chromiumMissing);
  await using browser = await launchChromium(chromium);
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(patience);
  await page.goto(address, { waitUntil: 'commit', timeout: patience });
  await page.getByText('Restricted Mode', { exact: true }).waitFor();
  await openFile(page, '1-start-here.md');
  await selectLineOf(page, 'cup');
  await runCommand(page, 'Attention Scope: Translate Selection');
  await webview(page).getByText('thé').first().waitFor();
  await page.screenshot({ path: underRoot('test-output', 'vscode', 'npm-start-served.png'), animations: 'disabled' });
}

/** A `code` on PATH that says its version and writes down how it was called. */
function fakeCode(version: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const code = join(bin, 'code');
  writeFileSync(code, `#!/bin/sh\nif [ "$1" = --version ]; then printf '%s\\n' ${version} abc x64; else echo "$@" > '${join(folder, 'args')}'; fi\n`);
  chmodSync(code, 0o755);
  return [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
}

interface Started {
  readonly ended: Promise<number | null>;
  output(): string;
  /** The first match in what was printed, as soon as it is there. */
  printed(pattern: RegExp): Promise<string>;
  interrupt(): void;
}

function start(env: NodeJS.ProcessEnv): Started {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts'], {
    cwd: underRoot(),
    env: { ...process.env, ...env },
  });
  let output = '';
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    ended,
    output: () => output,
    printed: pattern =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output)?.[0];
          if (found !== undefined) resolve(found);
        };
        child.stdout?.on('data', look);
        look();
        void ended.then(() => reject(new Error(`npm start ended without printing ${pattern}:\n${output}`)));
      }),
    interrupt: () => child.kill('SIGINT'),
  };
}
