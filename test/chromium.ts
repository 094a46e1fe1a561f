/** Where a Chromium can be found on this machine, for the tests that need a real browser. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The path of a Chromium: `CHROMIUM_PATH` where it is set, else Debian's, else one on PATH, else Playwright's own;
 * `undefined` where there is none.
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return isExecutable(named) ? named : undefined;
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  const candidates = ['/usr/bin/chromium', ...folders.flatMap(folder => names.map(name => join(folder, name)))];
  return candidates.find(isExecutable) ?? playwrightsOwn();
}

/** The one line to print where `findChromium` found nothing. */
export const chromiumMissing =
  'No Chromium found: install one (Debian: apt install chromium; anywhere: npx playwright-core install chromium) ' +
  'or set CHROMIUM_PATH.';

/** Starts the Chromium that was found, headless, with nothing going out to the network. */
export function launchChromium(executablePath: string, more: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Promise<Browser> {
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...environment },
    headless: true,
    // A busy machine may take its time.
    timeout: 120_000,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', ...more,
    ],
  });
}

function playwrightsOwn(): string | undefined {
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
