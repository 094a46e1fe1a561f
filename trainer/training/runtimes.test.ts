/** Where there is no native build, WebAssembly trains: in a process of its own, since a process loads one runtime. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StepReport } from './trainer.ts';
import { asTable, toyPairs } from './training.fixture.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-runtimes-'));
  await writeFile(join(folder, 'toy.tsv'), asTable(toyPairs(100)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What three steps report, and the held-out loss after them. */
async function threeSteps(runtime: 'native' | 'web'): Promise<{ reports: StepReport[]; validation: number }> {
  const here = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const source = `
    const { loadRuntime } = await import(${here('../engine/runtime.ts')});
    const { prepareDataset } = await import(${here('../tasks/translation/dataset.ts')});
    const { translationTask } = await import(${here('../tasks/translation/task.ts')});
    const { Trainer } = await import(${here('trainer.ts')});
    const { tableOf, toyConfig } = await import(${here('training.fixture.ts')});
    const config = toyConfig({ buckets: [[16, 16]] });
    const dataset = await prepareDataset(tableOf(${JSON.stringify(join(folder, 'toy.tsv'))}), config, () => undefined);
    const task = translationTask(config, dataset);
    const trainer = await Trainer.load(await loadRuntime(), task.model, config.training);
    const [batch] = task.planEpoch(0);
    const reports = [];
    for (let step = 0; step < 3; step++) reports.push(await trainer.step([batch], 100));
    process.stdout.write(JSON.stringify({ reports, validation: await trainer.validate(task.planValidation()) }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    env: { ...process.env, ATTENTION_SCOPE_RUNTIME: runtime },
  });
  return JSON.parse(stdout);
}

test('WebAssembly takes the steps that the native runtime takes', async () => {
  const [native, web] = [await threeSteps('native'), await threeSteps('web')];
  expect(native.reports[2]?.loss).toBeLessThan(native.reports[0]?.loss ?? 0);
  native.reports.forEach(({ loss, gradientNorm }, step) => {
    expect(web.reports[step]?.loss).toBeCloseTo(loss, 3);
    expect((web.reports[step]?.gradientNorm ?? 0) / gradientNorm).toBeCloseTo(1, 2);
  });
  expect(web.validation).toBeCloseTo(native.validation, 3);
}, 300_000);
