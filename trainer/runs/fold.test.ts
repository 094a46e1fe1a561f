import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunFold } from './fold.ts';
import { RunLibrary } from './library.ts';
import { RowCurves } from './logs/rows.ts';
import { mostKept } from './table.ts';

const many = (count: number, prefix = 'm'): Record<string, number> => Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, index]));

test('of curves without end those are kept that came first, and it is said how much is left out', async () => {
  const run = mkdtempSync(join(tmpdir(), 'fold-'));
  try {
    writeFileSync(join(run, 'run.json'), '{}');
    const steps = [1, 2].map(step => JSON.stringify({ type: 'step', attempt: 1, step, time: '2026-01-01T00:00:00.000Z', loss: 1, ...many(1100), ['x'.repeat(5000)]: 1 }));
    writeFileSync(join(run, 'events.jsonl'), `${steps.join('\n')}\n`);
    const { metrics, warnings } = await new RunLibrary().details(run, undefined, new AbortController().signal);
    expect(metrics).toHaveLength(1000);
    expect(metrics[0]).toBe('train/loss');
    expect(warnings).toEqual(['204 values are left out: at most 1,000 curves, and 32,000,000 numbers in all, are kept.']);
  } finally {
    rmSync(run, { recursive: true, force: true });
  }
});

/** Rows of a table as wide as it may be. */
const rows = Math.floor(mostKept.numbers / (mostKept.columns + 3));

test('steps without end are counted, and where the run is is told all the same', () => {
  const fold = new RunFold({ steps: true });
  const step = (at: number, fields: Record<string, number>): void => fold.add({ type: 'step', attempt: 1, step: at, time: at, fields }, 0);
  step(1, { loss: 5, ...many(999) });
  for (let at = 2; at <= rows + 10; at++) step(at, { loss: 5 });
  expect(fold.series.table('train').steps).toHaveLength(rows);
  expect(fold).toMatchObject({ leftOut: 10, step: rows + 10, loss: 5 });
});

test('so are rows of a table of another program', () => {
  const curves = new RowCurves('step');
  curves.add({ step: 1, loss: 5, ...many(1005) });
  for (let step = 2; step <= rows + 10; step++) curves.add({ step, loss: 5 });
  curves.add({ loss: 5 });
  expect(curves.series.table('log').steps).toHaveLength(rows);
  expect(curves.warnings('rows')).toEqual(['1 rows without a step were passed over.', expect.stringMatching(/^16 values are left out/)]);
});
