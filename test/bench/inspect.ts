/** The inspection panel's views in a real Chromium without a GPU: first paint, the main thread's work, the renderer's memory; beside BertViz. */
import { chromiumMissing, findChromium, launchChromium } from '../chromium.ts';
import { bundleElements } from '../panel/element-page.ts';
import { raceBertViz } from './bertviz.ts';
import { headFiles, headViews, raced } from './inspect-heads.ts';
import { matrices, matrixFiles } from './inspect-matrix.ts';
import { measureView, type MeasuredView } from './measured-view.ts';
import type { Measurement, Part } from './part.ts';

const views: readonly MeasuredView[] = [...matrices, ...headViews];

export const inspect: Part = {
  name: 'inspect',
  about: "the inspection panel's views of large maps in a real Chromium: first paint, the main thread's work, memory",
  run: async context => {
    const executable = findChromium();
    if (executable === undefined) {
      context.print(`  ${chromiumMissing}`);
      return [];
    }
    const bundle = await bundleElements(...matrixFiles, ...headFiles);
    const browser = await launchChromium(executable);
    try {
      const measured: Measurement[] = [];
      for (const view of views) measured.push(...(await measureView(browser, bundle, view, context)));
      measured.push(...(await raceBertViz(browser, bundle, raced.name, raced.sample, measured, context)));
      return measured;
    } finally {
      await browser.close();
    }
  },
};
