/**
 * BertViz' own head view (Vig 2019), which draws an SVG line for every weight, on the tensor that ours is given. Nothing of it
 * is in the project: it and what it is built on are installed from the package indexes, once per user.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { run } from '../../scripts/run.ts';
import { cacheFolder } from '../../scripts/vscode-server.ts';
import { openElements } from '../panel/element-page.ts';
import type { Bundle } from '../panel/harness.ts';
import type { sampleInspector, SampleModel } from '../panel/heads-sample.ts';
import type { BenchContext, Measurement } from './part.ts';
import { privateMemory } from './renderer-memory.ts';
import { workOf } from './trace.ts';

const versions = { bertviz: '1.4.1', d3: '5.7.0', jquery: '2.2.4' } as const;
/** A browser that is not done by then is not waited for, in milliseconds. */
const patience = 300_000;

interface BertViz {
  readonly d3: string;
  readonly jquery: string;
  readonly headView: string;
}

/** What the page's bundle and BertViz' libraries define, and what its script expects around it. */
interface PageGlobals {
  readonly sampleInspector: typeof sampleInspector;
  readonly $: unknown;
  readonly d3: unknown;
  require: unknown;
  requirejs: unknown;
  PYTHON_PARAMS: unknown;
}

/**
 * The same tokens and weights drawn by BertViz, once: of 3,145,728 lines that takes more than a minute. A line says where it cannot be.
 *
 * @param ours what was measured of our view, by its name
 */
export async function raceBertViz(
  browser: Browser, bundle: Bundle, view: string, sample: SampleModel, ours: readonly Measurement[], { print }: BenchContext,
): Promise<readonly Measurement[]> {
  const bertViz = await installBertViz(print);
  if (bertViz === undefined) return [];
  const page = await openElements(browser, bundle, [], { width: 1200, height: 900 });
  try {
    await page.evaluate(bertViz.jquery);
    await page.evaluate(bertViz.d3);
    await page.evaluate(prepare, sample);
    const before = await privateMemory(browser, page);
    const paint = await within(patience, draw(page, bertViz));
    const grew = (await privateMemory(browser, page)) - before;
    const hovers = await workOf(browser, page, ['mouseover'], () => hover(page));
    print(`  BertViz ${versions.bertviz}: ${await page.evaluate(() => document.querySelectorAll('*').length)} elements in its page.`);
    const beside = (what: string, theirs: readonly number[], unit: 'ms' | 'MB' = 'ms'): Measurement[] => ours
      .filter(({ name }) => name === `${view}: ${what}`)
      .map(({ name, values }) => ({ name, unit, values, limit: { kind: 'ratio', to: `BertViz ${versions.bertviz}`, theirs, by: 'median' } }));
    return [...beside('first paint', [paint]), ...beside('hover', hovers), ...beside("the renderer's private memory grew by", [grew], 'MB')];
  } catch (error) {
    print(`  BertViz ${versions.bertviz} could not draw it: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    return [];
  } finally {
    await page.context().close();
  }
}

/** Milliseconds from the tensor's being there, as BertViz is given it, to its first picture. */
async function draw(page: Page, { headView }: BertViz): Promise<number> {
  return page.evaluate(async script => {
    const begin = performance.now();
    await script();
    return performance.now() - begin;
    // The page's policy forbids `eval` to its own scripts, not to the browser's driver.
  }, await page.evaluateHandle<() => Promise<void>>(`async () => {
    ${headView}
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    await new Promise(done => setTimeout(done));
  }`));
}

/** Over every token in sight, of both sides. */
async function hover(page: Page): Promise<void> {
  for (let at = 0; at < 20; at++) {
    await page.mouse.move(at % 2 === 0 ? 60 : 300, 90 + ((at * 47) % 700));
    await page.waitForTimeout(100);
  }
}

/** Runs in the page: the tensor as nested arrays, and the elements that BertViz' Python writes around its script. */
async function prepare(sample: SampleModel): Promise<void> {
  const page = globalThis as unknown as PageGlobals;
  const heads = Array.from({ length: sample.heads }, (_, head) => head);
  const attention = heads.map(() => Array.from({ length: sample.tokens }, () => new Array<number>(sample.tokens).fill(0)));
  const { queries, keys, heads: of, weights, labels } = await page.sampleInspector(sample).lines({
    inspection: 'sample', kind: 'encoder', layer: 0, heads, most: Infinity,
    reading: { valueWeighted: false, hideSpecial: false, unit: 'tokens', normalise: 'none', keep: { by: 'all' } },
  }, new AbortController().signal);
  weights.forEach((weight, line) => {
    const row = attention[of[line] ?? 0]?.[queries[line] ?? 0];
    if (row !== undefined) row[keys[line] ?? 0] = weight;
  });
  const tokens = labels.rows.map(({ text }) => text);
  page.PYTHON_PARAMS = {
    attention: [{ name: null, attn: [attention], left_text: tokens, right_text: tokens }],
    default_filter: '0', root_div_id: 'bertviz', layer: null, heads: null, include_layers: [0],
  };
  page.require = { config: () => undefined };
  page.requirejs = (_: unknown, main: ($: unknown, d3: unknown) => void) => main(page.$, page.d3);
  const root = document.querySelector('main');
  if (root !== null) root.innerHTML = '<div id="bertviz"><span>Layer: <select id="layer"></select></span><div id="vis"></div></div>';
}

async function installBertViz(print: (line: string) => void): Promise<BertViz | undefined> {
  const folder = join(cacheFolder(), 'bertviz');
  const headView = join(folder, 'bertviz', 'head_view.js');
  const libraries = join(folder, 'node_modules');
  if (!existsSync(headView) || !existsSync(join(libraries, 'jquery'))) {
    mkdirSync(folder, { recursive: true });
    const wheel = join(folder, `bertviz-${versions.bertviz}-py3-none-any.whl`);
    const steps: [string, string[]][] = [
      ['python3', ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--dest', folder, `bertviz==${versions.bertviz}`]],
      ['python3', ['-m', 'zipfile', '-e', wheel, folder]],
      ['npm', ['install', '--silent', '--no-save', '--prefix', folder, `d3@${versions.d3}`, `jquery@${versions.jquery}`]],
    ];
    for (const [command, args] of steps) {
      const { code, output } = await run(command, args, { timeout: 120_000 });
      if (code === 0) continue;
      print(`  BertViz cannot be installed, so nothing is compared with it: ${output.trim().split('\n').at(-1) ?? ''}`);
      return undefined;
    }
  }
  const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');
  return { headView: read(headView), d3: read(libraries, 'd3', 'dist', 'd3.min.js'), jquery: read(libraries, 'jquery', 'dist', 'jquery.min.js') };
}

async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not done within ${milliseconds / 1000} seconds`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
