/** Tokenizers of folders that have a SentencePiece model and no tokenizer.json. */
import { brokenFile, parseJsonFile } from '../json.ts';
import type { AddedToken } from '../pipeline/added-tokens.ts';
import { parseDecoder } from '../pipeline/decoders.ts';
import { lowerCase, replaceFound } from '../pipeline/normalizers.ts';
import { bareFrame, bertFrame, endedFrame, type Frame, plainFrame, robertaFrame } from '../pipeline/post-processors.ts';
import { scoredPairsModel } from '../pipeline/scored-pairs-model.ts';
import { mapCharacters, type Normalizer, type SubwordModel } from '../pipeline/stages.ts';
import { combiningMark } from '../pipeline/unicode.ts';
import { normalizeTo } from '../pipeline/unicode-forms.ts';
import { unigramModel } from '../pipeline/unigram-model.ts';
import { HuggingFaceTokenizer, type SpecialRole } from '../tokenizer.ts';
import type { TextFile, TokenizerConfig } from '../tokenizer-config.ts';
import { addedTokens, readIds } from '../tokenizer-json.ts';
import { readSentencePieceModel, type SentencePieceModel } from './model-file.ts';
import { sentencePieceNormalizer, spaceSign } from './normalizer.ts';

export interface SentencePieceFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

type Roles = Readonly<Partial<Record<SpecialRole, string>>>;

/** How a class of transformers uses a SentencePiece model. */
interface Scheme {
  readonly roles: Roles;
  /** By piece: its id, where that is not the piece's place in the model. */
  readonly ids?: (model: SentencePieceModel, config: TokenizerConfig) => ReadonlyMap<string, number>;
  readonly frame: (idOf: (token: string) => number, roles: Roles, config: TokenizerConfig) => Frame;
  /** Before SentencePiece's own rules. */
  readonly before?: (config: TokenizerConfig) => Normalizer;
}

const named = (roles: Roles, role: SpecialRole): string => roles[role] ?? '';

const t5: Scheme = {
  roles: { eos: '</s>', unk: '<unk>', pad: '<pad>' },
  frame: (idOf, roles, config) => plainFrame(undefined, config.addEos === false ? undefined : idOf(named(roles, 'eos'))),
};
const llama: Scheme = {
  roles: { bos: '<s>', eos: '</s>', unk: '<unk>' },
  frame: (idOf, roles, config) =>
    plainFrame(config.addBos === false ? undefined : idOf(named(roles, 'bos')), config.addEos === true ? idOf(named(roles, 'eos')) : undefined),
};
const albert: Scheme = {
  roles: { cls: '[CLS]', sep: '[SEP]', unk: '<unk>', pad: '<pad>', mask: '[MASK]' },
  frame: (idOf, roles) => bertFrame(idOf(named(roles, 'cls')), idOf(named(roles, 'sep'))),
  before: albertNormalizer,
};
const xlmRoberta: Scheme = {
  roles: { bos: '<s>', eos: '</s>', cls: '<s>', sep: '</s>', unk: '<unk>', pad: '<pad>', mask: '<mask>' },
  ids: fairseqIds,
  frame: (idOf, roles) => robertaFrame(idOf(named(roles, 'cls')), idOf(named(roles, 'sep'))),
};

/** Classes, and types of models where the files name no class. */
const schemes: readonly (readonly [name: RegExp, scheme: Scheme])[] = [
  [/^(T5Tokenizer|t5|mt5|umt5)$/, t5],
  [/^(LlamaTokenizer|CodeLlamaTokenizer|GemmaTokenizer|llama|mistral|gemma\d?)$/, llama],
  [/^(AlbertTokenizer|albert)$/, albert],
  [/^(XLMRobertaTokenizer|xlm-roberta)$/, xlmRoberta],
];

/**
 * @param modelType of config.json, where the files don't name their class
 * @throws Failure `broken-model`; where the class uses its model in a way that is not known
 */
