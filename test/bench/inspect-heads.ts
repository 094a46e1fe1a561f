/** The head view of 12 heads of 512 tokens, and the model view of 144 heads, as the worker tells them. */
import type { Page } from 'playwright-core';
import type { HeadsParams, LinesParams } from '../../protocol/inspection.ts';
import type { HeadsChoice } from '../../webview/inspect/heads/choice.ts';
import type { sampleInspection, sampleInspector, SampleInspector, SampleModel } from '../panel/heads-sample.ts';
import type { Gesture, MeasuredView } from './measured-view.ts';

/** What the page's bundle defines, and the answers that it keeps until it is shown. */
interface PageGlobals {
  readonly sampleInspection: typeof sampleInspection;
  readonly sampleInspector: typeof sampleInspector;
  inspector: SampleInspector;
  sample: SampleModel;
}

/** What the views need of the project, and what makes their data. */
export const headFiles = ['webview/inspect/heads/attention-heads.ts', 'webview/inspect/model/attention-model.ts', 'test/panel/heads-sample.ts'] as const;

/** Over tokens of either side; and so long on one that all of its lines are drawn. */
const hover: Gesture = { name: 'hover', event: 'pointermove', step: (page, at) => page.mouse.move(at % 2 === 0 ? 60 : 560, 90 + ((at * 47) % 700)) };
const rest: Gesture = {
  name: 'hover and rest', event: 'pointermove', isSlow: true,
  step: async (page, at) => {
    await hover.step(page, at);
    await page.waitForTimeout(200);
  },
};
const scroll: Gesture = {
  name: 'scroll', event: 'scroll',
  step: async (page, at) => {
    if (at === 0) await page.mouse.move(600, 400);
    await page.mouse.wheel(0, at % 40 < 30 ? 100 : -300);
  },
};
const overHeads: Gesture = { name: 'hover', event: 'pointermove', step: (page, at) => page.mouse.move(90 + ((at * 97) % 900), 80 + ((at * 53) % 700)) };

/** Which BertViz draws, too. */
export const raced = { name: 'head view, 12 heads × 512 × 512', sample: { layers: 1, heads: 12, tokens: 512 } } as const;

export const headViews: readonly MeasuredView[] = [
  view(raced.name, 'attention-heads', raced.sample, [hover, rest, scroll], { paint: 150, memory: 150, work: 16 }),
  view('head view, 16 heads × 1,024 × 1,024', 'attention-heads', { layers: 1, heads: 16, tokens: 1_024 }, [hover, rest, scroll], { paint: 300, memory: 150, work: 16 }),
  view('model view, 12 × 12 heads', 'attention-model', { layers: 12, heads: 12, tokens: 512 }, [overHeads, scroll], { paint: 150, memory: 150, work: 16 }),
  view('model view, 24 × 16 heads', 'attention-model', { layers: 24, heads: 16, tokens: 1_024 }, [overHeads, scroll], { paint: 300, memory: 150, work: 16 }),
];

function view(
  name: string, element: 'attention-heads' | 'attention-model', sample: SampleModel, gestures: readonly Gesture[], budget: MeasuredView['budget'],
): MeasuredView {
  return {
    name, gestures, budget,
    prepare: (page: Page) => page.evaluate(prepare, { element, sample }),
    show: (page: Page) => page.evaluate(show, element),
  };
}

/** Runs in the page: what will be asked for first is answered beforehand, as by a worker that has it ready. */
async function prepare({ element, sample }: { element: 'attention-heads' | 'attention-model'; sample: SampleModel }): Promise<void> {
  const page = globalThis as unknown as PageGlobals;
  const inspector = page.sampleInspector(sample);
  const { signal } = new AbortController();
  const heads = Array.from({ length: sample.heads }, (_, head) => head);
  const reading = { valueWeighted: false, hideSpecial: false, unit: 'tokens', normalise: 'none', keep: { by: 'all' } } as const;
  const lines: LinesParams = { inspection: 'sample', kind: 'encoder', layer: 0, heads, reading, most: 10_000 };
  const little: HeadsParams = { inspection: 'sample', reading, side: 48 };
  const isLines = element === 'attention-heads';
  const first = isLines ? await inspector.lines(lines, signal) : undefined;
  // Every token looks as this one does: what an answer costs its worker is no work of the page's.
  const [row, column] = isLines ? [await inspector.lines({ ...lines, rows: { first: 99, end: 100 } }, signal), await inspector.lines({ ...lines, columns: { first: 99, end: 100 } }, signal)] : [];
  const all = isLines ? [] : await inspector.heads(little, signal);
  page.sample = sample;
  page.inspector = {
    ...inspector,
    heads: () => Promise.resolve(all),
    lines: async ({ rows, columns }) => {
      if (first === undefined || row === undefined || column === undefined) throw new Error('was not prepared');
      if (rows !== undefined && rows.end === rows.first + 1) return { ...row, queries: new Uint16Array(row.queries.length).fill(rows.first) };
      if (columns !== undefined && columns.end === columns.first + 1) return { ...column, keys: new Uint16Array(column.keys.length).fill(columns.first) };
      return first;
    },
  };
}

/** `<attention-heads>` and `<attention-model>`, as far as they are measured. */
interface HeadsElement extends HTMLElement {
  inspector: SampleInspector;
  inspection: ReturnType<typeof sampleInspection>;
  choice: HeadsChoice;
}

/** Runs in the page: milliseconds from the answer's being there to the first picture's being painted. */
async function show(name: 'attention-heads' | 'attention-model'): Promise<number> {
  const page = globalThis as unknown as PageGlobals;
  const begin = performance.now();
  const element = document.createElement(name) as HeadsElement;
  element.style.cssText = 'height: calc(100vh - 24px); margin: 12px';
  element.inspector = page.inspector;
  element.inspection = page.sampleInspection(page.sample);
  element.choice = { kind: 'encoder', layer: 0, heads: Array.from({ length: page.sample.heads }, (_, head) => head) };
  document.querySelector('main')?.append(element);
  const isDrawn = (): boolean => {
    const lines = element.shadowRoot?.querySelector<HTMLElement & { drawnRows: number }>('head-lines');
    const grid = element.shadowRoot?.querySelector<HTMLElement & { drawn: number }>('head-grid');
    return (lines?.drawnRows ?? 0) > 0 || (grid?.drawn ?? 0) > 0;
  };
  while (!isDrawn()) await new Promise(done => requestAnimationFrame(done));
  // A task after the frame: by then it is painted.
  await new Promise(done => setTimeout(done));
  return performance.now() - begin;
}
