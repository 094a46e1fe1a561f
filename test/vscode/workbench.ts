/**
 * A real VS Code in a headless Chromium: the server from the npm registry, the extension in development (or installed
 * from a VSIX), a fresh profile, and a temporary copy of a workspace. Used by the extension's own tests and by tests
 * that act as a user does.
 */
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { atExit } from '../../scripts/at-exit.ts';
import { root, underRoot } from '../../scripts/root.ts';
import { run } from '../../scripts/run.ts';
import { writeServerSettings } from '../../scripts/server-settings.ts';
import { installVsCodeServer, startVsCodeServer } from '../../scripts/vscode-server.ts';
import { chromiumMissing, findChromium, launchChromium } from '../chromium.ts';

/** The three kinds of theme that everything must be readable in. */
export const themes = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'high-contrast': 'Default High Contrast',
} as const;
export type Theme = keyof typeof themes;

/** How long anything in the workbench may take, in milliseconds: a machine that trains a model meanwhile is slow. */
export const patience = 180_000;

export interface WorkbenchOptions {
  /** Copied to a temporary folder, which is then opened. Default: test/fixtures/workspace. */
  readonly workspace?: string;
  readonly theme?: Theme;
  /** Puts more into the copy of the workspace before it is opened; answers with settings that depend on where it is. */
  readonly prepare?: (folder: string) => Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The extension's folder, or a VSIX to install. Default: this project. */
  readonly extension?: { readonly folder: string } | { readonly vsix: string };
  /** A CommonJS module that exports `run()`, executed in the extension host. */
  readonly testsEntry?: string;
  /** Keep Workspace Trust on; the folder then opens untrusted until the user says otherwise. */
  readonly trust?: boolean;
  /** More of the environment of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Each line that the page or the tests write to their console. */
  readonly onConsole?: (kind: string, line: string) => void;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Given the server's port, another that leads there: the browser reaches it through that alone. */
  readonly through?: (port: number) => Promise<number>;
}

export interface Workbench extends AsyncDisposable {
  readonly page: Page;
  /** The temporary copy of the workspace. */
  readonly folder: string;
  /** The server's own folder: logs are under data/logs. */
  readonly dataFolder: string;
  /** Resolves with the exit status of `testsEntry`. */
  readonly testsEnded: Promise<number>;
  /** Saves test-output/vscode/NAME.png. */
  screenshot(name: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Opens a workbench and waits until it is drawn.
 *
 * @throws Error naming what to install where there is no Chromium, or VS Code's server can't be installed.
 */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const chromiumPath = findChromium();
  if (chromiumPath === undefined) throw new Error(chromiumMissing);
  const server = await installVsCodeServer(line => console.log(line));
  const extension = options.extension ?? { folder: root };

  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'attention-scope-')));
  const removeTemporary = (): void => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  const withdraw = atExit(removeTemporary);
  const folder = join(temporary, 'workspace');
  const dataFolder = join(temporary, 'server');
  cpSync(options.workspace ?? underRoot('test/fixtures/workspace'), folder, { recursive: true });
  writeServerSettings(dataFolder, {
    'workbench.colorTheme': themes[options.theme ?? 'dark'],
    // Nothing moves.
    'workbench.reduceMotion': 'on',
    'editor.cursorBlinking': 'solid',
    'editor.minimap.enabled': false,
    'window.confirmBeforeClose': 'never',
    ...options.settings,
    ...options.prepare?.(folder),
  });
  if ('vsix' in extension) await installExtension(server, dataFolder, extension.vsix);

  const running = await startVsCodeServer(server, dataFolder, { kind: options.trust === true ? 'test-trust' : 'test' }, {
    // What the extension keeps for its user is nobody's here.
    XDG_CACHE_HOME: join(temporary, 'cache'),
    XDG_STATE_HOME: join(temporary, 'state'),
    ...options.env,
  });
  const reached = new URL(running.address);
  if (options.through !== undefined) reached.port = String(await options.through(running.port));
  const browser = await launchChromium(chromiumPath);
  const close = async (): Promise<void> => {
    await browser.close();
    await running.stop();
    removeTemporary();
    withdraw();
  };
  try {
    const context = await browser.newContext({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: reached.origin });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    page.setDefaultNavigationTimeout(patience);
    let pageDied: (reason: Error) => void;
    const died = new Promise<never>((_, reject) => (pageDied = reject));
    page.once('crash', () => pageDied(new Error('The page crashed.')));
    died.catch(() => {});
    await page.exposeFunction('codeAutomationLog', (kind: string, args: readonly unknown[]) => options.onConsole?.(kind, lineOf(args)));
    const exit = new Promise<number>(resolve => void page.exposeFunction('codeAutomationExit', resolve));

    const remote = (path: string): string => `vscode-remote://${reached.host}${path}`;
    const payload: [string, string][] = [];
    if ('folder' in extension) payload.push(['extensionDevelopmentPath', remote(extension.folder)]);
    if (options.testsEntry !== undefined) payload.push(['extensionTestsPath', remote(options.testsEntry)]);
    const address = new URL(reached);
    address.searchParams.set('folder', folder);
    address.searchParams.set('payload', JSON.stringify(payload));
    await page.goto(address.href, { waitUntil: 'commit' });
    await page.locator('.monaco-workbench .part.statusbar').waitFor();

    return {
      page,
      folder,
      dataFolder,
      testsEnded: Promise.race([exit, died]),
      screenshot: async name => {
        const file = underRoot('test-output', 'vscode', `${name}.png`);
        // A fade in progress is drawn as it ends.
        await page.screenshot({ path: file, animations: 'disabled' });
        return file;
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function installExtension(server: { node: string; main: string }, dataFolder: string, vsix: string): Promise<void> {
  const result = await run(server.node, [
    server.main, '--server-data-dir', dataFolder, '--extensions-dir', join(dataFolder, 'extensions'), '--install-extension', vsix,
  ]);
  if (result.code !== 0 || !result.output.includes('successfully installed')) throw new Error(`${vsix} can't be installed:\n${result.output}`);
}

function lineOf(args: readonly unknown[]): string {
  return args.map(arg => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ');
}
