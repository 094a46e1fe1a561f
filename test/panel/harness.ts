/** The panels in a page of a real browser, in the very HTML, policy included, that the extension writes. */
import { basename } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { pageHtml, pages } from '../../extension/panel/html.ts';
import type { FromCheckpointPage, ToCheckpointPage } from '../../protocol/checkpoint-page.ts';
import type { FromImagePanel, ToImagePanel } from '../../protocol/image-panel.ts';
import type { FromInspectPage, ToInspectPage } from '../../protocol/inspect-page.ts';
import type { FromPanel, ToPanel } from '../../protocol/panel.ts';
import type { FromRunPage, ToRunPage } from '../../protocol/run-page.ts';
import { panel } from '../../scripts/build.ts';
import { themes, type Theme, type ThemeName } from './themes.ts';

const origin = 'http://panel.test';
const nonce = 'n0nce4tests';

export type PageName = keyof typeof pages;

const htmlOf = (name: PageName): string =>
  pageHtml(pages[name], { cspSource: origin, script: `${origin}/${name}.js`, style: `${origin}/${name}.css`, nonce });

/** The pages' scripts and style sheets, by their names. */
export type Bundle = ReadonlyMap<string, string>;

/** Bundles the panels as the product does, but in memory. */
export async function bundlePanel(): Promise<Bundle> {
  const { outputFiles } = await build({ ...panel, write: false, logLevel: 'warning' });
  return new Map(outputFiles.map(file => [basename(file.path), file.text]));
}

export interface OpenOptions {
  /** Which page; the panel's if left out. */
  readonly page?: PageName;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly deviceScaleFactor?: number;
  /** Use the browser's own window and scale, instead of emulating them. */
  readonly ownWindow?: boolean;
  readonly reducedMotion?: boolean;
  /** What VS Code kept of an earlier life of the panel. */
  readonly state?: unknown;
}

type FromAny = FromInspectPage | FromPanel | FromImagePanel | FromCheckpointPage | FromRunPage;
type ToAny = ToInspectPage | ToPanel | ToImagePanel | ToCheckpointPage | ToRunPage;

/** What the page keeps for the tests. */
interface Recorder {
  sent: (FromAny)[];
  state: unknown;
  violations: string[];
}
declare global {
  var recorder: Recorder;
}

export class PanelPage {
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {}

  static async open(browser: Browser, bundle: Bundle, options: OpenOptions = {}): Promise<PanelPage> {
    const context = await browser.newContext({
      ...(options.ownWindow === true ? { viewport: null } : {
        viewport: { width: options.width ?? 720, height: options.height ?? 760 },
        deviceScaleFactor: options.deviceScaleFactor ?? 1,
      }),
      reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
    });
    // The test's own time-out is the only one.
    context.setDefaultTimeout(0);
    await context.route('**/*', route => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: htmlOf(options.page ?? 'panel') });
      const body = bundle.get(pathname.slice(1));
      const contentType = pathname.endsWith('.js') ? 'text/javascript' : 'text/css';
      return body === undefined ? route.abort() : route.fulfill({ contentType, body });
    });
    const self = new PanelPage(await context.newPage());
    self.page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') self.errors.push(message.text());
    });
    self.page.on('pageerror', error => self.errors.push(String(error)));
    // Compilers that keep function names call this helper, which functions sent to a page must find there.
    await self.page.addInitScript('globalThis.__name ??= named => named');
    await self.page.addInitScript(emulateHost, { state: options.state, theme: themes[options.theme ?? 'dark'] });
    await self.page.goto(`${origin}/`);
    await self.page.waitForFunction(() => globalThis.recorder.sent.length > 0);
    return self;
  }

  /** Posts messages as the extension does, and waits until they are drawn. */
  async post(...messages: readonly (ToAny)[]): Promise<void> {
    await this.page.evaluate(all => {
      for (const message of all) window.postMessage(message, '*');
    }, [...messages]);
    await this.settle();
  }

  /** Waits until everything that was asked for is on the screen. */
  async settle(): Promise<void> {
    await this.page.evaluate(async () => {
      await new Promise(done => setTimeout(done, 60));
      for (let frame = 0; frame < 3; frame++) await new Promise(done => requestAnimationFrame(done));
    });
  }

  sent(): Promise<(FromAny)[]> {
    return this.page.evaluate(() => globalThis.recorder.sent);
  }

  async lastSent(): Promise<FromAny | undefined> {
    return (await this.sent()).at(-1);
  }

  state(): Promise<unknown> {
    return this.page.evaluate(() => globalThis.recorder.state);
  }

  violations(): Promise<string[]> {
    return this.page.evaluate(() => globalThis.recorder.violations);
  }

  async setTheme(name: ThemeName): Promise<void> {
    await this.page.evaluate(applyTheme, themes[name] as Theme);
    await this.settle();
  }

  /** How much the map's last frame drew. */
  drawn(): Promise<{ cells: number; labels: number }> {
    return this.page.locator('attention-map').evaluate(map => ('drawn' in map ? map.drawn : undefined) as { cells: number; labels: number });
  }

  canvas(): Promise<{ width: number; height: number; cssWidth: number; cssHeight: number; ratio: number }> {
    return this.page.locator('attention-map .extent canvas').evaluate(element => {
      const canvas = element as HTMLCanvasElement;
      const box = canvas.getBoundingClientRect();
      return { width: canvas.width, height: canvas.height, cssWidth: box.width, cssHeight: box.height, ratio: devicePixelRatio };
    });
  }

  /** The levels at which words of a side are lit, by word. */
  levels(side: 'source' | 'target'): Promise<number[]> {
    return this.page.locator(`#${side} .word`).evaluateAll(words => words.map(word => Number((word as HTMLElement).dataset['level'])));
  }

  word(side: 'source' | 'target', index: number): ReturnType<Page['locator']> {
    return this.page.locator(`#${side} [data-word="${index}"]`);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** Runs in the page before its own scripts: VS Code's API, its theme, and a record of what goes wrong. */
function emulateHost({ state, theme }: { state: unknown; theme: Theme }): void {
  const recorder: Recorder = { sent: [], state, violations: [] };
  globalThis.recorder = recorder;
  document.addEventListener('securitypolicyviolation', event => recorder.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  let acquired = false;
  Object.assign(globalThis, {
    acquireVsCodeApi: () => {
      if (acquired) throw new Error('An instance of the VS Code API has already been acquired');
      acquired = true;
      return {
        postMessage: (message: FromAny) => recorder.sent.push(structuredClone(message)),
        getState: () => recorder.state,
        setState: (value: unknown) => { recorder.state = JSON.parse(JSON.stringify(value)); },
      };
    },
  });
  document.addEventListener('readystatechange', () => {
    if (document.readyState !== 'interactive') return;
    document.body.className = theme.bodyClasses.join(' ');
    document.body.dataset['vscodeThemeKind'] = theme.kind;
    for (const [name, value] of Object.entries(theme.variables)) document.documentElement.style.setProperty(`--vscode-${name}`, value);
  });
}

/** Runs in the page: what VS Code does when the user picks another theme. */
export function applyTheme(theme: Theme): void {
  document.body.className = theme.bodyClasses.join(' ');
  document.body.dataset['vscodeThemeKind'] = theme.kind;
  document.documentElement.removeAttribute('style');
  for (const [name, value] of Object.entries(theme.variables)) document.documentElement.style.setProperty(`--vscode-${name}`, value);
}
