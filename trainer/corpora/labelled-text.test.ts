import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collect, refusal, testFiles } from './files.fixture.ts';
import { readLabelledText, labelledSourceSchema } from './labelled-text.ts';

const files = testFiles();

/** Read as a config would name it: label and text of each example. */
async function read(source: object): Promise<(readonly [string, string])[]> {
  return (await collect(readLabelledText(labelledSourceSchema.parse(source)))).map(({ label, text }) => [label, text] as const);
}

const refused = (source: object, code?: 'no-such-file'): Promise<string> => refusal(readLabelledText(labelledSourceSchema.parse(source)), code);

describe('a tab-separated table', () => {
  it('is read by numbers or names of its columns, in either order, packed or not', async () => {
    const plain = await files.file('a.tsv', 'pos\tGood. \n\nneg\tBad.\tx\npos\t \n');
    expect(await read({ format: 'tsv', file: plain, labelColumn: 0, textColumn: 1 })).toEqual([['pos', 'Good. '], ['neg', 'Bad.']]);
    const named = await files.file('b.tsv.gz', gzipSync('sentence\tlabel\r\nGood.\t 1\r\n"Bad".\t0\r\n'));
    const expected = [['1', 'Good.'], ['0', '"Bad".']];
    expect(await read({ format: 'tsv', file: named, labelColumn: 'label', textColumn: 'sentence' })).toEqual(expected);
    expect(await read({ format: 'tsv', file: named, labelColumn: 1, textColumn: 0, header: true })).toEqual(expected);
  });

  it('is refused where a column or a label is missing, by line', async () => {
    const file = await files.file('c.tsv', 'label\ttext\na\tb\nc\n');
    expect(await refused({ format: 'tsv', file, labelColumn: 'label', textColumn: 'text' }))
      .toBe(`${file}, line 3: 1 column found ("c"), at least 2 expected.`);
    expect(await refused({ format: 'tsv', file, labelColumn: 'class', textColumn: 'text' }))
      .toBe(`${file}, line 1: the columns "label, text" found; one named "class" is expected.`);
    const empty = await files.file('d.tsv', 'a\tb\n \tc\n');
    expect(await refused({ format: 'tsv', file: empty, labelColumn: 0, textColumn: 1 })).toContain(`${empty}, line 2: an empty label found`);
    const swapped = await files.file('e.tsv', `${'word '.repeat(50)}\tpos\n`);
    expect(await refused({ format: 'tsv', file: swapped, labelColumn: 0, textColumn: 1 })).toContain('a label of 249 characters found');
    expect(await refused({ format: 'tsv', file: files.path('none.tsv'), labelColumn: 0, textColumn: 1 }, 'no-such-file')).toContain('does not exist');
  });
});

describe('a comma-separated table', () => {
  it('is read with quotes, and delimiters and line ends between them', async () => {
    const file = await files.file('a.csv', 'text,label\r\n"He said ""no"", twice",neg\r\n"two\r\n\r\nlines",pos\r\nplain "word",pos\r\n"",pos\r\n"end","pos"');
    expect(await read({ format: 'csv', file, labelColumn: 'label', textColumn: 'text' }))
      .toEqual([['neg', 'He said "no", twice'], ['pos', 'two\n\nlines'], ['pos', 'plain "word"'], ['pos', 'end']]);
    const semicolons = await files.file('b.csv', '1;"a;b"\n2;c,d;\n');
    expect(await read({ format: 'csv', file: semicolons, labelColumn: 0, textColumn: 1, delimiter: ';' })).toEqual([['1', 'a;b'], ['2', 'c,d']]);
  });

  it('names the line a row starts in', async () => {
    const file = await files.file('c.csv', '"a\nb",x\n,y\n');
    expect(await refused({ format: 'csv', file, labelColumn: 0, textColumn: 1 })).toContain(`${file}, line 3: an empty label`);
  });

  it('is refused where a quote is not closed, or closed too early', async () => {
    const open = await files.file('d.csv', 'a,b\na,"b\nc,d\n');
    expect(await refused({ format: 'csv', file: open, labelColumn: 0, textColumn: 1 })).toContain(`${open}, line 2: a quote found that nothing closes`);
    const long = await files.file('e.csv', `a,"b\n${'c,d\n'.repeat(400_000)}`);
    expect(await refused({ format: 'csv', file: long, labelColumn: 0, textColumn: 1 })).toContain(`${long}, line 1: a quote found`);
    const early = await files.file('f.csv', 'a,"b" c\n');
    expect(await refused({ format: 'csv', file: early, labelColumn: 0, textColumn: 1 })).toContain('line 1: text found behind a closing quote (" c")');
  });
});

describe('JSON Lines', () => {
  it('are read by the keys named, labels being texts or numbers', async () => {
    const file = await files.file('a.jsonl', '{"label": "pos", "text": "Good."}\n\n{"label": 0, "text": "Bad.", "id": 7}\n');
    expect(await read({ format: 'jsonl', file })).toEqual([['pos', 'Good.'], ['0', 'Bad.']]);
    const keys = await files.file('b.jsonl', '{"class": 1, "review": "Good."}');
    expect(await read({ format: 'jsonl', file: keys, labelKey: 'class', textKey: 'review' })).toEqual([['1', 'Good.']]);
  });

  it('are refused by line', async () => {
    const missing = await files.file('c.jsonl', '{"label": "a", "text": "b"}\n{"text": "c"}\n');
    expect(await refused({ format: 'jsonl', file: missing }))
      .toBe(String.raw`${missing}, line 2: "{\"text\": \"c\"}" found: "label": expected a string or a number.`);
    const broken = await files.file('d.jsonl', '{"label": "a", "te\n');
    expect(await refused({ format: 'jsonl', file: broken })).toContain('line 1: "{\\"label\\": \\"a\\", \\"te" found, which is not JSON');
  });
});

