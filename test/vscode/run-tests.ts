/** A runner for tests inside the extension host: in order, one at a time, each with a time-out. */
import { harness } from './harness.ts';

export interface Test {
  readonly name: string;
  /** Milliseconds; default 60,000. */
  readonly timeout?: number;
  /** It takes a mouse or eyes: skipped, and counted so, where no harness holds them. */
  readonly asAUser?: true;
  /** Passes unless it throws. */
  readonly run: () => Promise<void>;
}

/**
 * Runs tests and prints one line each, then `N passed, N failed`, and `, N skipped` where some were.
 *
 * @throws Error when a test failed, which is how VS Code's test entry says so.
 */
export async function runTests(tests: readonly Test[]): Promise<void> {
  const wanted = tests.filter(({ asAUser }) => asAUser !== true || harness.isThere);
  const skipped = tests.length - wanted.length;
  let failed = 0;
  for (const test of wanted) {
    const begin = performance.now();
    try {
      await within(test.timeout ?? 60_000, test.run());
      await harness.print(`  ✓ ${test.name} (${Math.round(performance.now() - begin)} ms)`);
    } catch (error) {
      failed++;
      await harness.print(`  ✗ ${test.name}`);
      await harness.print(String(error instanceof Error ? (error.stack ?? error.message) : error));
      await harness.screenshot(`failed-${test.name.replace(/[^\p{L}\p{N}]+/gu, '-')}`);
    }
  }
  if (skipped > 0) await harness.print(`${skipped} tests need a mouse, a keyboard or eyes, which nobody holds here: they are skipped.`);
  await harness.print(`${wanted.length - failed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  if (failed > 0) throw new Error(`${failed} of ${wanted.length} tests failed.`);
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done within ${milliseconds} ms.`)), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
