import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Random } from '../training/random.ts';
import { RunFollower } from './follow.ts';
import { indexName } from './index-file.ts';

let folder: string;
let events: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'follow-'));
  events = join(folder, 'events.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Event {
  readonly type: string;
  readonly attempt: number;
  readonly step: number;
  readonly [key: string]: unknown;
}

/** What a plain reading of the whole file makes of it. */
function readPlainly(text: string): { curves: Record<string, [number, number | null][]>; samples: number[]; attempt: number; last: string | undefined; best: number | undefined; passedOver: number; loss: unknown } {
  const found: Event[] = [];
  let passedOver = 0;
  for (const line of text.split('\n').slice(0, -1).filter(one => one !== '')) {
    try {
      const event = JSON.parse(line);
      if (typeof event.type !== 'string' || !Number.isInteger(event.attempt) || event.attempt < 1 || !Number.isInteger(event.step)) throw new Error('no event');
      found.push(event);
    } catch {
      passedOver++;
    }
  }
  const attempts = new Map<string, number>();
  for (const { type, step, attempt } of found) attempts.set(`${type} ${step}`, Math.max(attempt, attempts.get(`${type} ${step}`) ?? 0));
  const highest = (kind: string): Event[] => found.filter(({ type, step, attempt }) => type === kind && attempt === attempts.get(`${type} ${step}`));
  const curve = (type: string, value: (event: Event) => unknown): [number, number | null][] => {
    const bySteps = new Map<number, number | null>();
    for (const event of highest(type)) bySteps.set(event.step, typeof value(event) === 'number' ? Number(value(event)) : null);
    return [...bySteps].toSorted(([a], [b]) => a - b);
  };
  const attempt = Math.max(0, ...found.map(one => one.attempt));
  const ofAttempt = found.filter(one => one.attempt === attempt);
  const metrics = (event: Event): unknown => (typeof event['metrics'] === 'object' && event['metrics'] !== null && 'bleu' in event['metrics'] ? event['metrics'].bleu : undefined);
  const bests = highest('validation').filter((one, index, all) => all.findLastIndex(other => other.step === one.step) === index && one['best'] === true);
  return {
    curves: { 'train/loss': curve('step', one => one['loss']), 'validation/bleu': curve('validation', metrics) },
    samples: highest('sample').toSorted((a, b) => a.step - b.step).map(one => one.step),
    attempt,
    last: ofAttempt.at(-1)?.type,
    best: bests.length === 0 ? undefined : Math.max(...bests.map(one => one.step)),
    passedOver,
    loss: found.findLast(({ type }) => type === 'step')?.['loss'] ?? null,
  };
}

/** The same of a follower. */
function readingOf(follower: RunFollower): ReturnType<typeof readPlainly> {
  const { fold } = follower;
  const curve = (metric: string): [number, number | null][] => {
    const found = fold.series.curve(metric);
    return Array.from(found?.steps ?? [], (step, index) => {
      const value = found?.values[index];
      return [step, value === undefined || Number.isNaN(value) ? null : value];
    });
  };
  return {
    curves: { 'train/loss': curve('train/loss'), 'validation/bleu': curve('validation/bleu') },
    samples: Array.from(fold.samples.settle().steps.view()),
    attempt: fold.attempt,
    last: fold.last?.type,
    best: fold.bestStep(),
    passedOver: follower.passedOver,
    loss: fold.loss,
  };
}

const time = (step: number): string => new Date(1.79e12 + 1000 * step).toISOString();

/** A writer that does whatever writers, and those who copy runs, have been seen to do. */
class Writer {
  #attempt = 1;
  #step = 0;
  #pending = '';

  constructor(readonly random: Random) {}

