/** `tokenizer.json`: the whole description of a tokenizer, as Hugging Face's `tokenizers` write it. */
import * as z from 'zod';
import { brokenFile, check, isRecord, maybe, or, shown } from './json.ts';
import type { AddedToken } from './pipeline/added-tokens.ts';
import { bytePairModel } from './pipeline/byte-pair-model.ts';
import { byteOfName } from './pipeline/byte-names.ts';
import { parseDecoder } from './pipeline/decoders.ts';
import { parseNormalizer } from './pipeline/normalizers.ts';
import { parsePostProcessor } from './pipeline/post-processors.ts';
import { parsePreTokenizer } from './pipeline/pre-tokenizers.ts';
import type { SubwordModel } from './pipeline/stages.ts';
import { type UnigramPiece, unigramModel } from './pipeline/unigram-model.ts';
import { wordLevelModel, wordPieceModel } from './pipeline/word-models.ts';
import { HuggingFaceTokenizer } from './tokenizer.ts';
import { addedToken, addedTokenSchema, type TokenizerConfig } from './tokenizer-config.ts';

/** Ids over this would make tables of scores that fit no memory. */
export const mostIds = 4_000_000;

const schema = z.looseObject({
  added_tokens: or(z.array(addedTokenSchema.extend({ id: z.int().min(0).max(mostIds) })).max(200_000), []),
  normalizer: z.unknown().optional(),
  pre_tokenizer: z.unknown().optional(),
  post_processor: z.unknown().optional(),
  decoder: z.unknown().optional(),
  model: z.looseObject({ type: maybe(z.string()), vocab: z.unknown() }),
});

/**
 * @param json the content of a tokenizer.json
 * @param file names it in messages
 * @throws Failure `broken-model`, naming what is not known or wrong
 */
export function parseTokenizerJson(json: unknown, file: string, config: TokenizerConfig): HuggingFaceTokenizer {
  const found = check(schema, json, file);
  const vocabulary = readVocabulary(found.model.vocab, file);
  const added = addedTokens(found.added_tokens.map(token => addedToken(token.id, token)), vocabulary.ids, config);
  const hidden = new Set(added.filter(({ special }) => special).map(({ content }) => content));
  const model = parseModel(found.model, vocabulary, hidden, file);
  const names = new Map<number, string>();
  for (const [token, id] of vocabulary.ids) if (!names.has(id)) names.set(id, token);
  for (const { id, content } of added) names.set(id, content);
  return new HuggingFaceTokenizer({
    file,
    names,
    added,
    roles: config.roles,
    normalize: parseNormalizer(found.normalizer, file),
    preTokenize: parsePreTokenizer(found.pre_tokenizer, file),
    model,
    frame: parsePostProcessor(found.post_processor, file),
    decode: parseDecoder(found.decoder, file),
    cleanUp: config.cleanUp,
    maxTokens: config.maxTokens,
  });
}

interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** By id, where the tokens have any. */
  readonly scores: readonly number[] | undefined;
}

/** An object of ids by token, or a list of tokens with scores. Checked by hand: there may be half a million. */
function readVocabulary(vocab: unknown, file: string): Vocabulary {
  if (Array.isArray(vocab)) {
    const ids = new Map<string, number>();
    if (vocab.length > mostIds) throw brokenFile(file, `has ${vocab.length} tokens; at most ${mostIds} are read`);
    const scores = vocab.map((entry: unknown, id) => {
      const [token, score]: unknown[] = Array.isArray(entry) ? entry : [];
      if (typeof token !== 'string' || typeof score !== 'number' || !Number.isFinite(score)) throw brokenFile(file, `has ${JSON.stringify(entry)?.slice(0, 60) ?? 'nothing'} at model.vocab.${id}; a token and its score were expected`);
      if (!ids.has(token)) ids.set(token, id);
      return score;
    });
    return { ids, scores };
  }
  return { ids: readIds(vocab, file, 'model.vocab'), scores: undefined };
}

/**
 * An object of ids by token.
 * @param place where it stands in the file: `model.vocab`; left out, it is the whole
 * @throws Failure `broken-model`
 */
export function readIds(vocab: unknown, file: string, place?: string): Map<string, number> {
  if (!isRecord(vocab)) throw brokenFile(file, `has no vocabulary${place === undefined ? '' : ` at ${place}`} (found ${shown(vocab)}); an object of ids by token was expected`);
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > mostIds) throw brokenFile(file, `has the id ${shown(id)} at ${place === undefined ? '' : `${place}.`}${token.slice(0, 60)}; a whole number up to ${mostIds} was expected`);
    ids.set(token, id);
  }
  return ids;
}

