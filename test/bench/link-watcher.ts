/** Watches the panel of a real VS Code: when it shows what the extension, at the other end of a link, asked it to show. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Inspection } from '../../protocol/inspection.ts';
import { webview } from '../vscode/places.ts';
import { linkLineSchema } from './inspect-link-report.ts';
import type { SlowLink } from './slow-link.ts';

/** Milliseconds since the extension asked, and bytes towards the panel until then. */
export interface SeenMap {
  readonly painted: number;
  readonly bytes: number;
  readonly refined: number;
  readonly bytesInAll: number;
}

/** What crosses after a map is drawn, its document's decorations among it, has crossed by then. */
const untilQuiet = 3_000;

export class LinkWatcher {
  readonly #seen: SeenMap[] = [];
  readonly #ended: Promise<readonly SeenMap[]>;
  readonly #page: Promise<Page>;
  readonly #link: () => SlowLink | undefined;
  #seeing: Promise<(since: number) => SeenMap> | undefined;
  #count = 0;
  #end: (seen: readonly SeenMap[]) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  /** @param page once the workbench is drawn; `link` is there by then */
  constructor(page: Promise<Page>, link: () => SlowLink | undefined) {
    this.#page = page;
    this.#link = link;
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#ended.catch(() => undefined);
  }

  /** All that was seen over the slow link, once the extension host has ended. */
  get ended(): Promise<readonly SeenMap[]> {
    return this.#ended;
  }

  /** A line of the extension host, which waits. */
  async take(told: string): Promise<void> {
    const line = linkLineSchema.parse(JSON.parse(told));
    switch (line.type) {
      case 'held':
        this.#seeing = this.#see(line.text);
        this.#seeing.catch(this.#fail);
        return;
      case 'asked': {
        const seen = (await this.#seeing)?.(line.at);
        // The first opened the panel.
        if (this.#count++ === 0) this.#link()?.slowDown();
        else if (seen !== undefined) this.#seen.push(seen);
        await sleep(untilQuiet);
        return;
      }
      case 'ended': this.#end(this.#seen); return;
      case 'failed': this.#fail(new Error(line.error));
    }
  }

  async #see(text: string): Promise<(since: number) => SeenMap> {
    const panel = webview(await this.#page).locator('attention-panel');
    const before = this.#link()?.crossed.down ?? 0;
    const crossed = (): number => (this.#link()?.crossed.down ?? 0) - before;
    const painted = await panel.evaluate(paintedAt, { text, finely: false });
    const bytes = crossed();
    const refined = await panel.evaluate(paintedAt, { text, finely: true });
    const bytesInAll = crossed();
    return since => ({ painted: painted - since, bytes, refined: refined - since, bytesInAll });
  }
}

/** The elements of the page's bundle, as far as they are looked at. */
interface Inspector extends Element {
  readonly inspection: Inspection;
}
interface Map extends Element {
  readonly data: { readonly windows?: readonly unknown[] };
  readonly drawn: { readonly cells: number };
}

/** Runs in the page: when the map of a text was painted, in milliseconds since 1970; `finely`: as finely as it is looked at. */
async function paintedAt(panel: Element, { text, finely }: { readonly text: string; readonly finely: boolean }): Promise<number> {
  // No functions within: they could not be sent there.
  for (;;) {
    const inspector = panel.shadowRoot?.querySelector<Inspector>('attention-inspector');
    const map = inspector?.shadowRoot?.querySelector('attention-matrix')?.shadowRoot?.querySelector<Map>('attention-map');
    const windows = map?.data.windows?.length ?? 0;
    if (inspector?.inspection.asked.text === text && (map?.drawn.cells ?? 0) > 0 && windows > (finely ? 1 : 0)) break;
    await new Promise(done => requestAnimationFrame(done));
  }
  // The frame that draws it, and a task after that: by then it is painted.
  if (finely) await new Promise(done => requestAnimationFrame(done));
  await new Promise(done => setTimeout(done));
  return Date.now();
}