describe('fastText', () => {
  it('is read with one label a line', async () => {
    const file = await files.file('a.txt', '__label__pos Good , really .\n__label__neg\n__label__neg\tBad .\n');
    expect(await read({ format: 'fasttext', file })).toEqual([['pos', 'Good , really .'], ['neg', 'Bad .']]);
  });

  it('is refused with none or several', async () => {
    const several = await files.file('b.txt', '__label__a x\n__label__a __label__b x\n');
    expect(await refused({ format: 'fasttext', file: several })).toContain(`${several}, line 2: 2 labels found, __label__a __label__b; exactly one`);
    expect(await refused({ format: 'fasttext', file: await files.file('c.txt', 'Good __label__a\n') })).toContain('line 1: no label at the beginning found');
    expect(await refused({ format: 'fasttext', file: await files.file('d.txt', '__label__ Good\n') })).toContain('line 1: an empty label found');
  });
});

it('a finer label is read beside the class: of TREC the fine one, of others by its column or key', async () => {
  const finer = async (source: object): Promise<(string | undefined)[]> => (await collect(readLabelledText(labelledSourceSchema.parse(source)))).map(text => text.finer);
  const trec = await files.file('finer.txt', 'DESC:manner How ?\nNUM:dist How far ?\n');
  expect(await finer({ format: 'trec', file: trec })).toEqual(['DESC:manner', 'NUM:dist']);
  expect(await finer({ format: 'trec', file: trec, classes: 'fine' })).toEqual([undefined, undefined]);
  const table = await files.file('finer.csv', 'text,class,kind\n"Good, really.",pos,praise\nBad.,neg,blame\n');
  expect(await finer({ format: 'csv', file: table, labelColumn: 'class', textColumn: 'text', finerColumn: 'kind' })).toEqual(['praise', 'blame']);
  const objects = await files.file('finer.jsonl', '{"label":1,"text":"Good.","kind":7}\n');
  expect(await finer({ format: 'jsonl', file: objects, finerKey: 'kind' })).toEqual(['7']);
  expect(await refused({ format: 'jsonl', file: objects, finerKey: 'stars' })).toContain('stars');
});

it('a label, one space and a text are read', async () => {
  const file = await files.file('sst.txt', '1 a stirring film\n0  bad\n');
  expect(await read({ format: 'label-first', file })).toEqual([['1', 'a stirring film'], ['0', ' bad']]);
  expect(await refused({ format: 'label-first', file: await files.file('one.txt', '1 a\nword\n') })).toContain('line 2: no space found');
});

it('questions of TREC are read with coarse or fine classes, in Latin-1', async () => {
  const file = await files.file('trec.txt', Buffer.from('DESC:manner Where is Malmö ?\nNUM:dist How far ?\n', 'latin1'));
  expect(await read({ format: 'trec', file, encoding: 'latin-1' })).toEqual([['DESC', 'Where is Malmö ?'], ['NUM', 'How far ?']]);
  expect(await read({ format: 'trec', file, encoding: 'latin-1', classes: 'fine' })).toEqual([['DESC:manner', 'Where is Malmö ?'], ['NUM:dist', 'How far ?']]);
  expect(await refused({ format: 'trec', file })).toContain('line 1: bytes found that are not UTF-8');
  expect(await refused({ format: 'trec', file: await files.file('no-trec.txt', 'DESC How ?\n') })).toContain('line 1: no "COARSE:fine" label');
});

it('a config names a format that there is, and nothing unknown', () => {
  expect(labelledSourceSchema.safeParse({ format: 'xml', file: 'a' }).error?.issues[0]?.message).toContain('expected "tsv", "csv"');
  expect(labelledSourceSchema.safeParse({ format: 'trec', file: 'a', header: true }).success).toBe(false);
  expect(labelledSourceSchema.safeParse({ format: 'tsv', file: 'a', labelColumn: -1, textColumn: 1 }).success).toBe(false);
});

const data = new URL('../../../shared/data/', import.meta.url);
const present = existsSync(new URL('sst2', data)) && existsSync(new URL('trec', data));

describe.skipIf(!present)(`SST-2 and TREC${present ? '' : ' (skipped: ../shared/data is not here)'}`, () => {
  const at = (name: string): string => fileURLToPath(new URL(name, data));

  it('have as many examples and classes as published', async () => {
    const classes = (examples: readonly (readonly [string, string])[]): number => new Set(examples.map(([label]) => label)).size;
    const train = await read({ format: 'label-first', file: at('sst2/train.txt') });
    expect([train.length, classes(train)]).toEqual([6920, 2]);
    const phrases = await read({ format: 'tsv', file: at('sst2/train-phrases.tsv.gz'), labelColumn: 'label', textColumn: 'sentence' });
    expect([phrases.length, classes(phrases)]).toEqual([60_614, 2]);
    const questions = { format: 'trec', file: at('trec/TREC.train'), encoding: 'latin-1' };
    const coarse = await read(questions);
    expect([coarse.length, classes(coarse), classes(await read({ ...questions, classes: 'fine' }))]).toEqual([5452, 6, 50]);
  });
});
