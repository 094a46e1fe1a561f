import { describe, expect, test } from 'vitest';
import { trainBytePair } from './byte-pair.ts';
import { TextTokenizer } from './tokenizer.ts';
import { encodeTracedTurns, encodeTurns, readTurns } from './turns.ts';

const read = (text: string, languageId?: string): string[] => readTurns(text, languageId).map(turn => turn.text);

describe('the turns of a text', () => {
  test.each([
    ['one line', 'How are you?', ['How are you?']],
    ['lines', 'Hello!\nHow are you?\r\nI am fine.', ['Hello!', 'How are you?', 'I am fine.']],
    ['lines that end in no mark', 'hello\nhow are you\nfine, and you', ['hello', 'how are you', 'fine, and you']],
    ['blank lines between', 'Hello!\n\nHow are you?\n \n\nI am fine.\n', ['Hello!', 'How are you?', 'I am fine.']],
    ['paragraphs of several lines', 'Hello! It is\nraining.\n\nThen take\nan umbrella.', ['Hello! It is raining.', 'Then take an umbrella.']],
    ['who speaks', 'A: Hello!\nB: How are you?', ['Hello!', 'How are you?']],
    ['names', 'Anna:  Hello!\nDr. Who: How are you?\nAnna B.: At 10:30: fine.', ['Hello!', 'How are you?', 'At 10:30: fine.']],
    ['who speaks, over several lines', 'A: Hello! It is\n   raining.\nB: Then take\nan umbrella.', ['Hello! It is raining.', 'Then take an umbrella.']],
    ['one who speaks', 'Anna: Hello!', ['Hello!']],
    ['a turn that is still to come', 'A: Hello!\nB:', ['Hello!']],
    ['bullets', '- Hello!\n- How are you?', ['Hello!', 'How are you?']],
    ['dashes of a dialogue', '— Hello!\n— How are you?', ['Hello!', 'How are you?']],
    ['odd white space and emoji', ' \tHello \u00A0 there 😀 \n\n', ['Hello there 😀']],
    ['no words', '…\n!?\n', []],
    ['nothing', '', []],
  ])('%s', (_, text, turns) => {
    expect(read(text)).toEqual(turns);
  });

  test('in a comment', () => {
    expect(read('// Hello!\n// How are you?', 'typescript')).toEqual(['Hello!', 'How are you?']);
  });
});

test('every token knows where it stands, the names of who speaks left out', () => {
  const special = ['<end>', '<turn>'];
  const tokenizer = TextTokenizer.parse(trainBytePair(['Hello there! How are you?'], { size: 300, special }), 'toy');
  const ids = { end: tokenizer.idOf('<end>'), turn: tokenizer.idOf('<turn>') };
  const text = 'Anna:  Hello\u00A0there!\r\n  Ben: How are “you”? 😀';
  const turns = readTurns(text);
  const encoded = encodeTracedTurns(turns, tokenizer, ids);
  expect(encoded.ids).toEqual(encodeTurns(['Hello there!', 'How are "you"? 😀'], tokenizer, ids));
  expect(encoded.tokens).toHaveLength(encoded.ids.length);
  const names = encoded.tokens.filter(({ start, end }) => start === end && text.slice(start, end) === '').map(token => token.text);
  expect(names.filter(name => name.startsWith('<'))).toEqual(['<turn>', '<end>']);
  const covered = new Set(encoded.tokens.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, unit) => start + unit)));
  const left = [...text].flatMap((_, unit) => (covered.has(unit) || /\s/u.test(text.charAt(unit)) ? [] : text.charAt(unit))).join('');
  expect(left).toBe('Anna:Ben:');
  for (const { text: token, start, end } of encoded.tokens) {
    if (/^\p{L}+$/u.test(token)) expect(text.slice(start, end)).toBe(token);
  }
});
