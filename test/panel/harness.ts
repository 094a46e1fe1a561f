/** The panel in a page of a real browser, in the very HTML, policy included, that the extension writes. */
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../extension/panel/html.ts';
import type { FromPanel, ToPanel } from '../../protocol/panel.ts';
import { panel } from '../../scripts/build.ts';
import { themes, type Theme, type ThemeName } from './themes.ts';

const origin = 'http://panel.test';
const nonce = 'n0nce4tests';
const page = panelHtml({ cspSource: origin, script: `${origin}/panel.js`, style: `${origin}/panel.css`, nonce });

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** Bundles the panel as the product does, but in memory. */
export async function bundlePanel(): Promise<Bundle> {
  const { outputFiles } = await build({ ...panel, write: false, logLevel: 'warning' });
  const text = (ending: string): string => outputFiles.find(file => file.path.endsWith(ending))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}

export interface OpenOptions {
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

/** What the page keeps for the tests. */
interface Recorder {
  sent: FromPanel[];
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
      if (pathname === '/panel.js') return route.fulfill({ contentType: 'text/javascript', body: bundle.script });
      if (pathname === '/panel.css') return route.fulfill({ contentType: 'text/css', body: bundle.style });
      return pathname === '/' ? route.fulfill({ contentType: 'text/html', body: page }) : route.abort();
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
  async post(...messages: readonly ToPanel[]): Promise<void> {
    await this.page.evaluate(all => {
      for (const message of all) window.postMessage(message, '*');
    }, messages as ToPanel[]);
    await this.settle();
  }

  /** Waits until everything that was asked for is on the screen. */
  async settle(): Promise<void> {
    await this.page.evaluate(async () => {
      await new Promise(done => setTimeout(done, 60));
      for (let frame = 0; frame < 3; frame++) await new Promise(done => requestAnimationFrame(done));
    });
  }

  sent(): Promise<FromPanel[]> {
    return this.page.evaluate(() => globalThis.recorder.sent);
  }

  async lastSent(): Promise<FromPanel | undefined> {
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
        postMessage: (message: FromPanel) => recorder.sent.push(structuredClone(message)),
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
function applyTheme(theme: Theme): void {
  document.body.className = theme.bodyClasses.join(' ');
  document.body.dataset['vscodeThemeKind'] = theme.kind;
  document.documentElement.removeAttribute('style');
  for (const [name, value] of Object.entries(theme.variables)) document.documentElement.style.setProperty(`--vscode-${name}`, value);
}
