import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Failure } from '../../../protocol/failure.ts';
import { randomSource } from '../../text/fixtures/random.ts';
import { traced } from '../../text/traced.ts';
import { fixture, noConfig, sameSpan } from '../native.fixture.ts';
import { parseNormalizer } from '../pipeline/normalizers.ts';
import type { HuggingFaceTokenizer } from '../tokenizer.ts';
import { parseTokenizerConfig, type TokenizerConfig } from '../tokenizer-config.ts';
import { readSentencePieceModel } from './model-file.ts';
import { marianTokenizer, sentencePieceTokenizer } from './tokenizer.ts';

const ints = z.array(z.int());
const cases = z.array(z.tuple([ints, ints, z.string()]));
const trained = ['unigram', 'unigram-bytes', 'byte-pair', 'byte-pair-bytes', 'suffix', 'no-prefix'] as const;
const made = z.object({ model: z.base64().transform(text => new Uint8Array(Buffer.from(text, 'base64'))), cases });
/** Made by fixtures/sentencepiece_native.py, which tells how. */
const golden = z
  .object({
    texts: z.array(z.string()), tiny_t5: cases, tiny_t5_precompiled: z.array(z.string()),
    unigram: made, 'unigram-bytes': made, 'byte-pair': made, 'byte-pair-bytes': made, suffix: made, 'no-prefix': made,
  })
  .parse(JSON.parse(readFileSync(fixture('sentencepiece.json'), 'utf8')));

const llama: TokenizerConfig = { ...noConfig, className: 'LlamaTokenizer' };

function compare(tokenizer: HuggingFaceTokenizer, expected: z.output<typeof cases>, unknown: number): void {
  expect(expected).toHaveLength(golden.texts.length);
  golden.texts.forEach((text, index) => {
    const [ids, places, decoded] = expected[index] ?? [[], [], ''];
    const encoded = tokenizer.encode(text, { addSpecial: false });
    expect(encoded.ids, JSON.stringify(text)).toEqual(ids);
    const wrong = encoded.tokens.filter((token, place) => !sameSpan(text, token, place, places, tokenizer.tokenOf(ids[place] ?? -1) ?? ''));
    // It does not know of marks that become one character with another.
    if (!/\p{M}|ﾞ/u.test(text)) expect(wrong, JSON.stringify(text)).toEqual([]);
    // It has a sign for what is unknown, where we have nothing.
    if (!ids.includes(unknown)) expect(tokenizer.decode(ids).text).toBe(decoded);
  });
}

describe.each(trained)('%s', name => {
  const { model, cases: expected } = golden[name];
  it('gives the ids, offsets and texts of SentencePiece', () => {
    const tokenizer = sentencePieceTokenizer({ path: `${name}.model`, bytes: model }, llama, '');
    compare(tokenizer, expected, tokenizer.idOf('<unk>'));
  });
});

describe('broken files', () => {
  const { model } = golden.unigram;
  it('end in a Failure or are read, whatever was changed', () => {
    const random = randomSource(8);
    for (let round = 0; round < 300; round++) {
      const changed = Uint8Array.from(model);
      for (let count = 0; count < 3; count++) changed[random.below(changed.length)] = random.below(256);
      const cut = round % 3 === 0 ? changed.subarray(0, random.below(changed.length)) : changed;
      try {
        sentencePieceTokenizer({ path: 'x.model', bytes: cut }, llama, '').encode('Hello, world ½');
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Failure);
      }
    }
  });

  it('are named', () => {
    const refused = (bytes: Uint8Array): string => {
      try {
        readSentencePieceModel(bytes, 'models/x/spiece.model');
      } catch (thrown) {
        if (thrown instanceof Failure) return `${thrown.code}: ${thrown.message}`;
      }
      return '';
    };
    expect(refused(new Uint8Array())).toContain('broken-model: models/x/spiece.model holds no pieces');
    expect(refused(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f))).toContain('models/x/spiece.model is no SentencePiece model');
  });

  it('of a class that nobody knows are refused, with the way out', () => {
    expect(() => sentencePieceTokenizer({ path: 'x.model', bytes: model }, { ...noConfig, className: 'PegasusTokenizer' }, '')).toThrow('PegasusTokenizer');
  });
});

/** Made by fixtures/transformers_native.py, which tells how. */
const classes = z
  .object({
    texts: z.array(z.string()), extra: z.array(z.tuple([z.string(), ints])), pairs: z.record(z.string(), ints),
    T5Tokenizer: z.array(ints), XLMRobertaTokenizer: z.array(ints), AlbertTokenizer: z.array(ints), LlamaTokenizer: z.array(ints), MarianTokenizer: z.array(ints),
  })
  .parse(JSON.parse(readFileSync(fixture('transformers.json'), 'utf8')));

