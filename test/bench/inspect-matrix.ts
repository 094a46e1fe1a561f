/** The matrix: one head of 12 × 12 of 512 tokens, and one of 4,096, as the worker tells them. */
import type { Page } from 'playwright-core';
import type { MapWindow } from '../../protocol/inspection.ts';
import type { mapOfWindows } from '../../webview/map/cell-window.ts';
import type { decodeMap } from '../../webview/inspect/decode.ts';
import type { MapElement, SampleMap, sampleWindow } from '../panel/map-sample.ts';
import type { Gesture, MeasuredView } from './measured-view.ts';

/** What the page's bundle defines, and the message that it keeps until it is shown. */
interface PageGlobals {
  readonly sampleWindow: typeof sampleWindow;
  readonly decodeMap: typeof decodeMap;
  readonly mapOfWindows: typeof mapOfWindows;
  message: MapWindow;
}

/** What the views need of the project, and what makes their data. */
export const matrixFiles = ['webview/map/attention-map.ts', 'webview/map/cell-window.ts', 'webview/inspect/decode.ts', 'test/panel/map-sample.ts'] as const;

const middle = { x: 620, y: 470 };

const gestures: readonly Gesture[] = [
  { name: 'hover', event: 'pointermove', step: (page, at) => page.mouse.move(200 + ((at * 37) % 700), 180 + ((at * 23) % 600)) },
  { name: 'zoom', event: 'wheel', step: zoom },
  { name: 'pan', event: 'wheel', step: (page, at) => page.mouse.wheel(at % 40 < 20 ? 90 : -90, at % 40 < 20 ? 120 : -120) },
];

export const matrices: readonly MeasuredView[] = [
  matrix('matrix, 512 × 512', { rows: 512, columns: 512 }, { paint: 150, memory: 150, work: 16 }),
  matrix('matrix, 1,024 × 1,024', { rows: 1024, columns: 1024 }, { paint: 300, memory: 150, work: 16 }),
  // More cells than a screen can show are never told: each is the strongest of four by four.
  matrix('matrix, 4,096 × 4,096', { rows: 4096, columns: 4096, step: 4 }, { memory: 150, work: 16 }),
];

function matrix(name: string, sample: SampleMap, budget: MeasuredView['budget']): MeasuredView {
  return {
    name, gestures, budget,
    prepare: page => page.evaluate(prepare, sample),
    show: page => page.evaluate(show),
  };
}

/** In for a while, then out, but not as far: there is something to pan afterwards. */
async function zoom(page: Page, at: number): Promise<void> {
  if (at === 0) await page.mouse.move(middle.x, middle.y);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, at % 30 < 20 ? -100 : 100);
  await page.keyboard.up('Control');
}

/** Runs in the page. */
function prepare(sample: SampleMap): void {
  const page = globalThis as unknown as PageGlobals;
  page.message = page.sampleWindow(sample);
}

/** Runs in the page: milliseconds from the message's being there to the first picture's being painted. */
async function show(): Promise<number> {
  const { decodeMap, mapOfWindows, message } = globalThis as unknown as PageGlobals;
  const begin = performance.now();
  const element = document.createElement('attention-map') as MapElement;
  element.style.cssText = 'height: calc(100vh - 24px); margin: 12px';
  element.data = mapOfWindows([decodeMap(message)], 'share of attention');
  element.zoom = 'whole';
  document.querySelector('main')?.append(element);
  while (element.drawn.cells === 0) await new Promise(done => requestAnimationFrame(done));
  // A task after the frame: by then it is painted.
  await new Promise(done => setTimeout(done));
  return performance.now() - begin;
}
