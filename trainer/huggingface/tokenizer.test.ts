import { describe, expect, it } from 'vitest';
import { catchFailure } from '../../protocol/failure.fixture.ts';
import { Failure } from '../../protocol/failure.ts';
import { randomSource } from '../text/fixtures/random.ts';
import { descriptions, native, noConfig, sameSpan, tokenizerNamed } from './native.fixture.ts';
import { parseTokenizerConfig } from './tokenizer-config.ts';
import { parseTokenizerJson } from './tokenizer-json.ts';

const names = Object.keys(descriptions);

describe.each(names)('%s', name => {
  const tokenizer = tokenizerNamed(name);
  const cases = native.cases[name] ?? [];
  const all = native.texts.map((text, index) => ({ text, expected: cases[index] ?? [[], [], ''] }));

  it('gives the ids and offsets of the native library', () => {
    expect(cases).toHaveLength(native.texts.length);
    for (const { text, expected: [ids, places] } of all) {
      // That a text spells the name of a byte's token is no reason to take it for the byte, as the library does.
      if (name === 'unigram-bytes' && text.includes('<0x')) continue;
      const encoded = tokenizer.encode(text, { parseSpecial: true });
      expect(encoded.ids, JSON.stringify(text)).toEqual(ids);
      // Where its rules drop a control character, the library's offsets are off by one from there on.
      if (text.startsWith('\u0001')) continue;
      const wrong = encoded.tokens.filter((token, index) => encoded.texts[index] !== undefined && !sameSpan(text, token, index, places, tokenizer.tokenOf(ids[index] ?? -1) ?? ''));
      expect(wrong, JSON.stringify(text)).toEqual([]);
    }
  });

  it('tells of each token what the vocabulary calls it, wherever that is not what it stands for', () => {
    for (const { text } of all) {
      const { ids, tokens } = tokenizer.encode(text);
      expect(tokens.map(({ text: spelled, piece = spelled }) => piece), JSON.stringify(text)).toEqual(ids.map(id => tokenizer.tokenOf(id)));
      expect(tokens.filter(token => token.piece === token.text)).toEqual([]);
    }
  });

  it('gives the text that the native library decodes', () => {
    for (const { expected: [ids, , decoded] } of all) expect(tokenizer.decode(ids).text).toBe(decoded);
  });

  it('puts two texts together as the native library does', () => {
    const encoded = tokenizer.encode('Hello, world!', { pair: 'The second text' });
    expect([encoded.ids, encoded.typeIds]).toEqual(native.pairs[name]);
    encoded.tokens.forEach(({ text, start, end }, index) => {
      const of = encoded.texts[index];
      if (of === undefined) expect(end).toBe(start);
      else if (end > start && tokenizer.nameOf(encoded.ids[index] ?? -1) === undefined) expect(text).toBe(['Hello, world!', 'The second text'][of]?.slice(start, end));
    });
  });

  it('never takes what a user writes for a special token', () => {
    const special = new Set(native.texts.flatMap(text => tokenizer.encode(text, { parseSpecial: true }).ids).filter(id => tokenizer.nameOf(id) !== undefined));
    const unknown = ['<unk>', '[UNK]'];
    for (const id of special) {
      const text = tokenizer.nameOf(id) ?? '';
      const { ids } = tokenizer.encode(`a ${text} b${text}`, { addSpecial: false });
      expect(ids.filter(each => tokenizer.nameOf(each) !== undefined && !unknown.includes(tokenizer.nameOf(each) ?? '')), text).toEqual([]);
    }
  });

  it('reads lone surrogates as U+FFFD', () => {
    for (const text of ['a\uFFFDb', '\uFFFD \uFFFD\uFFFD', 'word\uFFFD']) {
      expect(tokenizer.encode(text.replaceAll('\uFFFD', '\uD83D')).ids).toEqual(tokenizer.encode(text).ids);
      expect(tokenizer.encode(text.replaceAll('\uFFFD', '\uDE00')).ids).toEqual(tokenizer.encode(text).ids);
    }
  });

  it('keeps offsets in order and within any text, and cuts no character in two', () => {
    const random = randomSource(5);
    for (let round = 0; round < 60; round++) {
      const text = random.text(14);
      const { ids, tokens, typeIds, texts } = tokenizer.encode(text);
      expect([tokens.length, typeIds.length, texts.length]).toEqual([ids.length, ids.length, ids.length]);
      let [start, end] = [0, 0];
      for (const token of tokens) {
        expect(token.start, JSON.stringify(text)).toBeGreaterThanOrEqual(start);
        expect(token.end, JSON.stringify(text)).toBeGreaterThanOrEqual(end);
        expect(token.end).toBeLessThanOrEqual(text.length);
        for (const edge of [token.start, token.end]) expect(text.slice(edge - 1, edge + 1), JSON.stringify(text)).not.toMatch(/[\uD800-\uDBFF][\uDC00-\uDFFF]/);
        [start, end] = [token.start, token.end];
      }
    }
  });

  it('decodes anything', () => {
    const random = randomSource(6);
    for (let round = 0; round < 60; round++) {
      const ids = Array.from({ length: random.below(12) }, () => random.below(tokenizer.size + 3) - 1);
      const { text, spans } = tokenizer.decode(ids);
      expect(spans).toHaveLength(ids.length);
      let start = 0;
      for (const span of spans) {
        expect(span.start).toBeGreaterThanOrEqual(start);
        expect(span.end).toBeGreaterThanOrEqual(span.start);
        expect(span.end).toBeLessThanOrEqual(text.length);
        start = span.start;
      }
    }
  });
});

