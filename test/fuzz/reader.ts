/** The process that reads damaged files: `reader.ts SCRATCH SUBJECTS`, the second a module. Which case it is at stands in the file SCRATCH/at, for when it dies. */
import { mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { Random } from '../../trainer/training/random.ts';
import { mutate } from './mutate.ts';
import { type Bug, mostMemory, mostTime, type Order, type Word } from './protocol.ts';
import type { Seed, Subject } from './subject.ts';

const [, , scratch = '.', module = ''] = process.argv;
const { subjects }: { subjects: readonly Subject[] } = await import(module);
const at = openSync(join(scratch, 'at'), 'w');

const planted = new Map<string, Promise<readonly Seed[]>>();

/** The seeds of a subject, each in a folder of its own. */
function plant(subject: Subject): Promise<readonly Seed[]> {
  const known = planted.get(subject.name) ?? makeSeeds(subject);
  planted.set(subject.name, known);
  return known;
}

async function makeSeeds(subject: Subject): Promise<readonly Seed[]> {
  const making = join(scratch, 'making');
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making);
  const seeds = await subject.seeds(making);
  for (const [index, { files, opened = '' }] of seeds.entries()) {
    const folder = folderOf(subject, index);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    // What fails whole would be refused however it is damaged.
    await subject.read(join(folder, opened), () => 0.9);
  }
  return seeds;
}

const folderOf = (subject: Subject, seed: number): string => join(scratch, `${subject.name.replace(/\W+/g, '-')}-${seed}`);

async function readCase(subject: Subject, seeds: readonly Seed[], number: number): Promise<'read' | 'refused' | { readonly bug: string }> {
  const random = new Random('fuzz', subject.name, number);
  const index = random.below(seeds.length);
  const seed = seeds[index];
  if (seed === undefined) throw new Error(`${subject.name} has no seeds`);
  const { files, opened = '' } = seed;
  const names = seed.damaged ?? Object.keys(files);
  const name = names[random.below(names.length)] ?? '';
  const whole = files[name] ?? Buffer.alloc(0);
  const folder = folderOf(subject, index);
  const path = join(folder, opened);
  damage(join(folder, name), mutate(whole, random), whole);
  try {
    await subject.read(path, random.uniform);
    return 'read';
  } catch (thrown) {
    const why = complaint(thrown, folder);
    return why === undefined ? 'refused' : { bug: why };
  }
}

let damaged: { readonly path: string; readonly whole: Buffer } | undefined;

/** One file at a time: the last one is made whole where it is another. */
function damage(path: string, bytes: Buffer, whole: Buffer): void {
  if (damaged !== undefined && damaged.path !== path) writeFileSync(damaged.path, damaged.whole);
  damaged = { path, whole };
  writeFileSync(path, bytes);
}

/** How the rooms say what they expected: outright, or by what it is not. */
const expectation = /expected|at most|more than|accepted|takes \d|lies at|\(found |names it|this program reads|\black\b|\b(?:is|are|has|have|holds) (?:no|not|none)\b|\b(?:cannot|only)\b|but /i;

/** What is wrong with how a case ended; nothing where it names the file, what was found and what was expected. */
function complaint(thrown: unknown, folder: string): string | undefined {
  if (!(thrown instanceof Failure)) return thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown);
  const { code, message, hint } = thrown;
  const told = `${code}: ${message} (${hint})`;
  if (code === 'internal') return `an internal failure: ${told}`;
  if (!message.includes(folder)) return `no file is named: ${told}`;
  if (!expectation.test(message)) return `nothing is expected: ${told}`;
  if (hint === '') return `no hint: ${told}`;
  // Names in a file are anything; a message is a line.
  return message.length > 3000 || /[\0\n]/.test(message) ? `too long, or of several lines: ${told.slice(0, 500)}` : undefined;
}

let before: number | undefined;

async function work({ subject: name, from, to }: Order): Promise<Word> {
  const subject = subjects.find(each => each.name === name);
  if (subject === undefined) throw new Error(`there is no subject ${name}`);
  const seeds = await plant(subject);
  before ??= process.resourceUsage().maxRSS;
  const bugs: Bug[] = [];
  const counts = { read: 0, refused: 0 };
  let slowest = { case: from, milliseconds: 0 };
  const begun = process.cpuUsage();
  const position = Buffer.alloc(8);
  for (let number = from; number < to && bugs.length < 20; number++) {
    position.writeDoubleLE(number);
    writeSync(at, position, 0, 8, 0);
    const started = process.cpuUsage();
    const result = await readCase(subject, seeds, number);
    const { user, system } = process.cpuUsage(started);
    const milliseconds = (user + system) / 1000;
    if (milliseconds > slowest.milliseconds) slowest = { case: number, milliseconds };
    if (typeof result === 'object') bugs.push({ case: number, what: result.bug });
    else counts[result]++;
    if (milliseconds > mostTime) bugs.push({ case: number, what: `it took ${milliseconds.toFixed(0)} ms of the processor` });
    const grown = (process.resourceUsage().maxRSS - before) * 1024;
    if (grown > mostMemory) {
      bugs.push({ case: number, what: `memory grew by ${grown} bytes` });
      before += grown / 1024;
    }
  }
  position.writeDoubleLE(-1);
  writeSync(at, position, 0, 8, 0);
  const { user, system } = process.cpuUsage(begun);
  return { type: 'done', ...counts, bugs, slowest, milliseconds: (user + system) / 1000 };
}

process.on('message', (order: Order) => {
  work(order).then(
    word => process.send?.(word),
    (thrown: unknown) => {
      console.error(thrown);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
const ready: Word = { type: 'ready' };
process.send?.(ready);
