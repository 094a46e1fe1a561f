import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fit } from './fitting.ts';
import { temporaryFolder } from './saved-model.fixture.ts';
import { parseVocabulary, readVocabularies, type WordVocabulary } from './vocabulary.ts';

function vocabulary(json: unknown): WordVocabulary {
  const found = parseVocabulary(json, 'words.json');
  if (found === undefined) throw new Error('not taken for a vocabulary');
  return found;
}

/** Words of a text as they stand in it, by the numbers they have. */
const cut = (words: WordVocabulary, text: string): (readonly [number, string])[] => {
  const { ids, spans } = words.encode(text);
  return ids.map((id, index) => [id, text.slice(spans[index]?.start, spans[index]?.end)]);
};

test('a Tokenizer of Keras: punctuation separates, words it does not know are the one for them', () => {
  const config = { num_words: 5, filters: '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', lower: true, split: ' ', char_level: false, oov_token: '<OOV>', word_index: JSON.stringify({ '<OOV>': 1, the: 2, "don't": 3, cat: 4, sat: 5 }) };
  const words = vocabulary({ class_name: 'Tokenizer', config });
  expect(cut(words, 'The cat—  Don\'t!The-cat sat')).toEqual([[2, 'The'], [1, 'cat—'], [3, "Don't"], [2, 'The'], [4, 'cat'], [1, 'sat']]);
  expect(words.decode([2, 4, 0, 3]).text).toBe("the cat don't");
});

test('a list of words, as TextVectorization gives it: punctuation is dropped', () => {
  const words = vocabulary(['', '[UNK]', '[START]', '[END]', 'dont', 'naïve']);
  expect(cut(words, '  “Don\'t” Naïve!  😀 x')).toEqual([[1, '“Don\'t”'], [5, 'Naïve'], [1, '😀'], [1, 'x']]);
  expect([words.unknown, words.start, words.end]).toEqual([1, 2, 3]);
});

test('words and numbers: what words themselves hold separates none, and their case counts', () => {
  expect(cut(vocabulary({ 'U.S.': 1, us: 2, a: 3 }), 'a U.S. us, US')).toEqual([[3, 'a'], [1, 'U.S.'], [2, 'us']]);
  const characters = vocabulary({ a: 1, b: 2, ' ': 3, '\t': 4, '\n': 5 });
  expect(cut(characters, 'ab a')).toEqual([[1, 'a'], [2, 'b'], [3, ' '], [1, 'a']]);
  expect(characters.decode([4, 1, 3, 2, 0, 5]).spans).toEqual([[0, 0], [0, 1], [1, 2], [2, 3], [3, 3], [3, 3]].map(([start, end]) => ({ start, end })));
  expect([characters.start, characters.end, characters.decode([1, 3, 2]).text]).toEqual([4, 5, 'a b']);
});

test('what is no vocabulary', () => {
  expect(parseVocabulary({ version: '1.0', model: { type: 'BPE' } }, 'tokenizer.json')).toBeUndefined();
  expect(() => vocabulary({ a: -1 })).toThrow('words.json: the number of "a" is -1; expected a whole number');
  expect(() => vocabulary(['a', 2])).toThrow('words.json: word 1 is 2; expected a text');
  expect(() => vocabulary({ class_name: 'Tokenizer', config: { word_index: '{' } })).toThrow('its word_index is "{"');
});

test('files beside a model, for both sides or for each', async () => {
  const folder = await temporaryFolder();
  expect(await readVocabularies(folder)).toEqual({ source: undefined, target: undefined });
  await writeFile(join(folder, 'word_index.json'), '{"one": 1}');
  const shared = await readVocabularies(folder);
  expect([shared.source?.decode([1]).text, shared.target?.decode([1]).text]).toEqual(['one', 'one']);
  await writeFile(join(folder, 'target_vocab.json'), '["", "two"]');
  const each = await readVocabularies(folder);
  expect([each.source?.decode([1]).text, each.target?.decode([1]).text]).toEqual(['one', 'two']);
});

test('texts are cut to a length', () => {
  const text = { ids: [5, 6, 7], spans: [{ start: 0, end: 1 }, { start: 2, end: 3 }, { start: 4, end: 5 }] };
  for (const side of ['before', 'behind'] as const) {
    expect(fit(text, Infinity, side)).toEqual(text);
    expect(fit(text, 5, side)).toEqual(text);
    expect(fit(text, -1, side)).toEqual({ ids: [], spans: [] });
  }
  expect(fit(text, 2, 'before')).toEqual({ ids: [6, 7], spans: text.spans.slice(1) });
  expect(fit(text, 2, 'behind')).toEqual({ ids: [5, 6], spans: text.spans.slice(0, 2) });
});
