import { expect, test } from 'vitest';
import type { Token } from '../../protocol/trace.ts';
import { continuedAxis, textAxis } from './axes.ts';
import { groupTokens } from './reading/grouping.ts';
import { patternsOf } from './reading/patterns.ts';
import { sentencesIn } from './sentences.ts';

const token = (text: string, start: number, end: number, piece?: string): Token => ({ text, start, end, ...(piece === undefined ? {} : { piece }) });

test('a token of a space alone has no width, and is not special: neither hidden nor a separator', () => {
  const tokens = [token('<s>', 0, 0), token('a', 0, 1), token(' ', 1, 1, 'Ġ'), token('b', 2, 3), token('</s>', 3, 3), token('', 3, 3)];
  const axis = textAxis('source', { text: 'a b', tokens, words: [{ start: 0, end: 1 }, { start: 2, end: 3 }] });
  expect(axis.tokens.map(({ special }) => special)).toEqual([true, false, false, false, true, true]);
  expect(groupTokens(axis, { unit: 'tokens', hideSpecial: true }).labels.map(({ text, special }) => [text, special])).toEqual([['a', false], ['␣', false], ['b', false]]);
  const side = { axis, tokens: { first: 0, end: 5 } };
  const separators = patternsOf(side, side, false).find(({ role }) => role === 'separator');
  expect([...new Set(Array.from(separators?.cells ?? [], cell => cell % 5))]).toEqual([4]);
});

test('a token is what the vocabulary calls it: the same whatever its case, another within a word', () => {
  const tokens = [token('The', 0, 3, 'the'), token('cat', 4, 7), token('s', 7, 8, '##s'), token('the', 9, 12), token('s', 13, 14)];
  const axis = textAxis('source', { text: 'The cats the s', tokens, words: [{ start: 0, end: 3 }, { start: 4, end: 8 }, { start: 9, end: 12 }, { start: 13, end: 14 }] });
  expect(axis.tokens.map(({ text }) => text)).toEqual(['the', 'cat', '##s', 'the', 's']);
  const side = { axis, tokens: { first: 0, end: 5 } };
  expect([...(patternsOf(side, side, false).find(({ role }) => role === 'duplicate')?.cells ?? [])]).toEqual([3 * 5]);
  // Rows and columns are labelled with what they stand for.
  expect(groupTokens(axis, { unit: 'tokens', hideSpecial: false }).labels.map(({ text }) => text)).toEqual(['The', 'cat', 's', 'the', 's']);
  expect(groupTokens(axis, { unit: 'words', hideSpecial: false }).labels.map(({ text }) => text)).toEqual(['The', 'cats', 'the', 's']);
});

test('a text that is read whole has the sentences that a translator would split it into; tokens of no text go with the one before', () => {
  const text = 'Dr. No sees 3.5 cats.\nThey sleep. So do I.';
  const words = [...text.matchAll(/[^\s.]+|\./gu)].map(({ 0: word, index }) => token(word, index, index + word.length));
  const line = text.indexOf('\n');
  const tokens = [token('[CLS]', 0, 0), ...words.flatMap(word => (word.text === 'They' ? [token('\n', line, line + 1), word] : [word])), token('[SEP]', text.length, text.length)];
  const { sentences } = textAxis('source', { text, tokens, words });
  expect(sentences.map(({ first, end }) => tokens.slice(first, end).map(one => one.text).join(' '))).toEqual(['[CLS] Dr . No sees 3 . 5 cats . \n', 'They sleep .', 'So do I . [SEP]']);
});

test('sentences of which no token was read are none', () => {
  const text = 'One. Two. Three.';
  const only = (...tokens: readonly Token[]): unknown => textAxis('source', { text, tokens, words: [] }).sentences;
  expect(only(token('Two', 5, 8), token('.', 8, 9))).toEqual([{ first: 0, end: 2 }]);
  expect(only()).toEqual([{ first: 0, end: 0 }]);
});

test('comment markers and wrapped lines are looked through in documents that have them', () => {
  const text = '// This is a comment that goes on for a while, and\n// ends here. Another one.';
  const tokens = [...text.matchAll(/\S+/gu)].map(({ 0: word, index }) => token(word, index, index + word.length));
  expect(sentencesIn({ text, tokens }, 'c').map(({ first }) => tokens[first]?.text)).toEqual(['//', 'Another']);
});

test('what a model writes on is of its sentences, too', () => {
  const [source, target] = ['It rains. We', ' stay in. You go.'];
  const split = (text: string): (Token & { readonly logProb: number })[] => [...text.matchAll(/\S+/gu)].map(({ 0: word, index }) => ({ ...token(word, index, index + word.length), logProb: 0 }));
  const axis = continuedAxis({ source: { text: source, tokens: split(source), words: [] }, target: { text: target, tokens: split(target), words: [] } }, 6);
  expect(axis.sentences.map(({ first, end }) => axis.tokens.slice(first, end).map(one => one.text).join(' '))).toEqual(['It rains.', 'We stay in.', 'You']);
});
