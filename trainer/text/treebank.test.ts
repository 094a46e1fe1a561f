import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { joinTreebank } from './treebank.ts';

test.each([
  ["it 's played in the most straight-faced fashion , with little humor .", "it's played in the most straight-faced fashion, with little humor."],
  ["they wo n't , ca n't and do n't care", "they won't, can't and don't care"],
  ['gets -lrb- sci-fi -rrb- rehash .', 'gets (sci-fi) rehash.'],
  ['-LRB- it -RRB- [ sic ]', '(it) [sic]'],
  ["this is no `` waterboy ! ''", 'this is no "waterboy!"'],
  ["the ` assassin ' greets the irwins ' dog", "the 'assassin' greets the irwins' dog"],
  ['he said " no " and " yes " .', 'he said "no" and "yes".'],
  ['a $ 99 special , # 1 of 9 % \\/ 10', 'a $99 special, #1 of 9% / 10'],
  ['comedy\\/drama , \\*\\*\\* stars', 'comedy/drama, *** stars'],
  ["you are gon na love it : 't is great ; we 're sure !?", "you are gonna love it: 'tis great; we're sure!?"],
  ['a tearjerker ... and then -- nothing', 'a tearjerker... and then -- nothing'],
  ['... begins so', '... begins so'],
  ["the '70s and rock 'n' roll - so to say", "the '70s and rock 'n' roll - so to say"],
  ['  spaces   everywhere ', 'spaces everywhere'],
  ['', ''],
  ['the constructor of __proto__ , tostring', 'the constructor of __proto__, tostring'],
])('%s', (cut, joined) => {
  expect(joinTreebank(cut)).toBe(joined);
});

test('text that was never cut stays as it is', () => {
  for (const text of ["It's a (very) good film, isn't it?", '"Yes," she said; we\'ll see: 9% of $5.']) expect(joinTreebank(text)).toBe(text);
});

/** Cuts ordinary text again, as the treebank's tokenizer does with what joining has to do with. */
function cut(text: string): string {
  return text
    .replace(/(^|[\s(])"/g, '$1`` ').replace(/"/g, " '' ")
    .replace(/(^|[\s(])'(?=[a-z])(?!(?:em|til)\b)/g, '$1` ')
    .replace(/(\w)n't\b/g, "$1 n't").replace(/'(s|m|d|re|ve|ll)\b/g, " '$1").replace(/(\S)'(?=\s|$|[,.;:?!)])/g, "$1 ' ")
    .replace(/\.{2,}/g, ' ... ').replace(/([,;?!)])/g, ' $1 ').replace(/([:])(?=\s|$)/g, ' $1 ').replace(/([($])/g, ' $1 ').replace(/\.(?=\s*(?:$|''|'|\)))/g, ' . ')
    .replace(/\s+/g, ' ').trim();
}

const corpus = fileURLToPath(new URL('../../../shared/data/sst2/train.txt', import.meta.url));
const present = existsSync(corpus);

describe.skipIf(!present)(`sst2${present ? '' : ' (skipped: ../shared/data/sst2 is not here)'}`, () => {
  test('nearly every sentence can be cut again into the tokens it came in', () => {
    const sentences = readFileSync(corpus, 'utf8').split('\n').filter(line => line !== '').map(line => line.slice(2));
    const plain = (text: string): string => text.replace(/-lrb-/g, '(').replace(/-rrb-/g, ')').replace(/\\([/*])/g, '$1').replace(/\s+/g, ' ').trim();
    const same = sentences.filter(sentence => cut(joinTreebank(sentence)) === plain(sentence));
    expect(same.length / sentences.length).toBeGreaterThan(0.95);
  });
});