export function sentencePieceTokenizer({ path, bytes }: SentencePieceFile, config: TokenizerConfig, modelType: string): HuggingFaceTokenizer {
  const name = config.className || modelType;
  const scheme = schemes.find(([pattern]) => pattern.test(name))?.[1];
  if (scheme === undefined) {
    throw brokenFile(path, `is used by the class ${name || 'unknown'} in a way that only its tokenizer.json would tell`, 'Save the tokenizer with transformers (`AutoTokenizer.from_pretrained(…).save_pretrained(…)`), which writes tokenizer.json.');
  }
  const model = readSentencePieceModel(bytes, path);
  const ids = scheme.ids?.(model, config) ?? new Map(model.pieces.map(({ piece }, id) => [piece, id]));
  return assemble(model, path, ids, { ...config, roles: { ...scheme.roles, ...config.roles } }, scheme.frame, scheme.before?.(config));
}

/**
 * Marian's: pieces by `source.spm`, ids by `vocab.json`. The pieces of `target.spm` are in the same vocabulary, so that no
 * more is needed to decode.
 * @throws Failure `broken-model`
 */
export function marianTokenizer({ path, bytes }: SentencePieceFile, vocabulary: TextFile, config: TokenizerConfig): HuggingFaceTokenizer {
  if (config.separateVocabularies) throw brokenFile(vocabulary.path, 'is of the source language only; one vocabulary of both languages was expected', 'Use a model whose tokenizer_config.json does not say "separate_vocabs".');
  const ids = readIds(parseJsonFile(vocabulary.text, vocabulary.path), vocabulary.path);
  const model = readSentencePieceModel(bytes, path);
  // Of models with many targets: the language to translate into is written before the text.
  const languages = [...ids].flatMap(([content, id]): AddedToken[] =>
    /^>>.{1,20}<<$/u.test(content) ? [{ id, content, special: false, normalized: false, singleWord: false, leftStrip: false, rightStrip: true }] : [],
  );
  const roles = { eos: '</s>', unk: '<unk>', pad: '<pad>', ...config.roles };
  return assemble(model, path, ids, { ...config, roles, added: [...config.added, ...languages] }, idOf => endedFrame(idOf(roles.eos)));
}

function assemble(
  model: SentencePieceModel,
  path: string,
  ids: ReadonlyMap<string, number>,
  config: TokenizerConfig,
  frame: Scheme['frame'],
  before?: Normalizer,
): HuggingFaceTokenizer {
  const added = addedTokens([], ids, config);
  const all = new Map([...ids, ...added.map(({ content, id }) => [content, id] as const)]);
  const idOf = (token: string): number => {
    const id = all.get(token);
    if (id === undefined) throw brokenFile(path, `has no token ${JSON.stringify(token)}, which the tokenizer needs`);
    return id;
  };
  const normalizer = sentencePieceNormalizer(
    { ...model.normalizer, userDefined: model.pieces.filter(({ kind }) => kind === 'user-defined').map(({ piece }) => piece), prefixEach: config.legacy !== false },
    path,
  );
  const names = new Map<number, string>();
  for (const [token, id] of all) names.set(id, token);
  // The model's own, whatever other files call unknown.
  const unknown = ids.get(model.pieces.find(({ kind }) => kind === 'unknown')?.piece ?? '') ?? all.get(config.roles.unk ?? '');
  return new HuggingFaceTokenizer({
    file: path,
    names,
    added,
    roles: config.roles,
    normalize: before === undefined ? normalizer : text => normalizer(before(text)),
    preTokenize: words => words,
    model: subwordModel(model, ids, unknown, new Set(added.filter(({ special }) => special).map(({ content }) => content))),
    frame: config.addBos === false && config.addEos === false ? bareFrame : frame(idOf, config.roles, config),
    decode: parseDecoder(decoderOf(model), path),
    cleanUp: config.cleanUp,
    maxTokens: config.maxTokens,
  });
}

