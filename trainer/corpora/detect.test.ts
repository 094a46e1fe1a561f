import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { writeFolders, writeIdx } from '../tasks/image-classification/toy.fixture.ts';
import { detectData } from './detect.ts';
import { rolesOf } from './detected.ts';
import { testFiles } from './files.fixture.ts';

const { file, path } = testFiles();

type Task = Parameters<typeof detectData>[0];

/** The likeliest way to read a file: what is told of it, and what a config says. */
async function likeliest(task: Task, ...files: readonly string[]) {
  const { detected, problems } = await detectData(task, files);
  const [first] = detected;
  if (first === undefined) throw new Error(`nothing was detected: ${problems.join(' ')}`);
  const { source, lengths, reading } = first;
  return { ...reading, source: source({}), lengths: lengths(rolesOf(first)), ids: detected.map(each => each.reading.id) };
}

const lines = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
const words = ['red', 'small', 'old', 'blue', 'new', 'tall', 'odd'];
const sentence = (index: number): string => `The ${words[index % 7]} cat number ${index} sat on the ${words[(index * 3) % 7]} mat.`;

describe('pairs', () => {
  test('a table, its examples and how many there are', async () => {
    const pairs = await file('pairs.tsv', lines(300, index => `${sentence(index)}\tLe chat ${index}.`));
    expect(await likeliest('translation', pairs)).toMatchObject({
      id: 'tsv', rows: 300, isCounted: true, problems: [], source: { format: 'tsv', file: pairs },
      columns: [{ name: 'Column 1', examples: [sentence(0), sentence(1)] }, { name: 'Column 2', examples: ['Le chat 0.', 'Le chat 1.'] }],
    });
  });

  test('numbers before the texts are passed over', async () => {
    const pairs = await file('ids.tsv', lines(50, index => `${index}\t${sentence(index)}\t${index + 7}\tLe chat ${index}.`));
    expect(await likeliest('translation', pairs)).toMatchObject({ roles: [{ role: 'source', column: 1 }, { role: 'target', column: 3 }], source: { columns: { source: 1, target: 3 } } });
  });

  test('a line without a tab is told as training would tell it, and a first line of names', async () => {
    const pairs = await file('broken.tsv', `source\ttarget\n${lines(20, index => `${sentence(index)}\tx ${index}`)}no tab here\n`);
    const { problems } = await likeliest('translation', pairs);
    expect(problems).toEqual([expect.stringMatching(/broken\.tsv, line 22: one column found/), expect.stringContaining('looks like names of columns')]);
  });

  test('two files, line by line; of different lengths, too', async () => {
    const [source, target] = [await file('a.de', lines(30, sentence)), await file('a.en', lines(30, sentence))];
    expect(await likeliest('translation', source, target)).toMatchObject({ id: 'parallel', rows: 30, problems: [], source: { format: 'parallel', source, target } });
    const short = await file('b.en', lines(29, sentence));
    expect((await likeliest('translation', source, short)).problems).toEqual([expect.stringContaining('equal numbers were expected')]);
  });

  test('packed, and longer than what is read: their number is estimated', async () => {
    const count = 600_000;
    const pairs = await file('large.tsv.gz', gzipSync(lines(count, index => `${sentence(index)}\tLe chat numéro ${index}.`), { level: 1 }));
    const { rows, isCounted } = await likeliest('translation', pairs);
    expect(isCounted).toBe(false);
    expect(rows / count).toBeGreaterThan(0.9);
    expect(rows / count).toBeLessThan(1.1);
  });
});

