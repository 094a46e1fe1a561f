/** What a page's main thread did, from Chromium's own record of it. */
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

const eventSchema = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number(),
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z.looseObject({}).optional(),
});
type TraceEvent = z.infer<typeof eventSchema>;
const recordSchema = z.object({ traceEvents: z.array(eventSchema) });

/** Milliseconds that the main thread worked for each event of these types which it was given: all of its tasks until the next. */
export async function workOf(browser: Browser, page: Page, types: readonly string[], act: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  await act();
  const { traceEvents } = recordSchema.parse(JSON.parse((await browser.stopTracing()).toString('utf8')));
  const begins = traceEvents.filter(event => event.name === 'EventDispatch' && types.includes(typeOf(event)));
  const [first] = begins;
  if (first === undefined) throw new Error(`The page was given none of ${types.join(', ')}.`);
  const tasks = traceEvents.filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === first.pid && tid === first.tid);
  return begins.map((begin, index) => {
    const end = begins[index + 1]?.ts ?? Infinity;
    const own = tasks.filter(({ ts, dur = 0 }) => ts + dur > begin.ts && ts + dur <= end);
    // The thread's own time: what else the machine does is not the page's work.
    return own.reduce((sum, { tdur, dur = 0 }) => sum + (tdur ?? dur), 0) / 1000;
  });
}

function typeOf({ args }: TraceEvent): string {
  const data = args?.['data'];
  return typeof data === 'object' && data !== null && 'type' in data ? String(data.type) : '';
}
