/** The inspector in a page, on samples that are always the same. */
import type { Page } from 'playwright-core';
import type { HistoryEntry } from '../../protocol/inspect-page.ts';
import type { Inspection } from '../../protocol/inspection.ts';
import type { SampleModel } from './heads-sample.ts';
import type { classifiedImage, SampleHost, sampleHost, translated } from './inspector-sample.ts';

/** `<attention-inspector>`, as far as tests use it. */
export interface InspectorElement extends HTMLElement {
  inspector: SampleHost;
  inspection: Inspection;
  history: readonly HistoryEntry[];
  picture: ImageBitmap;
  recall(inspection: string): void;
}

/** What the page's bundle defines, and what the page keeps for the tests. */
export interface PageGlobals {
  readonly sampleHost: typeof sampleHost;
  readonly translated: typeof translated;
  readonly classifiedImage: typeof classifiedImage;
  host: SampleHost;
}

/** What a page with an inspector is bundled of. */
export const inspectorFiles = ['webview/inspect/attention-inspector.ts', 'webview/inspect/history/inspection-history.ts', 'test/panel/inspector-sample.ts'] as const;

export const small: SampleModel = { layers: 2, heads: 4, tokens: 14, isTranslator: true };

/** Another inspector in the same page. */
export async function showInspector(page: Page, model = small): Promise<void> {
  await page.mouse.move(2, 2);
  await page.evaluate(show, model);
  await settle(page);
}

export async function openView(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).click();
  await settle(page);
}

/** Waits until everything that was asked for is on the screen. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise(done => setTimeout(done, 60));
    for (let frame = 0; frame < 3; frame++) await new Promise(done => requestAnimationFrame(done));
  });
}

/** What the inspector has asked for, in order. */
export async function asked(page: Page, method: string): Promise<unknown[]> {
  const all = await page.evaluate(() => (globalThis as unknown as PageGlobals).host.asked);
  return all.filter(one => one.method === method).map(({ params }) => params);
}

/** What it has told the editor. */
export function told(page: Page): Promise<SampleHost['told']> {
  return page.evaluate(() => (globalThis as unknown as PageGlobals).host.told);
}

/** What the editor was told last to follow. */
export async function shownLast(page: Page): Promise<SampleHost['told'][number] | undefined> {
  return (await told(page)).findLast(({ type }) => type === 'shown');
}

export async function showImage(page: Page): Promise<void> {
  await page.evaluate(drawImage);
  await settle(page);
}

/** What was inspected before, told to the inspector and listed above it, as in a page's bar. */
export async function listHistory(page: Page, history: HistoryEntry[]): Promise<void> {
  await page.evaluate(addHistory, history);
  await remember(page, history);
}

/** The model runs, and comes to no end. */
export async function runForever(page: Page): Promise<void> {
  await page.evaluate(neverOpen);
  await page.getByRole('button', { name: 'Knock out head' }).click();
  await settle(page);
}

export async function remember(page: Page, history: HistoryEntry[]): Promise<void> {
  await page.evaluate(setHistory, history);
  await settle(page);
}

export function entry(inspection: string, marks: Partial<HistoryEntry>): HistoryEntry {
  return { inspection, model: 'sample', text: 'the model reads', interventions: 0, at: 0, isPinned: false, isStale: false, ...marks };
}

/** Runs in the page. */
function show(model: SampleModel): void {
  const page = globalThis as unknown as PageGlobals;
  page.host = page.sampleHost(model);
  const made: HTMLElement = document.createElement('attention-inspector');
  const element = made as InspectorElement;
  element.style.margin = '12px';
  element.inspector = page.host;
  element.inspection = page.translated(model);
  document.querySelector('main')?.replaceChildren(element);
}

/** Runs in the page. */
function setHistory(history: HistoryEntry[]): void {
  const element = document.querySelector<InspectorElement>('attention-inspector');
  if (element !== null) element.history = history;
}

/** Runs in the page. */
async function drawImage(): Promise<void> {
  const element = document.querySelector<InspectorElement>('attention-inspector');
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext('2d');
  if (element === null || context === null) return;
  context.fillStyle = '#888';
  context.fillRect(0, 0, 64, 64);
  context.fillStyle = '#e33';
  context.arc(36, 30, 18, 0, 7);
  context.fill();
  element.picture = await createImageBitmap(canvas);
  element.inspection = (globalThis as unknown as PageGlobals).classifiedImage();
}

/** Runs in the page. */
function addHistory(history: HistoryEntry[]): void {
  const list = Object.assign(document.createElement('inspection-history'), { entries: history, shown: history[0]?.inspection ?? '' });
  list.style.margin = '12px';
  document.querySelector('main')?.prepend(list);
}

/** Runs in the page. */
export function neverOpen(): void {
  Object.assign((globalThis as unknown as PageGlobals).host, { open: () => new Promise(() => undefined) });
}
