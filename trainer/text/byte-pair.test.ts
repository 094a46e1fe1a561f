import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { symbolOfByte } from './byte-level.ts';
import { trainBytePair } from './byte-pair.ts';
import { readPairs } from './pairs.ts';
import { TextTokenizer } from './tokenizer.ts';

const special = ['<pad>', '<s>', '</s>'];
const size = (merges: number): number => special.length + 256 + merges;

describe('trainBytePair', () => {
  it('merges the most frequent pair first (Sennrich et al. 2016, figure 1)', () => {
    const texts = [...repeat('low', 5), ...repeat('lower', 2), ...repeat('newest', 6), ...repeat('widest', 3)];
    const { merges } = trainBytePair(texts, { size: size(4), special }).model;
    expect(merges).toEqual([['e', 's'], ['es', 't'], ['l', 'o'], ['lo', 'w']]);
  });

  it('forgets the rarest words where there are more than it may count', () => {
    const rare = Array.from({ length: 500 }, (_, index) => `xy${String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26))}`);
    const texts = [...repeat('low', 50), ...rare, ...repeat('low', 50)];
    const { merges } = trainBytePair(texts, { size: size(2), special, mostWords: 20 }).model;
    expect(merges).toEqual([['l', 'o'], ['lo', 'w']]);
  });

  it('breaks ties by the alphabet', () => {
    const { merges } = trainBytePair(['zz', 'zz', 'aa', 'aa'], { size: size(2), special }).model;
    expect(merges).toEqual([['a', 'a'], ['z', 'z']]);
  });

  it('gives the same vocabulary whatever the order of the texts', () => {
    const texts = ['the cat sat on the mat', 'a cat and a hat', 'that is that', 'a mat is a mat', 'the hat'];
    const one = trainBytePair(texts, { size: size(40), special });
    expect(trainBytePair(texts.toReversed(), { size: size(40), special })).toEqual(one);
  });

  it('puts special tokens first, then every byte, then merges', () => {
    const { added_tokens: added, model } = trainBytePair(['aa aa'], { size: 1000, special });
    expect(added.map(token => [token.id, token.content])).toEqual([[0, '<pad>'], [1, '<s>'], [2, '</s>']]);
    const tokens = Object.entries(model.vocab).toSorted(([, one], [, other]) => one - other);
    expect(tokens.map(([token]) => token)).toEqual([...special, ...symbolOfByte, 'aa', 'Ġaa']);
    expect(tokens.map(([, id]) => id)).toEqual(tokens.map((_, id) => id));
  });

  it('stops when no pair occurs twice', () => {
    const { model } = trainBytePair(['abc'], { size: 1000, special });
    expect(model.merges).toEqual([]);
  });

  it('never learns the spelling of a special token', () => {
    const json = trainBytePair(repeat('<s><s><s> <s>', 50), { size: 1000, special });
    const tokenizer = TextTokenizer.parse(json, 'tokenizer.json');
    const { ids } = tokenizer.encode('<s><s>');
    expect(ids.filter(id => id < special.length)).toEqual([]);
    expect(tokenizer.decode(ids).text).toBe('<s><s>');
  });

  it('counts texts as they are normalised', () => {
    const { merges } = trainBytePair(['l\u2019eau', "l'eau"], { size: size(1), special }).model;
    expect(merges).toEqual([['a', 'u']]);
  });

});

const corpus = fileURLToPath(new URL('../../../shared/data/fra-eng/fra.txt.gz', import.meta.url));
const present = existsSync(corpus);

describe.skipIf(!present)(`fra-eng${present ? '' : ' (skipped: ../shared/data/fra-eng is not here)'}`, () => {
  it('gives the vocabulary of the fixture', { timeout: 120_000 }, async () => {
    const texts: string[] = [];
    for await (const pair of readPairs({ kind: 'tsv', file: corpus })) texts.push(pair.source, pair.target);
    const slots = ['<slot1>', '<slot2>', '<slot3>', '<slot4>'];
    const learned: unknown = trainBytePair(texts, { size: 1200, special: [...special, ...slots] });
    expect(learned).toEqual(JSON.parse(readFileSync(new URL('fixtures/tokenizer.json', import.meta.url), 'utf8')));
  });
});

function repeat(text: string, times: number): string[] {
  return Array.from({ length: times }, () => text);
}
