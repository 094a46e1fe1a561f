import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { beamSearch } from './beam.ts';
import { greedySearch } from './greedy.ts';
import { type Translation, TranslationModel } from './model.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtimes-'));
  await writeRandomCheckpoint(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('WebAssembly, for machines without a native build, translates as the native runtime does', async () => {
  const [modelModule, greedyModule, beamModule] = ['model', 'greedy', 'beam'].map(name =>
    JSON.stringify(fileURLToPath(new URL(`./${name}.ts`, import.meta.url))),
  );
  const source = `
    const { TranslationModel } = await import(${modelModule});
    const { greedySearch } = await import(${greedyModule});
    const { beamSearch } = await import(${beamModule});
    const model = await TranslationModel.open(${JSON.stringify(folder)}, { threads: 1 });
    const ids = [30, 50, 70, 90, model.special.end];
    const found = [await model.decode(ids, 0, greedySearch), await model.decode(ids, 0, beamSearch(3))];
    process.stdout.write(JSON.stringify(found));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    env: { ...process.env, ATTENTION_SCOPE_RUNTIME: 'web' },
  });
  const web: Translation[] = JSON.parse(stdout);
  const model = await TranslationModel.open(folder, { threads: 1 });
  const ids = [30, 50, 70, 90, model.special.end];
  for (const [index, search] of [greedySearch, beamSearch(3)].entries()) {
    const native = await model.decode(ids, 0, search);
    expect(web[index]?.ids).toEqual(native.ids);
    native.logProbs.forEach((logProb, step) => expect(web[index]?.logProbs[step]).toBeCloseTo(logProb, 3));
    native.rows.forEach((row, step) =>
      row.forEach((weight, key) => expect(web[index]?.rows[step]?.[key]).toBeCloseTo(weight, 3)),
    );
  }
  await model.release();
}, 300_000);
