/** A view of an inspection, as the benchmark opens it in a real Chromium and moves over it. */
import type { Browser, Page } from 'playwright-core';
import { openElements } from '../panel/element-page.ts';
import type { Bundle } from '../panel/harness.ts';
import type { BenchContext, Measurement } from './part.ts';
import { privateMemory } from './renderer-memory.ts';
import { workOf } from './trace.ts';

export interface Gesture {
  readonly name: string;
  /** What the page is given for each step. */
  readonly event: 'pointermove' | 'wheel' | 'scroll' | 'keydown' | 'click';
  readonly step: (page: Page, step: number) => Promise<void>;
  /** It takes several frames: told for information. */
  readonly isSlow?: true;
}

export interface MeasuredView {
  readonly name: string;
  /** Prepares the data, which is not measured: as it came from the worker. */
  readonly prepare: (page: Page) => Promise<void>;
  /** Shows them: milliseconds until they are painted. */
  readonly show: (page: Page) => Promise<number>;
  readonly gestures: readonly Gesture[];
  /** Milliseconds until it is painted at most, and megabytes. */
  readonly budget: { readonly paint?: number; readonly memory?: number; readonly work?: number };
}

/** Between two steps, so that each has frames of its own. */
const pause = 50;
/** Pages that are opened for the time of their first picture. */
const mostOpened = 10;

/** Each is opened several times, and moved over in the last page. */
export async function measureView(browser: Browser, bundle: Bundle, view: MeasuredView, { runs, print }: BenchContext): Promise<Measurement[]> {
  const paints: number[] = [];
  const growths: number[] = [];
  let gestures: Measurement[] = [];
  const opened = Math.max(2, Math.min(mostOpened, runs));
  for (let run = 0; run < opened; run++) {
    const wrongs: string[] = [];
    const page = await openElements(browser, bundle, wrongs, { width: 1200, height: 900 });
    await view.prepare(page);
    const before = await privateMemory(browser, page);
    paints.push(await view.show(page));
    if (run === opened - 1) gestures = await measureGestures(browser, page, view, runs);
    growths.push((await privateMemory(browser, page)) - before);
    await page.context().close();
    if (wrongs.length > 0) throw new Error(`${view.name}: ${wrongs.join('; ')}`);
  }
  print(`  ${view.name}: measured.`);
  return [
    { name: `${view.name}: first paint`, unit: 'ms', values: paints, limit: limitOf(view.budget.paint, 'p95') },
    ...gestures,
    { name: `${view.name}: the renderer's private memory grew by`, unit: 'MB', values: [Math.max(...growths)], limit: limitOf(view.budget.memory, 'value') },
  ];
}

async function measureGestures(browser: Browser, page: Page, view: MeasuredView, runs: number): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (const { name, event, step, isSlow } of view.gestures) {
    const values = await workOf(browser, page, [event], async () => {
      for (let at = 0; at < runs; at++) {
        await step(page, at);
        await page.waitForTimeout(pause);
      }
    });
    measured.push({ name: `${view.name}: ${name}`, unit: 'ms', values, limit: limitOf(isSlow === true ? undefined : view.budget.work, 'p95') });
  }
  return measured;
}

function limitOf(most: number | undefined, of: 'p95' | 'value'): Measurement['limit'] {
  return most === undefined ? { kind: 'none' } : { kind: 'budget', most, of };
}
