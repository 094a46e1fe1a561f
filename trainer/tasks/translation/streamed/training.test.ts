import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { asTable, buildCommandLine, eventsOf, measured, toyConfig, toyPairs, Training } from '../../../training/training.fixture.ts';

let commandLine: string;
let folder: string;
const minutes = 60_000;

beforeAll(async () => {
  commandLine = await buildCommandLine();
}, 2 * minutes);
afterAll(() => rm(dirname(commandLine), { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streamed-'));
  const config = toyConfig({ epochs: 3, validateEvery: 17 });
  await writeFile(join(folder, 'toy.tsv'), asTable(toyPairs(400)));
  await writeFile(join(folder, 'toy.json'), JSON.stringify({ ...config, data: { ...config.data, stream: true } }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (run: string, ...more: string[]): Training =>
  new Training(commandLine, [join(folder, 'toy.json'), '--run-dir', join(folder, run), ...more]);

async function lastWeights(run: string): Promise<Buffer> {
  const last = (await readdir(join(folder, run, 'checkpoints'))).toSorted().at(-1) ?? '';
  return readFile(join(folder, run, 'checkpoints', last, 'weights.bin'));
}

test('killed and resumed, a run on a streamed corpus is an unbroken one, and leaves nothing of it behind', async () => {
  expect(await start('unbroken').ended).toMatchObject({ code: 0, error: '' });
  const instants: string[] = [];
  for (let kills = 0; ; kills++) {
    const training = start('broken', ...(kills === 0 ? [] : ['--resume']));
    if (kills < 4) {
      const going = await training.printed(kills === 1 ? /read from the disk/ : /step \d+ of/);
      const wait = Math.random() * (kills === 1 ? 300 : 800);
      instants.push(`${Math.round(wait)} ms`);
      if (going) await new Promise(resolve => setTimeout(resolve, wait));
      if ((await training.kill(kills === 3 ? 'SIGINT' : 'SIGKILL')).code === null) continue;
      if (kills === 3 && !(await eventsOf(join(folder, 'broken'))).some(({ type }) => type === 'finished')) continue;
    }
    expect(await training.ended, `stopped after ${instants.join(', ')}`).toMatchObject({ code: 0, error: '' });
    break;
  }
  expect(await measured(join(folder, 'broken'))).toEqual(await measured(join(folder, 'unbroken')));
  expect((await lastWeights('broken')).equals(await lastWeights('unbroken'))).toBe(true);
  expect(await readdir(join(folder, 'broken'))).not.toContain('cache');
  // The schedule counts on the batches that there are.
  const [started] = await eventsOf(join(folder, 'unbroken'));
  const steps = (await eventsOf(join(folder, 'unbroken'))).filter(({ type }) => type === 'step').length;
  expect(Math.abs(Number(started?.['totalSteps']) - steps)).toBeLessThan(6);
}, 5 * minutes);
