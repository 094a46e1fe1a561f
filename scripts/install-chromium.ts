/** Puts a Chromium on this machine where we may: as root, with Debian's package manager. */
import { findChromium } from '../test/chromium.ts';
import { run } from './run.ts';

/** The path of the Chromium, or `undefined` where it could not be installed. */
export async function installChromium(report: (line: string) => void): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  if ((await run('apt-get', ['--version'])).code !== 0) return undefined;
  report("No Chromium found: installing Debian's …");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env });
  await run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium', 'fonts-liberation'], { env });
  return findChromium();
}
