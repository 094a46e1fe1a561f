/** Kills a training again and again, whatever it is at, and looks at what is left each time. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { readSafetensors } from '../checkpoints/safetensors.ts';
import { Translator } from '../decoding/translator.ts';
import { sharedPool } from './allocator.ts';
import { askRun, forgetWish } from './control.ts';
import { Random } from './random.ts';
import { stateFile } from './run-directory.ts';
import { eventsOf, seenByReaders, Training } from './training.fixture.ts';

/** What a training is killed at. */
interface Phase {
  readonly name: string;
  /** Resolves with true once it is at it, with false where it ended before. */
  readonly begins: (training: Training, run: string) => Promise<boolean>;
  /** Milliseconds after which it is killed at the latest. */
  readonly lasts: number;
}

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

/** In the order in which a run comes by them, so that one run takes as many kills. */
export const phases: readonly Phase[] = [
  { name: 'starting', begins: async () => true, lasts: 1000 },
  { name: 'preparing', begins: training => training.printed(/pairs to train on/), lasts: 500 },
  { name: 'stepping', begins: training => training.printed(/step \d+ of/), lasts: 200 },
  { name: 'validating', begins: training => training.printed(/step \d*0 of/), lasts: 100 },
  { name: 'writing a checkpoint', begins: writing, lasts: 60 },
  { name: 'giving a checkpoint its name', begins: training => training.printed(/held out/), lasts: 60 },
  { name: 'pausing', begins: pausing, lasts: 1300 },
  { name: 'averaging', begins: training => training.printed(/averaging the last/), lasts: 200 },
];

async function writing(training: Training, run: string): Promise<boolean> {
  if (!(await training.printed(/step \d*9 of/))) return false;
  for (;;) {
    if (training.process.exitCode !== null) return false;
    if ((await readdir(join(run, 'checkpoints'))).some(name => name.endsWith('.aside'))) return true;
  }
}

async function pausing(training: Training, run: string): Promise<boolean> {
  if (!(await training.printed(/step \d+ of/))) return false;
  await askRun(run, 'pause');
  return true;
}

export interface Killed {
  /** What it was at, and how long after that began, of every kill. */
  readonly kills: readonly string[];
  /** Runs that came to their end in spite of it. */
  readonly runs: number;
}

/**
 * Trains a config into folders of its own, as often as it takes for so many kills; holds every run that came to its end
 * against one that was not broken.
 * @param config a run whose lines are one a step, with a validation every ten and a mean at its end
 * @param seed of when exactly it is killed
 */
export async function killAgainAndAgain(
  commandLine: string,
  { config, unbroken, most, seed }: { readonly config: string; readonly unbroken: string; readonly most: number; readonly seed: number },
): Promise<Killed> {
  const random = new Random(seed, 'kills');
  const kills: string[] = [];
  for (let runs = 0; ; runs++) {
    const run = `${unbroken}-broken-${runs}`;
    for (let events = ''; ; ) {
      await forgetWish(run);
      const training = startTraining(commandLine, config, run);
      const phase = kills.length < most ? phases[kills.length % phases.length] : undefined;
      if (phase !== undefined && (await phase.begins(training, run))) {
        const wait = Math.round(random.uniform() * phase.lasts);
        await pause(wait);
        const { signal } = await training.kill('SIGKILL');
        if (signal === 'SIGKILL') kills.push(`${phase.name} after ${wait} ms`);
      }
      const { code, error } = await training.ended;
      const what = `seed ${seed}, run ${runs}, killed ${kills.join(', ')}`;
      events = await expectWhole(run, events, what);
      if (code === null) continue;
      expect({ code, error }, what).toEqual({ code: 0, error: '' });
      await expectAlike(run, unbroken, what);
      break;
    }
    if (kills.length === most) return { kills, runs: runs + 1 };
  }
}

/** In this very process, not in a child of it (allocator.ts), so that the kill hits what trains. */
export function startTraining(commandLine: string, config: string, run: string): Training {
  // One that was killed before it made its folders has nothing to be resumed.
  const args = [config, '--run-dir', run, ...(existsSync(join(run, 'checkpoints')) ? ['--resume'] : [])];
  return new Training(commandLine, args, { environment: { ...process.env, ...sharedPool } });
}

/**
 * What can be seen of a run is whole, whenever one looks: checkpoints open, probes are read, and no event is lost.
 * @param before what its events were
 * @returns what they are now
 */
async function expectWhole(run: string, before: string, what: string): Promise<string> {
  for (const folder of await visible(join(run, 'checkpoints'))) {
    expect(basename(folder), what).toMatch(/^\d{8}$/);
    await (await Translator.open(folder, { threads: 1 })).release();
    if (!(await readdir(folder)).includes(stateFile)) continue;
    const { metadata } = await readSafetensors(join(folder, stateFile));
    expect(Number(metadata['step']), what).toBe(Number(basename(folder)));
  }
  for (const file of await visible(join(run, 'probes'))) await readSafetensors(file);
  const events = await readFile(join(run, 'events.jsonl'), 'utf8').catch(() => '');
  expect(events.startsWith(before), what).toBe(true);
  return events;
}

async function visible(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter(name => !name.startsWith('.')).map(name => join(folder, name));
}

/** One run is the other, to the last bit, as far as no clock has a part in it. */
export async function expectAlike(run: string, unbroken: string, what: string): Promise<void> {
  for (const part of ['checkpoints', 'probes']) {
    const [found, expected] = [await filesUnder(join(run, part)), await filesUnder(join(unbroken, part))];
    expect([...found.keys()], what).toEqual([...expected.keys()]);
    for (const [name, bytes] of found) expect(bytes.equals(expected.get(name) ?? Buffer.of()), `${what}: ${name}`).toBe(true);
  }
  const left = [...(await readdir(run)), ...(await readdir(join(run, 'checkpoints')))];
  expect(left.filter(name => name.startsWith('.') || name === 'writer.json'), what).toEqual([]);
  // What was saved to wait, or to stop, is told of too; it is no part of an unbroken run.
  const of = new Set(['step', 'validation', 'sample', 'checkpoint', 'finished']);
  const checkpoints = new Set((await eventsOf(unbroken)).flatMap(({ type, step }) => (type === 'checkpoint' ? step : [])));
  const seen = async (folder: string): Promise<unknown[]> =>
    (await seenByReaders(folder)).filter(({ type, step }) => of.has(type) && (type !== 'checkpoint' || checkpoints.has(step)));
  expect(await seen(run), what).toEqual(await seen(unbroken));
}

async function filesUnder(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  const contents = await Promise.all(files.map(async file => [file.slice(folder.length), await readFile(file)] as const));
  return new Map(contents);
}