describe('classes of transformers', () => {
  const unigram = { path: 'x.model', bytes: golden.unigram.model };
  const own = (className: string, more: Partial<TokenizerConfig> = {}) => sentencePieceTokenizer(unigram, { ...noConfig, className, ...more }, '');
  const marianNames = ['</s>', '<unk>', '>>fra<<', ...readSentencePieceModel(unigram.bytes, 'x').pieces.slice(3).map(({ piece }) => piece).sort(byCodePoint), '<pad>'];
  const marian = marianTokenizer({ ...unigram, path: 'source.spm' }, { path: 'vocab.json', text: JSON.stringify(Object.fromEntries(marianNames.map((name, id) => [name, id]))) }, noConfig);
  it.each([
    ['XLMRobertaTokenizer', own('XLMRobertaTokenizer')],
    ['AlbertTokenizer', own('AlbertTokenizer', { roles: { cls: '<s>', sep: '</s>' } })],
    ['LlamaTokenizer', sentencePieceTokenizer({ path: 'x.model', bytes: golden['byte-pair-bytes'].model }, { ...noConfig, className: 'LlamaTokenizer', legacy: false }, '')],
    ['MarianTokenizer', marian],
  ] as const)('%s has the same ids', (name, tokenizer) => {
    expect(classes[name]).toHaveLength(classes.texts.length);
    classes.texts.forEach((text, index) => expect(tokenizer.encode(text, { parseSpecial: true }).ids, JSON.stringify(text)).toEqual(classes[name][index]));
    expect(tokenizer.encode('Hello', { pair: 'The text' }).ids).toEqual(classes.pairs[name]);
  });

  it('are known by their special tokens', () => {
    expect(own('XLMRobertaTokenizer').special('mask')?.id).toBe(readSentencePieceModel(unigram.bytes, 'x').pieces.length + 1);
    expect(marian.nameOf(0)).toBe('</s>');
    // The language to translate into is written before the text.
    expect(marian.encode('>>fra<< The text').ids).toEqual([2, ...marian.encode('The text').ids]);
    expect(marian.decode(marian.encode('The text').ids).text).toBe('The text');
  });
});

function byCodePoint(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  const at = x.findIndex((character, index) => character !== y[index]);
  return at < 0 ? x.length - y.length : (x[at]?.codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? -1);
}

const folder = fileURLToPath(new URL('../../../../shared/models/tiny_t5/', import.meta.url));
const present = existsSync(folder);

describe.skipIf(!present)(`tiny_t5${present ? '' : ' (skipped: ../shared/models/tiny_t5 is not here)'}`, () => {
  const read = (name: string) => ({ path: `tiny_t5/${name}`, text: readFileSync(`${folder}${name}`, 'utf8') });
  const open = (): HuggingFaceTokenizer => {
    const config = parseTokenizerConfig({ config: read('tokenizer_config.json'), specialTokens: read('special_tokens_map.json'), addedTokens: read('added_tokens.json') });
    // SentencePiece leaves the spaces before punctuation.
    return sentencePieceTokenizer({ path: 'tiny_t5/spiece.model', bytes: readFileSync(`${folder}spiece.model`) }, { ...config, cleanUp: false }, 't5');
  };

  it('gives the ids, offsets and texts of SentencePiece', () => {
    const tokenizer = open();
    compare(tokenizer, golden.tiny_t5, 0);
    // Its files call tokens by other ids than its model does.
    expect([tokenizer.special('pad')?.id, tokenizer.special('eos')?.id, tokenizer.special('unk')?.id]).toEqual([0, 1, 2]);
    expect(tokenizer.encode('a <extra_id_0> b').ids).not.toContain(32_099);
  });

  it('has the ids that transformers gives, with special tokens between', () => {
    const tokenizer = open();
    classes.texts.forEach((text, index) => expect(tokenizer.encode(text, { parseSpecial: true }).ids, JSON.stringify(text)).toEqual(classes.T5Tokenizer[index]));
    for (const [text, ids] of classes.extra) expect(tokenizer.encode(text, { parseSpecial: true }).ids, text).toEqual(ids);
    expect(tokenizer.encode('Hello', { pair: 'The text' }).ids).toEqual(classes.pairs['T5Tokenizer']);
  });

  it('has rules that tokenizers read another way, also known here', () => {
    const { normalizer } = readSentencePieceModel(readFileSync(`${folder}spiece.model`), 'spiece.model');
    const normalize = parseNormalizer({ type: 'Precompiled', precompiled_charsmap: Buffer.from(normalizer.charsMap).toString('base64') }, 'tokenizer.json');
    golden.texts.forEach((text, index) => expect(normalize(traced(text)).text, JSON.stringify(text)).toBe(golden.tiny_t5_precompiled[index]));
  });
});
