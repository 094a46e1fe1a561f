import { expect, test } from 'vitest';
import { noConfig } from '../huggingface/native.fixture.ts';
import { parseTokenizerJson } from '../huggingface/tokenizer-json.ts';
import { spellOne } from './tokens.ts';

const decoders = {
  sentencepiece: [['▁he', 'he', '▁', '.'], { type: 'Metaspace', replacement: '▁', add_prefix_space: true }],
  'byte level': [['Ġhe', 'he', 'Ġ', '.'], { type: 'ByteLevel' }],
  llama: [
    ['▁he', 'he', '▁', '.'],
    { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
  ],
  'word pieces': [['he', '##he', '.'], { type: 'WordPiece', prefix: '##', cleanup: true }],
} as const;

test.each(Object.entries(decoders))('a token with a space before it is spelled otherwise than one without: %s', (_, [names, decoder]) => {
  const vocab = Object.fromEntries([...names, '</s>'].map((name, id) => [name, id]));
  const added = [{ id: names.length, content: '</s>', special: true, normalized: false, single_word: false, lstrip: false, rstrip: false }];
  const json = { version: '1.0', added_tokens: added, normalizer: null, pre_tokenizer: { type: 'WhitespaceSplit' }, post_processor: null, decoder, model: { type: 'WordLevel', vocab, unk_token: 'he' } };
  const tokenizer = parseTokenizerJson(json, 'tokenizer.json', noConfig);
  const spelled = Object.keys(vocab).map((_name, id) => spellOne(id, tokenizer));
  expect(spelled).toEqual(names.length === 3 ? [' he', 'he', '.', '</s>'] : [' he', 'he', ' ', '.', '</s>']);
});
