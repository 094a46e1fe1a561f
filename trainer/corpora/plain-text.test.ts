import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collect, refusal, testFiles } from './files.fixture.ts';
import { plainTextSourceSchema, readPlainText } from './plain-text.ts';

const files = testFiles();
const read = (source: object): Promise<string[]> => collect(readPlainText(plainTextSourceSchema.parse(source)));

describe('plain text', () => {
  it('is read by line, or by paragraph with its lines joined', async () => {
    const file = await files.file('a.txt.gz', gzipSync('\n One\ntwo.\r\n\r\n\n  Three. \n'));
    expect(await read({ format: 'text', file })).toEqual(['One', 'two.', 'Three.']);
    expect(await read({ format: 'text', file, unit: 'paragraph' })).toEqual(['One two.', 'Three.']);
  });

  it('is one column of a table', async () => {
    const file = await files.file('a.tsv', 'en\tfr\nGo.\tVa !\n\tRien\nRun!\tCours !\n');
    expect(await read({ format: 'tsv', file, textColumn: 'fr' })).toEqual(['Va !', 'Rien', 'Cours !']);
    expect(await read({ format: 'tsv', file, textColumn: 0, header: true })).toEqual(['Go.', 'Run!']);
  });

  it('is refused when a paragraph has no end, or a column is missing', async () => {
    const file = await files.file('b.txt', 'A line of a book.\n'.repeat(70_000));
    expect(await refusal(readPlainText(plainTextSourceSchema.parse({ format: 'text', file, unit: 'paragraph' })))).toContain('a paragraph of over 1 MB found');
    expect(await refusal(readPlainText(plainTextSourceSchema.parse({ format: 'tsv', file, textColumn: 1 })))).toContain('line 1: 1 column found');
  });
});

const corpus = fileURLToPath(new URL('../../../shared/data/fra-eng/fra.txt.gz', import.meta.url));
const present = existsSync(corpus);

describe.skipIf(!present)(`fra-eng${present ? '' : ' (skipped: ../shared/data/fra-eng is not here)'}`, () => {
  it('has its English side in column 0', async () => {
    const texts = await read({ format: 'tsv', file: corpus, textColumn: 0 });
    expect([texts.length, texts[0]]).toEqual([142_787, 'Go.']);
  });
});
