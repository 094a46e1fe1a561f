import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { crc32c, EventFile } from './tfevents.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tfevents-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

/**
 * Written by TensorBoard 2.21 itself (tensorboard.summary.writer.record_writer.RecordWriter, at 1700000000.5 s):
 *   Event(file_version='brain.Event:2')
 *   Event(step=11, session_log=SessionLog(status=SessionLog.START))
 *   Event(step=300, summary: 'train/loss' 1.25, 'train/likelihood' -0.5)
 */
const tensorBoards =
  '1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b3531100f000000000000006d53' +
  '2b090900002040fc54d941100b3a0208015e3549113a000000000000001295eae20900002040fc54d94110ac022a2c0a110a' +
  '0a747261696e2f6c6f7373150000a03f0a170a10747261696e2f6c696b656c69686f6f6415000000bfbdc4888c';

test("writes the bytes that TensorBoard's own writer does", async () => {
  vi.useFakeTimers({ now: 1_700_000_000_500, toFake: ['Date'] });
  const file = new EventFile(join(folder, 'events'));
  await file.restart(10);
  await file.add(300, { 'train/loss': 1.25, 'train/likelihood': -0.5 });
  expect((await readFile(file.path)).toString('hex')).toBe(tensorBoards);
});

test('the checksum is CRC-32C (RFC 3720, appendix B.4)', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
});

test('every attempt has a file of its own, named as TensorBoard looks for it, and only once there is something to say', async () => {
  const first = EventFile.of(folder, 1);
  const second = EventFile.of(folder, 2);
  expect(await readdir(folder)).toEqual([]);
  await first.add(1, { loss: 1 });
  await second.restart(1);
  const names = (await readdir(folder)).toSorted();
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\..+\.[12]$/);
});

test('a folder that is gone is one clear failure', async () => {
  const failed = await new EventFile(join(folder, 'gone', 'events')).add(1, { loss: 1 }).catch((thrown: unknown) => thrown);
  expect(failed).toBeInstanceOf(Failure);
  expect(failed).toMatchObject({ code: 'no-such-file' });
});
