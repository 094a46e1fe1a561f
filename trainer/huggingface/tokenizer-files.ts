/** Which files of a folder make its tokenizer. */
import type { HuggingFaceConfig } from './config.ts';
import { ConfinedFolder, type FolderFile } from './confined.ts';
import { brokenFile, parseJsonFile } from './json.ts';
import { llama2cTokenizer } from './llama2c-tokenizer.ts';
import { marianTokenizer, sentencePieceTokenizer } from './sentencepiece/tokenizer.ts';
import type { HuggingFaceTokenizer } from './tokenizer.ts';
import { parseTokenizerConfig, type TextFile, type TokenizerConfig } from './tokenizer-config.ts';
import { parseTokenizerJson } from './tokenizer-json.ts';
import { bytePairTokenizer, wordPieceTokenizer } from './vocabulary-files.ts';

/** A tokenizer's files, as one of the ways that there are. */
export interface TokenizerFiles {
  readonly kind: 'tokenizer.json' | 'wordpiece' | 'byte-pair' | 'marian' | 'sentencepiece' | 'llama2c';
  readonly files: readonly FolderFile[];
}

/** Bounds on what an untrusted folder can make us read, in bytes. */
const largest = { vocabulary: 128 << 20, beside: 16 << 20 } as const;

/** In this order: what was written for all readers goes before what one of them needs more to know for. */
const ways: readonly (readonly [kind: TokenizerFiles['kind'], ...names: readonly string[]])[] = [
  ['tokenizer.json', 'tokenizer.json'],
  ['marian', 'source.spm', 'vocab.json'],
  ['sentencepiece', 'spiece.model'],
  ['sentencepiece', 'tokenizer.model'],
  ['sentencepiece', 'sentencepiece.bpe.model'],
  ['sentencepiece', 'sentencepiece.model'],
  ['byte-pair', 'vocab.json', 'merges.txt'],
  ['wordpiece', 'vocab.txt'],
  ['llama2c', 'tokenizer.bin'],
];

/** @returns `undefined` where the folder has no tokenizer */
export async function tokenizerFilesOf(folder: ConfinedFolder): Promise<TokenizerFiles | undefined> {
  for (const [kind, ...names] of ways) {
    const files: FolderFile[] = [];
    for (const name of names) {
      const file = await folder.find(name);
      if (file === undefined) break;
      files.push(file);
    }
    if (files.length === names.length) return { kind, files };
  }
  // llama2.c names them by their size: tok512.bin.
  const own = (await folder.list()).filter(({ name }) => /^tok\d+\.bin$/.test(name));
  return own.length === 1 ? { kind: 'llama2c', files: own } : undefined;
}

/** @throws Failure `broken-model` */
export async function readTokenizerConfig(folder: ConfinedFolder): Promise<TokenizerConfig> {
  const text = async (name: string): Promise<TextFile | undefined> => {
    const file = await folder.find(name);
    return file === undefined ? undefined : readText(folder, file, largest.beside);
  };
  return parseTokenizerConfig({
    config: await text('tokenizer_config.json'),
    specialTokens: await text('special_tokens_map.json'),
    addedTokens: await text('added_tokens.json'),
  });
}

/** @throws Failure `broken-model`, naming the file and what is wrong in it */
export async function openTokenizer(folder: ConfinedFolder, { kind, files }: TokenizerFiles, config: TokenizerConfig, model?: HuggingFaceConfig): Promise<HuggingFaceTokenizer> {
  const [first, second] = files;
  if (first === undefined) throw brokenFile(folder.path, 'has no tokenizer');
  const bytes = async () => ({ path: first.path, bytes: await folder.read(first, largest.vocabulary) });
  const text = async (file: FolderFile): Promise<TextFile> => readText(folder, file, largest.vocabulary);
  const type = model?.declaredType ?? '';
  switch (kind) {
    case 'tokenizer.json':
      return parseTokenizerJson(parseJsonFile((await text(first)).text, first.path), first.path, config);
    case 'wordpiece':
      return wordPieceTokenizer(await text(first), config);
    case 'sentencepiece':
      return sentencePieceTokenizer(await bytes(), config, type);
    case 'llama2c':
      return llama2cTokenizer((await bytes()).bytes, first.path, model?.vocabularySize);
    case 'marian':
    case 'byte-pair':
      if (second === undefined) throw brokenFile(folder.path, 'has half a tokenizer');
      return kind === 'marian' ? marianTokenizer(await bytes(), await text(second), config) : bytePairTokenizer(await text(first), await text(second), config, type);
  }
}

/**
 * The tokenizer that lies beside a model, in a folder that need have no config.json.
 * @returns `undefined` where there is none
 * @throws Failure `broken-model`
 */
export async function tokenizerBeside(path: string): Promise<HuggingFaceTokenizer | undefined> {
  const folder = await ConfinedFolder.open(path);
  const files = await tokenizerFilesOf(folder);
  return files === undefined ? undefined : openTokenizer(folder, files, await readTokenizerConfig(folder));
}

async function readText(folder: ConfinedFolder, file: FolderFile, most: number): Promise<TextFile> {
  return { path: file.path, text: await folder.readText(file, most) };
}
