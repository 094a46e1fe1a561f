import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { EventFile, maskedCrc } from '../../training/tfevents.ts';
import { Random } from '../../training/random.ts';
import { EventLog, type ReadEvents } from './event-log.ts';

let folder: string;
let whole: Buffer;
/** Where the records of `whole` begin, and where the last ends. */
const ends: number[] = [0];

beforeAll(async () => {
  const keras = fileURLToPath(new URL('fixtures/keras/train', import.meta.url));
  const [name = ''] = await readdir(keras);
  whole = await readFile(join(keras, name));
  for (let at = 0; at < whole.length; ends.push(at)) at += 16 + Number(whole.readBigUInt64LE(at));
  folder = await mkdtemp(join(tmpdir(), 'event-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'log', 'events.out.tfevents.1.host.1');
beforeEach(async () => {
  await rm(join(folder, 'log'), { recursive: true, force: true });
  await mkdir(join(folder, 'log'));
});

async function read(bytes: Uint8Array): Promise<ReadEvents> {
  await writeFile(path(), bytes);
  return readAll();
}

async function readAll(): Promise<ReadEvents> {
  return new EventLog(join(folder, 'log')).read(new AbortController().signal);
}

const pointsIn = ({ series }: ReadEvents): number => series.metrics().reduce((sum, metric) => sum + (series.curve(metric)?.steps.length ?? 0), 0);

test('cut off anywhere, it tells what the whole records before tell, and no more', async () => {
  const points = pointsIn(await read(whole));
  expect(points).toBe(9);
  let before = 0;
  // Every place within two records, and those around each record's end.
  const lengths = ends.flatMap((end, index) => (index === 1 ? Array.from({ length: (ends[3] ?? 0) - end }, (_, more) => end + more) : [end - 1, end]));
  for (const length of new Set(lengths.filter(one => one >= 0).toSorted((one, other) => one - other))) {
    const cut = await read(whole.subarray(0, length));
    expect(cut.warnings).toEqual([]);
    const now = pointsIn(cut);
    if (now !== before) expect(ends).toContain(length);
    before = now;
  }
  expect(before).toBe(points);
});

test('a length that lies is refused: its checksum does not fit, or it reaches beyond the end', async () => {
  const lying = Buffer.from(whole);
  const second = ends[1] ?? 0;
  lying.writeBigUInt64LE(2n ** 62n, second);
  expect((await read(lying)).warnings).toEqual([expect.stringContaining(`is broken at byte ${second}`)]);
  lying.writeUInt32LE(maskedCrc(lying.subarray(second, second + 8)), second + 8);
  const huge = await read(lying);
  expect([huge.warnings, pointsIn(huge)]).toEqual([[], 0]);
});

test('records whose bytes were changed are passed over, and it is said; the others are read', async () => {
  const changed = Buffer.from(whole);
  const third = ends[2] ?? 0;
  changed.writeUInt8(changed.readUInt8(third + 14) ^ 1, third + 14);
  const found = await read(changed);
  expect(found.warnings).toEqual([expect.stringContaining('1 records are not as they were written')]);
  expect(pointsIn(found)).toBe(pointsIn(await read(whole)) - 1);
});

test('whatever stands in it, reading ends and throws nothing', async () => {
  const random = new Random(5, 'events');
  for (let round = 0; round < 60; round++) {
    const bytes = Buffer.from(whole);
    for (let change = random.below(8); change >= 0; change--) bytes.writeUInt8(random.below(256), random.below(bytes.length));
    // Checksums that fit let the changes through to what they guard.
    for (const [index, start] of ends.slice(0, -1).entries()) {
      const end = ends[index + 1] ?? bytes.length;
      bytes.writeBigUInt64LE(BigInt(end - start - 16), start);
      bytes.writeUInt32LE(maskedCrc(bytes.subarray(start, start + 8)), start + 8);
      bytes.writeUInt32LE(maskedCrc(bytes.subarray(start + 12, end - 4)), end - 4);
    }
    expect(pointsIn(await read(bytes))).toBeLessThanOrEqual(9);
  }
});

test('of several files a later start drops what earlier ones told of its step and of later ones', async () => {
  const first = new EventFile(join(folder, 'log', 'events.out.tfevents.9.host.1'));
  for (let step = 1; step <= 5; step++) await first.add(step, { loss: step, accuracy: 0.5 });
  const second = new EventFile(join(folder, 'log', 'events.out.tfevents.10.host.2'));
  await second.restart(2);
  await second.add(3, { loss: 30 });
  const { series } = await readAll();
  expect([...(series.curve('loss')?.steps ?? [])]).toEqual([1, 2, 3]);
  expect([...(series.curve('loss')?.values ?? [])]).toEqual([1, 2, 30]);
  expect([...(series.curve('accuracy')?.steps ?? [])]).toEqual([1, 2]);
});

test('is given up when nobody wants it any more', async () => {
  await writeFile(path(), whole);
  const log = new EventLog(join(folder, 'log'));
  await expect(log.read(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  expect(pointsIn(await log.read(new AbortController().signal))).toBe(9);
});

test('read again while it grows, torn or whole, begun again, replaced or cut, it tells what a first reading would', async () => {
  const random = new Random(7, 'growing');
  const source = new EventFile(join(folder, 'source'));
  for (let step = 1; step <= 40; step++) await source.add(step, { loss: step, [`train/${step % 3}`]: step });
  await new EventFile(join(folder, 'restarted')).restart(20);
  const [bytes, restarted] = [await readFile(source.path), await readFile(join(folder, 'restarted'))];
  const log = new EventLog(join(folder, 'log'));
  await mkdir(join(folder, 'log', 'train'));
  const files = ['events.out.tfevents.1.host.1', join('train', 'events.out.tfevents.1.host.1'), 'events.out.tfevents.2.host.2'].map(name => join(folder, 'log', name));
  const lengths = files.map(() => 0);
  for (let round = 0; round < 60; round++) {
    const which = Math.min(files.length - 1, Math.floor(round / 18));
    const all = which === 2 ? Buffer.concat([restarted, bytes]) : bytes;
    const shorter = random.below(12) === 0;
    lengths[which] = shorter ? random.below(lengths[which] ?? 0) : Math.min(all.length, (lengths[which] ?? 0) + random.below(400));
    await writeFile(files[which] ?? '', all.subarray(0, lengths[which]));
    const [again, fresh] = [await log.read(new AbortController().signal), await readAll()];
    expect(again.series.metrics().toSorted()).toEqual(fresh.series.metrics().toSorted());
    for (const metric of fresh.series.metrics()) {
      expect([...(again.series.curve(metric)?.steps ?? [])]).toEqual([...(fresh.series.curve(metric)?.steps ?? [])]);
      expect([...(again.series.curve(metric)?.values ?? [])]).toEqual([...(fresh.series.curve(metric)?.values ?? [])]);
    }
    expect(again.warnings).toEqual(fresh.warnings);
  }
  expect(await log.read(new AbortController().signal)).toMatchObject({ warnings: [] });
});
