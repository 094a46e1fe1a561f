import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badCorpus, type Encoding, readLines } from './lines.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lines-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: Uint8Array, encoding?: Encoding): Promise<string[]> {
  const file = join(folder, 'a.txt');
  await writeFile(file, content);
  const lines: string[] = [];
  for await (const line of readLines(file, encoding)) lines.push(line);
  return lines;
}

describe('readLines', () => {
  it('gives lines without their ends, blank ones too, and none after the last end', async () => {
    expect(await read(Buffer.from('\uFEFFa\r\n\nb é\n'))).toEqual(['a', '', 'b é']);
    expect(await read(Buffer.from('a\nb'))).toEqual(['a', 'b']);
    expect(await read(Buffer.alloc(0))).toEqual([]);
  });

  it('reads every byte of a Latin-1 file as the character of that number', async () => {
    expect(await read(Buffer.from([0xe9, 0x80, 0xff, 0x0d, 0x0a, 0xf0]), 'latin-1')).toEqual(['é\u0080ÿ', 'ð']);
  });
});

it('a corpus is refused by file and line, or by file where there are no lines', () => {
  expect(badCorpus('a.txt', 3, 'x found').message).toBe('a.txt, line 3: x found.');
  expect(badCorpus('a.png', undefined, 'x found').message).toBe('a.png: x found.');
  expect(['a.txt', 'a.png', 'B.JPEG'].map(file => badCorpus(file, undefined, 'x').hint)).toEqual([
    'Mend the file and start again.', 'Mend the image, or choose another one.', 'Mend the image, or choose another one.',
  ]);
});