/** Quadratic time would take these minutes. */
describe.each(['bert-uncased', 'llama3', 'llama2', 't5'])('%s', name => {
  const prose = 'The attention of the decoder, 日本語 et à Nîmes 1,234. '.repeat(4000).slice(0, 200_000);
  it.each([
    ['many words', prose],
    ['one word', 'ab'.repeat(100_000)],
    ['white space', ' \n'.repeat(100_000)],
    ['marks', '\u0300\u0323'.repeat(100_000)],
  ])('takes 200,000 characters of %s', (_name, text) => {
    const { ids, tokens } = tokenizerNamed(name).encode(text);
    expect(tokens).toHaveLength(ids.length);
    for (const { end } of tokens.slice(-3)) expect(end).toBeLessThanOrEqual(text.length);
  });
});

describe('encode', () => {
  it('parses special tokens where it is asked to, but not in stretches that are data', () => {
    const tokenizer = tokenizerNamed('llama3');
    const text = '<|begin|>hello<|endoftext|> says <|endoftext|>';
    const end = tokenizer.idOf('<|endoftext|>');
    const count = (ids: readonly number[]): number => ids.filter(id => id === end).length;
    expect(count(tokenizer.encode(text, { addSpecial: false }).ids)).toBe(0);
    const parsed = tokenizer.encode(text, { addSpecial: false, parseSpecial: true });
    expect(count(parsed.ids)).toBe(2);
    expect(parsed.tokens.filter(({ text: name }) => name === '<|endoftext|>').map(({ start }) => start)).toEqual([14, 33]);
    const said = { start: 9, end: 27 };
    expect(count(tokenizer.encode(text, { addSpecial: false, parseSpecial: true, verbatim: [said] }).ids)).toBe(1);
    // A name that begins in what a user wrote and ends outside of it is none.
    expect(count(tokenizer.encode(text, { addSpecial: false, parseSpecial: true, verbatim: [{ start: 9, end: 20 }] }).ids)).toBe(1);
  });

  it('finds added tokens that are no special ones in any text', () => {
    const tokenizer = tokenizerNamed('qwen2');
    expect(tokenizer.encode('a<extra>b</extra>').ids).toContain(tokenizer.idOf('<extra>'));
  });

  it('cuts the longer text off, special tokens kept', () => {
    const tokenizer = tokenizerNamed('bert-uncased');
    const whole = tokenizer.encode('one two three four five six', { pair: 'a b' });
    const cut = tokenizer.encode('one two three four five six', { pair: 'a b', maxTokens: 9 });
    expect(cut.ids).toHaveLength(9);
    expect(cut.cut).toBe(whole.ids.length - 9);
    expect(cut.ids.at(0)).toBe(tokenizer.idOf('[CLS]'));
    expect(cut.ids.at(-1)).toBe(tokenizer.idOf('[SEP]'));
    expect(cut.texts.filter(text => text === 1)).toHaveLength(2);
    expect(tokenizer.encode('one', { maxTokens: 1 }).ids).toEqual([tokenizer.idOf('[CLS]'), tokenizer.idOf('[SEP]')]);
  });

  it('gives marks that the vocabulary drops to their character', () => {
    const { tokens } = tokenizerNamed('bert-uncased').encode('e\u0301te\u0301', { addSpecial: false });
    expect(tokens[0]?.start).toBe(0);
    expect(tokens.at(-1)?.end).toBe(5);
  });
});