/** Those of tokenizer.json; then of the other files those that it lacks; then special tokens that only its vocabulary has. */
export function addedTokens(own: readonly AddedToken[], vocabulary: ReadonlyMap<string, number>, config: TokenizerConfig): AddedToken[] {
  const tokens = new Map<string, AddedToken>();
  for (const token of [...own, ...config.added]) if (token.content !== '' && !tokens.has(token.content)) tokens.set(token.content, token);
  for (const content of [...Object.values(config.roles), ...config.additional]) {
    const id = vocabulary.get(content);
    if (tokens.has(content) || id === undefined) continue;
    tokens.set(content, { id, content, special: true, normalized: false, singleWord: false, leftStrip: false, rightStrip: false });
  }
  return [...tokens.values()];
}

const bytePairSchema = z.looseObject({
  merges: z.unknown(),
  unk_token: maybe(z.string()),
  continuing_subword_prefix: or(z.string().max(100), ''),
  end_of_word_suffix: or(z.string().max(100), ''),
  fuse_unk: or(z.boolean(), false),
  byte_fallback: or(z.boolean(), false),
  ignore_merges: or(z.boolean(), false),
});
const wordPieceSchema = z.looseObject({
  unk_token: or(z.string(), '[UNK]'),
  continuing_subword_prefix: or(z.string().max(100), '##'),
  max_input_chars_per_word: or(z.int().min(1).max(1000), 100),
});
const unigramSchema = z.looseObject({ unk_id: maybe(z.int().min(0).max(mostIds)), byte_fallback: or(z.boolean(), false) });

function parseModel(model: z.output<typeof schema>['model'], vocabulary: Vocabulary, hidden: ReadonlySet<string>, file: string): SubwordModel {
  const { ids, scores } = vocabulary;
  // Files of before 2020 don't say their type.
  const type = model.type ?? (scores !== undefined ? 'Unigram' : 'merges' in model ? 'BPE' : 'WordPiece');
  if ((type === 'Unigram') !== (scores !== undefined)) throw brokenFile(file, `has a model of the type ${type} with a vocabulary ${scores === undefined ? 'without' : 'with'} scores`);
  const spellable = (): Map<string, number> => new Map([...ids].filter(([token]) => !hidden.has(token)));
  switch (type) {
    case 'BPE': {
      const found = check(bytePairSchema, model, file);
      return bytePairModel({
        vocabulary: ids,
        merges: readMerges(found.merges, file),
        hidden,
        unknown: found.unk_token,
        fuseUnknown: found.fuse_unk,
        byteFallback: found.byte_fallback,
        ignoreMerges: found.ignore_merges,
        continuingPrefix: found.continuing_subword_prefix,
        endSuffix: found.end_of_word_suffix,
      }, file);
    }
    case 'WordPiece': {
      const found = check(wordPieceSchema, model, file);
      const unknown = ids.get(found.unk_token);
      if (unknown === undefined) throw brokenFile(file, `has no token ${JSON.stringify(found.unk_token)}, which it names as its unk_token`);
      return wordPieceModel({ vocabulary: spellable(), unknown, continuingPrefix: found.continuing_subword_prefix, longestWord: found.max_input_chars_per_word });
    }
    case 'WordLevel': {
      const { unk_token: unknown } = check(z.looseObject({ unk_token: or(z.string(), '') }), model, file);
      return wordLevelModel(spellable(), ids.get(unknown));
    }
    case 'Unigram': {
      const found = check(unigramSchema, model, file);
      const isHidden = (token: string): boolean => hidden.has(token) || (found.byte_fallback && byteOfName(token) !== undefined);
      const pieces: UnigramPiece[] = [];
      for (const [token, id] of ids) pieces.push({ token, id, score: scores?.[id] ?? 0, spellable: !isHidden(token) && id !== found.unk_id });
      return unigramModel({ pieces, unknown: found.unk_id, byteFallback: found.byte_fallback, single: false });
    }
    default:
      throw brokenFile(file, `has a model of the type ${JSON.stringify(type)}; BPE, Unigram, WordPiece or WordLevel was expected`);
  }
}

/** Pairs, or, as files had them before 2024, pairs with a space between. */
function readMerges(merges: unknown, file: string): (readonly [string, string])[] {
  if (!Array.isArray(merges) || merges.length > mostIds) throw brokenFile(file, `has no list of merges at model.merges (found ${shown(merges)})`);
  return merges.map((merge: unknown, index) => {
    const parts: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
    const [left, right] = parts;
    if (parts.length !== 2 || typeof left !== 'string' || typeof right !== 'string') throw brokenFile(file, `has ${shown(merge)} at model.merges.${index}; two tokens were expected`);
    return [left, right];
  });
}
