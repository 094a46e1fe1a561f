import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { descriptions, native, noConfig, tokenizerNamed } from './native.fixture.ts';
import { bytePairTokenizer, wordPieceTokenizer } from './vocabulary-files.ts';

const model = z.object({ vocab: z.record(z.string(), z.int()), merges: z.array(z.tuple([z.string(), z.string()])).default([]) });

function filesOf(name: string) {
  const { vocab, merges } = model.parse(descriptions[name]?.['model']);
  const lines = Object.entries(vocab).sort(([, a], [, b]) => a - b).map(([token]) => token);
  return {
    txt: { path: 'x/vocab.txt', text: `${lines.join('\n')}\n` },
    json: { path: 'x/vocab.json', text: JSON.stringify(vocab) },
    merges: { path: 'x/merges.txt', text: `#version: 0.2\n${merges.map(merge => merge.join(' ')).join('\n')}\n` },
  };
}

describe.each([
  ['bert-uncased', () => wordPieceTokenizer(filesOf('bert-uncased').txt, noConfig)],
  ['bert-cased', () => wordPieceTokenizer(filesOf('bert-cased').txt, { ...noConfig, lowerCase: false })],
  ['bert-accents', () => wordPieceTokenizer(filesOf('bert-accents').txt, { ...noConfig, stripAccents: false, splitIdeographs: false })],
  ['gpt2', () => bytePairTokenizer(filesOf('gpt2').json, filesOf('gpt2').merges, noConfig, 'gpt2')],
  ['roberta', () => bytePairTokenizer(filesOf('roberta').json, filesOf('roberta').merges, { ...noConfig, className: 'RobertaTokenizer', prefixSpace: true }, '')],
  ['qwen2', () => bytePairTokenizer(filesOf('qwen2').json, filesOf('qwen2').merges, { ...noConfig, className: 'Qwen2Tokenizer' }, '')],
])('%s without a tokenizer.json', (name, open) => {
  it('is the same tokenizer', () => {
    const tokenizer = open();
    const whole = tokenizerNamed(name);
    native.texts.forEach(text => {
      // Tokens of its own are in tokenizer.json alone.
      if (text.includes('extra')) return;
      for (const parseSpecial of [false, true]) expect(tokenizer.encode(text, { parseSpecial }).ids, JSON.stringify(text)).toEqual(whole.encode(text, { parseSpecial }).ids);
      expect(tokenizer.decode(tokenizer.encode(text).ids)).toEqual(whole.decode(whole.encode(text).ids));
    });
  });
});

it('names what a vocabulary lacks', () => {
  expect(() => wordPieceTokenizer({ path: 'x/vocab.txt', text: 'a\nb\n[UNK]\n' }, noConfig)).toThrow('x/vocab.txt has no token "[CLS]"');
  expect(() => bytePairTokenizer({ path: 'x/vocab.json', text: '{"a":0}' }, { path: 'x/merges.txt', text: 'a b c' }, noConfig, 'gpt2')).toThrow('x/merges.txt has "a b c" as merge 0');
});

it('refuses classes that cut texts in a way of their own', () => {
  const { json, merges } = filesOf('gpt2');
  expect(() => bytePairTokenizer(json, merges, { ...noConfig, className: 'CLIPTokenizer' }, '')).toThrow('CLIPTokenizer');
  expect(() => bytePairTokenizer({ ...json, text: '{"a</w>":0}' }, merges, noConfig, 'clip')).toThrow('x/vocab.json');
});

it('puts two texts together as BERT and RoBERTa were taught them', () => {
  const bert = wordPieceTokenizer({ path: 'x/vocab.txt', text: '[PAD]\n[UNK]\n[CLS]\n[SEP]\ncat\ndog\n##s\n' }, noConfig).encode('cats', { pair: 'dog cat' });
  expect(bert.ids).toEqual([2, 4, 6, 3, 5, 4, 3]);
  expect(bert.typeIds).toEqual([0, 0, 0, 0, 1, 1, 1]);
  const { json, merges } = filesOf('roberta');
  const roberta = bytePairTokenizer(json, merges, { ...noConfig, className: 'RobertaTokenizer', prefixSpace: true }, '');
  const { ids, typeIds } = roberta.encode('a', { pair: 'b' });
  expect(ids.map(id => roberta.nameOf(id) ?? '')).toEqual(['<s>', '', '</s>', '</s>', '', '</s>']);
  expect(new Set(typeIds)).toEqual(new Set([0]));
});