  act(): void {
    const { random } = this;
    const kind = random.below(100);
    if (kind < 60) this.#append(this.#some(1));
    else if (kind < 70) this.#append(this.#some(20 + random.below(200)));
    else if (kind < 80) {
      // A line in pieces, as a slow disk shows it.
      const line = this.#pending === '' ? this.#some(1) : this.#pending;
      const cut = random.below(line.length);
      appendFileSync(events, line.slice(0, cut));
      this.#pending = line.slice(cut);
    } else if (kind < 86) this.#resume();
    else if (kind < 90) appendFileSync(events, ['{"type":"step","att\n', 'nonsense\n', '\n', '{"type":"step"}\n', '[]\n', '{"type":"step","attempt":0,"step":1}\n'][random.below(6)] ?? '');
    else if (kind < 93 && existsSync(events)) truncateSync(events, random.below(statSync(events).size + 1));
    else if (kind < 95) rmSync(events, { force: true });
    else if (kind < 97 && existsSync(events)) {
      copyFileSync(events, `${events}.copy`);
      renameSync(`${events}.copy`, events);
    } else if (kind < 98) writeFileSync(`${events}.other`, this.#some(300)), renameSync(`${events}.other`, events);
    else if (existsSync(events)) utimesSync(events, new Date(random.below(2 ** 31) * 1000), new Date(random.below(2 ** 31) * 1000));
  }

  #append(text: string): void {
    appendFileSync(events, (this.#pending === '' ? '' : '\n') + text);
    this.#pending = '';
  }

  #resume(): void {
    this.#attempt++;
    const from = this.random.below(this.#step + 1);
    this.#step = from;
    this.#append(this.#line('resumed', { fromStep: from, parameters: 1, totalSteps: 1000 }));
  }

  #some(count: number): string {
    return Array.from({ length: count }, () => this.#event()).join('');
  }

  #event(): string {
    const kind = this.random.below(20);
    if (kind === 0) return this.#line('sample', { source: 'Größe — 你好', target: 'size', reference: '"sizes"\n' });
    if (kind === 1) return this.#line('validation', { likelihood: 1, perplexity: 2, metrics: { bleu: this.random.below(1000) / 10 }, best: this.random.below(2) === 0 });
    if (kind === 2) return this.#line('checkpoint', { folder: 'checkpoints/x' });
    if (kind === 3) return this.#line(['paused', 'continued', 'unknown'][this.random.below(3)] ?? '', {});
    this.#step++;
    return this.#line('step', { loss: this.random.below(30) === 0 ? null : this.random.below(1e9) / 1e7, likelihood: 1, epoch: 0 });
  }

  #line(type: string, fields: Readonly<Record<string, unknown>>): string {
    const event = { type, ...fields, attempt: this.#attempt, step: this.#step, time: time(this.#step) };
    // Other programs put spaces between, and keys in another order.
    const text = JSON.stringify(event);
    return `${this.random.below(10) === 0 ? JSON.stringify(Object.fromEntries(Object.entries(event).toReversed())).replaceAll('":', '": ') : text}\n`;
  }
}

test('whatever a writer does and whenever it is looked at, it is read as a plain reader reads the whole', async () => {
  for (let seed = 0; seed < 40; seed++) {
    rmSync(events, { force: true });
    const random = new Random(seed, 'writer');
    const writer = new Writer(random);
    const whole = new RunFollower(folder, { steps: true });
    const outline = new RunFollower(folder, { steps: false });
    for (let turn = 0; turn < 60; turn++) {
      writer.act();
      if (random.below(3) > 0) continue;
      const expected = readPlainly(existsSync(events) ? readFileSync(events, 'utf8') : '');
      await whole.update();
      expect(readingOf(whole), `seed ${seed}, turn ${turn}`).toEqual(expected);
      if (random.below(4) > 0) continue;
      await outline.update();
      const { curves, attempt, last, best, loss } = readingOf(outline);
      expect({ bleu: curves['validation/bleu'], attempt, last, best, loss }, `outline, seed ${seed}, turn ${turn}`).toEqual({
        bleu: expected.curves['validation/bleu'], attempt: expected.attempt, last: expected.last, best: expected.best, loss: expected.loss,
      });
    }
  }
}, 240_000);

test('a line is read only once it has its end, and one that is too long is passed over', async () => {
  const follower = new RunFollower(folder, { steps: true });
  expect(await follower.update()).toBe(false);
  const line = JSON.stringify({ type: 'step', loss: 1, attempt: 1, step: 1, time: time(1) });
  writeFileSync(events, line);
  expect(await follower.update()).toBe(false);
  appendFileSync(events, `\n${'x'.repeat(17 << 20)}`);
  await follower.update();
  expect(follower.fold.step).toBe(1);
  appendFileSync(events, `${'x'.repeat(1 << 20)}\n${line.replace('"step":1', '"step":2')}\n`);
  await follower.update();
  expect(follower.fold.step).toBe(2);
  expect(follower.passedOver).toBe(1);
}, 60_000);

/** Large enough that an index of it is kept. */
function writeMany(count: number, loss: (step: number) => number): void {
  const lines = Array.from({ length: count }, (_, index) => {
    const step = index + 1;
    const sample = step % 1000 === 0 ? `${JSON.stringify({ type: 'sample', source: 'a', target: 'b', reference: 'c', attempt: 1, step, time: time(step) })}\n` : '';
    const validation = step % 500 === 0 ? `${JSON.stringify({ type: 'validation', likelihood: 1, perplexity: 2, metrics: { bleu: step }, best: true, attempt: 1, step, time: time(step) })}\n` : '';
    return `${JSON.stringify({ type: 'step', loss: loss(step), likelihood: loss(step), gradientNorm: 1, learningRate: 1, tokensPerSecond: 1, epoch: 0, attempt: 1, step, time: time(step) })}\n${validation}${sample}`;
  });
  writeFileSync(events, `not an event\n${lines.join('')}`);
}

async function followed(): Promise<ReturnType<typeof readPlainly>> {
  const follower = new RunFollower(folder, { steps: true });
  await follower.update();
  await follower.indexed();
  return readingOf(follower);
}

test('an index is believed while the events begin as they did, and else made anew', async () => {
  writeMany(25_000, step => 1 / step);
  const plain = await followed();
  const index = join(folder, indexName);
  const first = readFileSync(index);
  expect(JSON.stringify(await followed())).toBe(JSON.stringify(plain));
  // It was used, not made again.
  expect(readFileSync(index).equals(first)).toBe(true);
  appendFileSync(events, `${JSON.stringify({ type: 'step', loss: 7, attempt: 2, step: 25_000, time: time(1) })}\n`);
  const grown = await followed();
  expect(grown.curves['train/loss']?.at(-1)).toEqual([25_000, 7]);
  expect(grown.curves['train/loss']).toHaveLength(25_000);
  expect(grown).toMatchObject({ passedOver: 1, attempt: 2, best: 25_000, samples: plain.samples });

  for (const [what, damage] of Object.entries({
    'cut off': () => writeFileSync(index, first.subarray(0, first.length / 2)),
    'something else': () => writeFileSync(index, 'something else'),
    'of a lying length': () => writeFileSync(index, Buffer.concat([first.subarray(0, 8), Buffer.alloc(8, 0xff), first.subarray(16)])),
    'empty': () => writeFileSync(index, ''),
  })) {
    damage();
    expect(JSON.stringify(await followed()), what).toBe(JSON.stringify(grown));
  }
  writeMany(25_000, step => 2 / step);
  const other = await followed();
  expect(other.curves['train/loss']?.[9]).toEqual([10, 0.2]);
  // The same length and beginning, and another time: a change in the middle.
  const text = readFileSync(events, 'utf8').replace('"loss":0.0001,', '"loss":0.0003,');
  writeFileSync(events, text);
  utimesSync(events, new Date(), new Date(Date.now() + 5_000));
  expect((await followed()).curves['train/loss']?.[19_999]).toEqual([20_000, 0.0003]);
}, 120_000);

test.skipIf(process.platform === 'win32')('where no index can be written, everything is read all the same', async () => {
  writeMany(25_000, step => 1 / step);
  // A folder in its place cannot be replaced by a file, whoever one is.
  mkdirSync(join(folder, indexName, 'in the way'), { recursive: true });
  expect((await followed()).curves['train/loss']).toHaveLength(25_000);
}, 60_000);