/** @param special pieces that no text may spell */
function subwordModel(model: SentencePieceModel, ids: ReadonlyMap<string, number>, unknown: number | undefined, special: ReadonlySet<string>): SubwordModel {
  const { pieces, algorithm, byteFallback } = model;
  const spellable = ({ piece, kind }: (typeof pieces)[number]): boolean => (kind === 'normal' || kind === 'user-defined') && !special.has(piece);
  if (algorithm === 'byte-pair') {
    return scoredPairsModel({
      pieces: pieces.map(each => ({ token: each.piece, id: ids.get(each.piece) ?? unknown ?? 0, score: each.score, kind: !spellable(each) ? 'hidden' : each.kind === 'user-defined' ? 'whole' : 'normal' })),
      unknown,
      byteFallback,
    });
  }
  return unigramModel({
    pieces: pieces.flatMap(each => {
      // Marian's vocabulary may lack a piece of the model: it is then unknown, as it stands.
      const id = ids.get(each.piece) ?? unknown;
      if (id === undefined) return [];
      // What a user defined goes before all that was learned, whose scores are negative: measured of SentencePiece 0.2.3.
      const score = each.kind === 'user-defined' ? 0.1 * (Buffer.byteLength(each.piece) - 1) : each.score;
      return [{ token: each.piece, id, score, spellable: spellable(each) }];
    }),
    unknown,
    byteFallback,
    single: true,
  });
}

/** Of spaces at the beginning, the one that was put there goes; where none are kept twice, all go (sentencepiece_processor.cc, Decode). */
function decoderOf({ byteFallback, normalizer }: SentencePieceModel): unknown {
  const { addDummyPrefix, removeExtraWhitespaces } = normalizer;
  const strips = addDummyPrefix || removeExtraWhitespaces ? [{ type: 'Strip', content: ' ', start: removeExtraWhitespaces ? mostSpaces : 1 }] : [];
  return {
    type: 'Sequence',
    decoders: [...(byteFallback ? [{ type: 'ByteFallback' }] : []), { type: 'Replace', pattern: { String: spaceSign }, content: ' ' }, { type: 'Fuse' }, ...strips],
  };
}

const mostSpaces = 1 << 24;

/** fairseq has four tokens of its own before the pieces, and the mask behind them (tokenization_xlm_roberta.py). */
function fairseqIds({ pieces }: SentencePieceModel): ReadonlyMap<string, number> {
  const own = [['<s>', 0], ['<pad>', 1], ['</s>', 2], ['<unk>', 3]] as const;
  const rest = pieces.slice(3).map(({ piece }, index) => [piece, index + 4] as const);
  return new Map([...rest, ...own, ['<mask>', pieces.length + 1] as const]);
}

/** tokenization_albert.py: white space is one space, quotes are as English has them, accents and case go. */
function albertNormalizer(config: TokenizerConfig): Normalizer {
  const steps: Normalizer[] = [text => replaceFound(text, whiteSpace(text.text), ' '), text => replaceFound(text, quotes(text.text), '"')];
  if (config.keepAccents !== true) steps.push(text => mapCharacters(normalizeTo('NFKD', text), character => (isCombining(character) ? '' : undefined)));
  if (config.lowerCase !== false) steps.push(lowerCase);
  return text => steps.reduce((before, step) => step(before), text);
}

/** Of a combining class that is not 0: then it goes before U+0345, whose class is the highest, when marks are put in order. */
function isCombining(character: string): boolean {
  if (!combiningMark.test(character)) return false;
  return character === '\u0345' || !`\u0345${character}`.normalize('NFD').startsWith('\u0345');
}

/** Python's, which has four separators more. */
function* whiteSpace(text: string): Generator<readonly [number, number]> {
  for (const { 0: found, index } of text.matchAll(/[\p{White_Space}\x1c-\x1f]+/gu)) yield [index, index + found.length];
}

function* quotes(text: string): Generator<readonly [number, number]> {
  for (const { index } of text.matchAll(/``|''/g)) yield [index, index + 2];
}
