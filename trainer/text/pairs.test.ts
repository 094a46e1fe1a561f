import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { readPairs, type Pair, type PairSource } from './pairs.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pairs-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function read(source: PairSource): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for await (const pair of readPairs(source)) pairs.push(pair);
  return pairs;
}

async function refusal(source: PairSource): Promise<Failure> {
  const thrown: unknown = await read(source).then(() => undefined, (error: unknown) => error);
  if (thrown instanceof Failure) return thrown;
  throw new Error(`a Failure was expected, not ${String(thrown)}`);
}

const go: Pair = { source: 'Go.', target: 'Va !' };
const run: Pair = { source: 'Run!', target: 'Cours\u202F!' };

describe('a table', () => {
  it('is read with any line end, blank lines, a byte-order mark and further columns', async () => {
    const table = await file('a.tsv', '\uFEFFGo.\tVa !\r\n\r\n  \nRun!\tCours\u202F!\tCC-BY 2.0\tx');
    expect(await read({ kind: 'tsv', file: table })).toEqual([go, run]);
  });

  it('is unpacked when its name ends in .gz', async () => {
    const long = `${'word '.repeat(20_000)}\tmot\n`;
    const table = await file('a.tsv.gz', gzipSync(`Go.\tVa !\n${long}${long}Run!\tCours\u202F!\n`));
    const pairs = await read({ kind: 'tsv', file: table });
    expect([pairs.length, pairs[0], pairs[3]]).toEqual([4, go, run]);
  });

  it('is refused at a line without a tab', async () => {
    const table = await file('ragged.tsv', 'Go.\tVa !\n\nRun!\n');
    const { code, message } = await refusal({ kind: 'tsv', file: table });
    expect(code).toBe('bad-corpus');
    expect(message).toBe(`${table}, line 3: one column found ("Run!"), two expected: source, tab, target.`);
  });

  it('is refused at bytes that are not UTF-8', async () => {
    const table = await file('latin1.tsv', Buffer.concat([Buffer.from('Go.\tVa !\nSummer\t'), Buffer.from('été', 'latin1')]));
    const { code, message } = await refusal({ kind: 'tsv', file: table });
    expect(code).toBe('bad-corpus');
    expect(message).toContain(`${table}, line 2: bytes found that are not UTF-8`);
  });

  it('is refused when a line has no end', async () => {
    const table = await file('endless.tsv', Buffer.concat([Buffer.from('Go.\tVa !\n'), Buffer.alloc(1_200_000, 'x')]));
    const { message } = await refusal({ kind: 'tsv', file: table });
    expect(message).toContain('line 2: a line of over 1 MB');
  });

  it('is refused when its archive is cut off', async () => {
    const whole = gzipSync(Array.from({ length: 3000 }, (_, line) => `${line} ${Math.sqrt(line)}\t${line}\n`).join(''));
    const table = await file('cut.tsv.gz', whole.subarray(0, whole.length - 500));
    expect((await refusal({ kind: 'tsv', file: table })).message).toContain('the archive is damaged or cut off');
    const noArchive = await file('plain.tsv.gz', 'Go.\tVa !\n');
    expect((await refusal({ kind: 'tsv', file: noArchive })).code).toBe('bad-corpus');
  });

  it('that does not exist is named', async () => {
    const { code, message } = await refusal({ kind: 'tsv', file: join(folder, 'nowhere.tsv.gz') });
    expect([code, message]).toEqual(['no-such-file', `${join(folder, 'nowhere.tsv.gz')} does not exist.`]);
  });

  it('may be left half-read', async () => {
    const table = await file('long.tsv', 'Go.\tVa !\n'.repeat(100_000));
    for await (const pair of readPairs({ kind: 'tsv', file: table })) {
      expect(pair).toEqual(go);
      break;
    }
  });
});

describe('parallel files', () => {
  it('are read line by line, pairs with a blank side left out', async () => {
    const source = await file('p.en', 'Go.\n\nBlank\nRun!\n');
    const target = await file('p.fr.gz', gzipSync('Va !\n\n \nCours\u202F!'));
    expect(await read({ kind: 'parallel', source, target })).toEqual([go, run]);
  });

  it('are refused when they differ in length, with both lengths', async () => {
    const source = await file('q.en', 'a\nb\nc\n');
    const target = await file('q.fr', 'a\nb\nc\nd\ne\n');
    const { code, message } = await refusal({ kind: 'parallel', source, target });
    expect(code).toBe('bad-corpus');
    expect(message).toContain(`${source} has 3 lines and ${target} has 5 lines`);
  });
});

describe('word links', () => {
  it('may end in blank lines, but not in links of no pair', async () => {
    const table = await file('l.tsv', 'Go.\tVa !\n\nRun!\tCours !\n\n');
    const links = (content: string): Promise<string> => file('l.links', content);
    const source = async (content: string) => ({ kind: 'tsv', file: table, links: { file: await links(content), firstIndex: 0 } }) as const;
    expect((await read(await source('0-0\n\n0-0\n\n'))).map(pair => pair.links)).toHaveLength(2);
    const { code, message } = await refusal(await source('0-0\n\n0-0\n\n0-1\n'));
    expect(code).toBe('bad-corpus');
    expect(message).toContain('l.links, line 5: "0-1" found after the links of the last pair');
  });
});
