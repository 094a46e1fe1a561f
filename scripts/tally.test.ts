import { mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closingLine, sum, tallyOfClosingLine, tallyOfVitest } from './tally.ts';

describe('the sum of all suites', () => {
  it('names skipped tests only where there are any', () => {
    expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(closingLine(sum([{ passed: 3, failed: 1, skipped: 0 }, { passed: 4, failed: 0, skipped: 2 }]))).toBe('7 passed, 1 failed, 2 skipped');
  });

  it('reads the last closing line of a runner', () => {
    expect(tallyOfClosingLine('1 passed, 0 failed\nmore\n12 passed, 0 failed, 1 skipped\n', 0)).toEqual({ passed: 12, failed: 0, skipped: 1 });
  });

  it('counts a runner that broke off as a failure', () => {
    expect(tallyOfClosingLine('12 passed, 0 failed\n', 124).failed).toBe(1);
    expect(tallyOfClosingLine('', 0).failed).toBe(1);
    expect(tallyOfVitest('/nowhere/report.json', 1).failed).toBe(1);
  });

  it('reads a report of Vitest once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'attention-scope-'));
    const file = join(folder, 'report.json');
    writeFileSync(file, JSON.stringify({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 }));
    expect(tallyOfVitest(file, 0)).toEqual({ passed: 5, failed: 0, skipped: 2 });
    expect(existsSync(file)).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
