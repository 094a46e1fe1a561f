/** What axe-core finds wrong with a page for those who do not see it, or not well. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Serious and critical findings, each in a line. Pages' policies admit no script but theirs: it is evaluated, not loaded. */
export async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { readonly axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
  });
}