describe('special tokens', () => {
  const config = parseTokenizerConfig({
    config: { path: 'tokenizer_config.json', text: JSON.stringify({ cls_token: '[CLS]', sep_token: { content: '[SEP]' }, model_max_length: 512, tokenizer_class: 'BertTokenizerFast', pad_token: '[NONE]' }) },
    specialTokens: { path: 'special_tokens_map.json', text: JSON.stringify({ mask_token: { content: '[MASK]', lstrip: false } }) },
  });
  const tokenizer = parseTokenizerJson(descriptions['bert-uncased'], 'tokenizer.json', config);

  it('are known by their roles', () => {
    expect(tokenizer.special('cls')).toEqual({ id: tokenizer.idOf('[CLS]'), name: '[CLS]' });
    expect(tokenizer.special('sep')?.name).toBe('[SEP]');
    expect(tokenizer.special('mask')?.name).toBe('[MASK]');
    // One that the vocabulary lacks is none.
    expect(tokenizer.special('pad')).toBeUndefined();
    expect(tokenizer.special('eos')).toBeUndefined();
    expect(tokenizer.maxTokens).toBe(512);
    expect(config.className).toBe('BertTokenizer');
  });

  it('name what is missing', () => {
    expect(catchFailure(() => tokenizer.idOf('[NOPE]')).message).toContain('tokenizer.json has no token "[NOPE]"');
  });
});

describe('parse', () => {
  const bert = descriptions['bert-uncased'] ?? {};
  const gpt2 = descriptions['gpt2'] ?? {};
  const nested = (depth: number): unknown => (depth === 0 ? null : { type: 'Sequence', normalizers: [nested(depth - 1)] });
  it.each([
    ['no object', [], 'the file: '],
    ['no vocabulary', { ...bert, model: { type: 'WordPiece' } }, 'model.vocab'],
    ['an unknown model', { ...gpt2, model: { type: 'Magic', vocab: {} } }, '"Magic"'],
    ['an unknown normalizer', { ...bert, normalizer: { type: 'Spell' } }, 'normalizer of the type "Spell"'],
    ['an unknown pre-tokenizer', { ...bert, pre_tokenizer: { type: 'UnicodeScripts' } }, 'pre-tokenizer of the type "UnicodeScripts"'],
    ['an unknown decoder', { ...bert, decoder: { type: 'CTC' } }, 'decoder of the type "CTC"'],
    ['a template with a token that it does not define', { ...bert, post_processor: { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '[X]', type_id: 0 } }], pair: [], special_tokens: {} } }, '"[X]"'],
    ['a merge of what is no token', { ...gpt2, model: { type: 'BPE', vocab: { a: 0, b: 1 }, merges: [['a', 'b']] } }, 'no token "ab"'],
    ['a merge of three', { ...gpt2, model: { type: 'BPE', vocab: { a: 0 }, merges: ['a b c'] } }, 'model.merges.0'],
    ['an id that is no whole number', { ...gpt2, model: { type: 'BPE', vocab: { a: 0.5 }, merges: [] } }, 'model.vocab.a'],
    ['an id out of all bounds', { ...gpt2, model: { type: 'BPE', vocab: { a: 1e9 }, merges: [] } }, '1000000000'],
    ['a score that is none', { ...gpt2, model: { type: 'Unigram', unk_id: 0, vocab: [['a', 'b']] } }, 'model.vocab.0'],
    ['stages in stages without an end', { ...bert, normalizer: nested(40) }, '16 deep'],
    ['an expression that is none', { ...gpt2, pre_tokenizer: { type: 'Split', pattern: { Regex: '([a' }, behavior: 'Isolated' } }, 'regular expression'],
    ['a charsmap that lies about its size', { ...bert, normalizer: { type: 'Precompiled', precompiled_charsmap: Buffer.from([255, 255, 0, 0, 1]).toString('base64') } }, 'precompiled_charsmap'],
  ])('refuses %s', (_name, json, found) => {
    const refusal = catchFailure(() => parseTokenizerJson(json, 'x/tokenizer.json', noConfig));
    expect(refusal.code).toBe('broken-model');
    expect(refusal.message).toContain('x/tokenizer.json');
    expect(refusal.message).toContain(found);
  });

  it('stops normalizers that double a text again and again', () => {
    const doubles = { type: 'Replace', pattern: { String: 'a' }, content: 'aa' };
    const tokenizer = parseTokenizerJson({ ...bert, normalizer: { type: 'Sequence', normalizers: Array.from({ length: 30 }, () => doubles) } }, 'x/tokenizer.json', noConfig);
    expect(catchFailure(() => tokenizer.encode('a')).message).toMatch(/makes more than \d+ characters|was not done/);
  });

  it('ends in a Failure or a tokenizer, whatever was changed in the file', () => {
    const random = randomSource(9);
    for (const name of ['bert-uncased', 'roberta', 'llama2', 't5']) {
      const text = JSON.stringify(descriptions[name]);
      for (let round = 0; round < 60; round++) {
        const at = random.below(text.length);
        const changed = `${text.slice(0, at)}${['"', '{', '0', '-1', 'null', ',', ''][random.below(7)]}${text.slice(at + random.below(8))}`;
        try {
          parseTokenizerJson(JSON.parse(changed), 'tokenizer.json', noConfig).encode('Hello, world');
        } catch (thrown) {
          if (!(thrown instanceof SyntaxError)) expect(thrown).toBeInstanceOf(Failure);
        }
      }
    }
  });
});