describe('labelled texts', () => {
  const label = (index: number): string => (index % 3 === 0 ? 'good' : 'bad');

  test('a table with names of columns, whichever comes first', async () => {
    const table = await file('named.csv', `id,text,label\n${lines(60, index => `${index},"He said, ""${sentence(index)}""",${label(index)}`)}`);
    expect(await likeliest('classification', table)).toMatchObject({
      title: 'Table parted by commas, 3 columns with names', rows: 60, problems: [],
      source: { format: 'csv', file: table, labelColumn: 'label', textColumn: 'text', header: true },
      columns: [{}, { examples: [expect.stringContaining('He said, "The red cat'), expect.any(String)] }, { examples: ['good', 'bad'] }],
    });
  });

  test('tabs without names; semicolons', async () => {
    expect((await likeliest('classification', await file('plain.tsv', lines(60, index => `${label(index)}\t${sentence(index)}`)))).source).toMatchObject({ format: 'tsv', labelColumn: 0, textColumn: 1 });
    expect((await likeliest('classification', await file('semi.csv', lines(60, index => `${sentence(index)};${label(index)}`)))).source).toMatchObject({ format: 'csv', delimiter: ';', labelColumn: 1, textColumn: 0 });
  });

  test('objects a line', async () => {
    const objects = await file('objects.jsonl', lines(60, index => JSON.stringify({ id: index, sentence: sentence(index), stars: index % 5 })));
    expect((await likeliest('classification', objects)).source).toEqual({ format: 'jsonl', file: objects, labelKey: 'stars', textKey: 'sentence' });
  });

  test.each([
    ['fasttext', (index: number) => `__label__${label(index)} ${sentence(index)}`],
    ['trec', (index: number) => `${label(index).toUpperCase()}:x ${sentence(index)}`],
    ['label-first', (index: number) => `${label(index)} ${sentence(index)}`],
  ])('lines as of %s', async (format, line) => {
    expect(await likeliest('classification', await file(`${format}.txt`, lines(60, line)))).toMatchObject({ id: format, rows: 60, problems: [], columns: [{ name: 'Label' }, { name: 'Text' }] });
  });

  test('bytes that are no UTF-8 are Latin-1', async () => {
    const old = await file('old.txt', Buffer.from(lines(60, index => `${label(index)} Le café ${sentence(index)}`), 'latin1'));
    const { source, columns } = await likeliest('classification', old);
    expect([source, columns[1]?.examples[0]]).toEqual([{ format: 'label-first', file: old, encoding: 'latin-1' }, expect.stringContaining('café')]);
  });

  test('one class only', async () => {
    expect((await likeliest('classification', await file('one.tsv', lines(20, index => `good\t${sentence(index)}`)))).problems.join()).toMatch(/at least two classes/);
  });
});

test('plain texts: lines, or paragraphs where blank lines part them', async () => {
  const plain = await file('plain.txt', lines(40, sentence));
  expect(await likeliest('language-modelling', plain)).toMatchObject({ id: 'text line', rows: 40, ids: ['text line', 'text paragraph'], source: { format: 'text', unit: 'line' } });
  const book = await file('book.txt', lines(40, index => `${sentence(index)}\n${sentence(index + 1)}\n${sentence(index + 2)}\n`));
  expect(await likeliest('language-modelling', book)).toMatchObject({ id: 'text paragraph', rows: 40 });
});

test('conversations', async () => {
  const turns = await file('turns.jsonl', lines(10, index => JSON.stringify({ turns: ['Hello!', `I am ${index}.`] })));
  expect(await likeliest('dialogue', turns)).toMatchObject({ id: 'jsonl', rows: 10, columns: [{ examples: ['Hello!', 'Hello!'] }, { examples: ['I am 0.', 'I am 1.'] }] });
  const yaml = await file('turns.yaml', 'conversations:\n- - Hello\n  - Hi\n- - Bye\n  - So long\n');
  expect(await likeliest('dialogue', yaml)).toMatchObject({ id: 'yaml', rows: 2 });
});

describe('images', () => {
  test('a folder a class', async () => {
    await writeFolders(path('pictures'), 5);
    const { columns, source, rows } = await likeliest('image-classification', path('pictures'));
    expect([rows, source, columns]).toEqual([10, { format: 'image-folder', folder: path('pictures'), channels: 1 }, [{ name: 'lies', examples: ['5 images'] }, { name: 'stands', examples: ['5 images'] }]]);
  });

  test('IDX: of one file the other is found beside it, or both are given in either order', async () => {
    await file('mnist/.keep', '');
    const { images, labels } = await writeIdx(path('mnist'), 'train', 12);
    for (const files of [[images], [labels], [labels, images]]) {
      expect(await likeliest('image-classification', ...files)).toMatchObject({ rows: 12, title: 'IDX, 8 × 8 pixels', source: { format: 'idx', images, labels } });
    }
  });
});

describe('what is nothing to learn from is told why', () => {
  const problem = async (task: Task, ...files: readonly string[]): Promise<string> => {
    const { detected, problems } = await detectData(task, files);
    expect(detected).toEqual([]);
    return problems.join(' ');
  };

  test.each(['translation', 'classification', 'dialogue', 'language-modelling'] as const)('%s', async task => {
    expect(await problem(task, await file('empty.txt', '\n\n'))).toMatch(/empty\.txt is empty/);
    expect(await problem(task, await file('zeros.txt', Buffer.alloc(1000)))).toMatch(/no text/);
    expect(await problem(task, path('.'))).toMatch(/is a folder/);
    await expect(detectData(task, [path('nowhere.tsv')])).rejects.toMatchObject({ code: 'no-such-file' });
  });

  test('prose is no table and no conversation', async () => {
    const prose = await file('prose.txt', lines(50, sentence));
    expect(await problem('translation', prose)).toMatch(/parted by tabs/);
    expect(await problem('dialogue', prose)).toMatch(/conversations/);
  });

  test('a folder without pictures', async () => {
    await file('none/inside/readme.txt', 'x');
    expect(await problem('image-classification', path('none'))).toMatch(/no subfolders with PNG or JPEG/);
  });
});
