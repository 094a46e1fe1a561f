/** How many tests passed, failed and were skipped, read from what the runners leave behind. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noTests: Tally = { passed: 0, failed: 0, skipped: 0 };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (left, right) => ({
      passed: left.passed + right.passed,
      failed: left.failed + right.failed,
      skipped: left.skipped + right.skipped,
    }),
    noTests,
  );
}

/** `12 passed, 0 failed`, and `, 3 skipped` only where some were. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** The last closing line of a runner's output. A runner that failed without counting a failure counts as one. */
export function tallyOfClosingLine(output: string, code: number): Tally {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  const tally = { passed: Number(last?.[1] ?? 0), failed: Number(last?.[2] ?? 0), skipped: Number(last?.[3] ?? 0) };
  return atLeastOneFailed(tally, code !== 0 || last === undefined);
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

/** Vitest's JSON report, which is removed so that no later run can read it again. */
export function tallyOfVitest(file: string, code: number): Tally {
  if (!existsSync(file)) return atLeastOneFailed(noTests, code !== 0);
  const report = vitestReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  rmSync(file);
  return atLeastOneFailed(
    { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + report.numTodoTests },
    code !== 0,
  );
}

function atLeastOneFailed(tally: Tally, failed: boolean): Tally {
  return failed && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}
