/** Elements by themselves, in a page of a real browser with the policy and the colours that panels have. */
import { basename } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { pageHtml, pages } from '../../extension/panel/html.ts';
import { panel } from '../../scripts/build.ts';
import { root } from '../../scripts/root.ts';
import { applyTheme, type Bundle } from './harness.ts';
import { themes, type Theme, type ThemeName } from './themes.ts';

const origin = 'http://element.test';
const nonce = 'n0nce4tests';
const html = pageHtml(pages.panel, { cspSource: origin, script: `${origin}/element.js`, style: `${origin}/element.css`, nonce })
  .replace(`<${pages.panel.element}></${pages.panel.element}>`, '<main></main>');

/**
 * Bundles elements as the product does, but in memory.
 *
 * @param files of the project; what they export are globals of the page, for the tests' functions there
 */
export async function bundleElements(...files: readonly string[]): Promise<Bundle> {
  const imports = files.map((file, index) => `import * as file${index} from './${file}'; Object.assign(globalThis, file${index});`);
  const contents = ["import './webview/panel/panel.css';", ...imports].join('\n');
  const { entryPoints: _, ...options } = panel;
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: root, sourcefile: 'element.ts' }, entryNames: 'element', write: false, logLevel: 'warning' });
  return new Map(outputFiles.map(file => [basename(file.path), file.text]));
}

export interface ElementOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly deviceScaleFactor?: number;
  readonly reducedMotion?: boolean;
}

/** A page with an empty `<main>`, in which those elements are defined. What goes wrong in it is added to `wrongs`. */
export async function openElements(browser: Browser, bundle: Bundle, wrongs: string[], options: ElementOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 900, height: options.height ?? 760 },
    deviceScaleFactor: options.deviceScaleFactor ?? 1,
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
  });
  context.setDefaultTimeout(0);
  await context.route('**/*', route => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
    const body = bundle.get(pathname.slice(1));
    return body === undefined ? route.abort() : route.fulfill({ contentType: pathname.endsWith('.js') ? 'text/javascript' : 'text/css', body });
  });
  const page = await context.newPage();
  // The policy's violations are among the console's errors.
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') wrongs.push(message.text());
  });
  page.on('pageerror', error => wrongs.push(String(error)));
  // Compilers that keep function names call this helper, which functions sent to a page must find there.
  await page.addInitScript('globalThis.__name ??= named => named');
  await page.goto(`${origin}/`);
  await page.evaluate(applyTheme, themes[options.theme ?? 'dark'] as Theme);
  return page;
}
