/** The memory that a page's renderer has for itself, in MB, as Linux tells it (proc(5)). */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

const processesSchema = z.object({ processInfo: z.array(z.object({ type: z.string(), id: z.number() })) });

/** Of the newest renderer, which is that of the page that was opened last; what can be collected is collected before. */
export async function privateMemory(browser: Browser, page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = processesSchema.parse(await whole.send('SystemInfo.getProcessInfo'));
  await whole.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const memory = readFileSync(`/proc/${Math.max(...renderers)}/smaps_rollup`, 'utf8');
  const kilobytes = [...memory.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].map(found => Number(found[1]));
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}
