/** Tokenizers from before tokenizer.json: `vocab.txt` of BERT, `vocab.json` and `merges.txt` of GPT-2 and those after it. */
import { brokenFile, isRecord, parseJsonFile, shown } from './json.ts';
import type { HuggingFaceTokenizer } from './tokenizer.ts';
import type { TextFile, TokenizerConfig } from './tokenizer-config.ts';
import { parseTokenizerJson } from './tokenizer-json.ts';

const bertRoles = { unk: '[UNK]', cls: '[CLS]', sep: '[SEP]', pad: '[PAD]', mask: '[MASK]' } as const;

/**
 * BERT's: one token a line, in the order of their ids.
 * @throws Failure `broken-model`
 */
export function wordPieceTokenizer(vocabulary: TextFile, config: TokenizerConfig): HuggingFaceTokenizer {
  const lines = vocabulary.text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const vocab: Record<string, number> = Object.create(null);
  lines.forEach((line, id) => (vocab[line] = id));
  const roles = { ...bertRoles, ...config.roles };
  const idOf = (token: string): number => vocab[token] ?? missing(vocabulary.path, token);
  const [cls, sep] = [roles.cls, roles.sep];
  const json = {
    model: { type: 'WordPiece', vocab: { ...vocab }, unk_token: roles.unk },
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config.splitIdeographs ?? true,
      strip_accents: config.stripAccents ?? null,
      lowercase: config.lowerCase ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', cls: [cls, idOf(cls)], sep: [sep, idOf(sep)] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  };
  return parseTokenizerJson(json, vocabulary.path, { ...config, roles });
}

/** Qwen 2's words; the same in tokenization_qwen2.py. */
const qwenWords = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** Classes whose two files are read as GPT-2's are, and those that are put around a text as RoBERTa's. */
const likeGpt2 = /^(GPT2|Qwen2|Whisper|CodeGen)?Tokenizer$|^$|^PreTrainedTokenizer$/;
const likeRoberta = /^(Roberta|Bart|Longformer|LED|Blenderbot)Tokenizer$/;

/**
 * Byte-level byte pairs.
 * @param modelType of config.json, where the files don't name their class
 * @throws Failure `broken-model`; where the class is one that cuts texts in another way
 */
export function bytePairTokenizer(vocabulary: TextFile, merges: TextFile, config: TokenizerConfig, modelType: string): HuggingFaceTokenizer {
  const roberta = likeRoberta.test(config.className) || (config.className === '' && /^(roberta|bart|longformer|led)$/.test(modelType));
  const qwen = config.className === 'Qwen2Tokenizer' || (config.className === '' && /^qwen[23]/.test(modelType));
  const vocab = parseJsonFile(vocabulary.text, vocabulary.path);
  if (!isRecord(vocab)) throw brokenFile(vocabulary.path, `holds ${shown(vocab)}; an object of ids by token was expected`);
  if ((!roberta && !likeGpt2.test(config.className)) || Object.keys(vocab).some(token => token.endsWith('</w>'))) {
    throw brokenFile(vocabulary.path, `is of the class ${config.className || modelType || 'unknown'}, which is read from a tokenizer.json only`, 'Save the tokenizer with transformers (`AutoTokenizer.from_pretrained(…).save_pretrained(…)`), which writes tokenizer.json.');
  }
  const defaults = roberta
    ? { bos: '<s>', eos: '</s>', cls: '<s>', sep: '</s>', unk: '<unk>', pad: '<pad>', mask: '<mask>' }
    : { bos: '<|endoftext|>', eos: '<|endoftext|>', unk: '<|endoftext|>' };
  const roles = { ...defaults, ...config.roles };
  const idOf = (token: string): number => {
    const id = vocab[token] ?? config.added.find(({ content }) => content === token)?.id;
    return typeof id === 'number' ? id : missing(vocabulary.path, token);
  };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: config.prefixSpace ?? false, use_regex: !qwen };
  const around = roberta ? { cls: roles.cls ?? roles.bos, sep: roles.sep ?? roles.eos } : undefined;
  const json = {
    model: { type: 'BPE', vocab, merges: mergesOf(merges) },
    normalizer: qwen ? { type: 'NFC' } : null,
    pre_tokenizer: qwen ? { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: qwenWords }, behavior: 'Isolated', invert: false }, byteLevel] } : byteLevel,
    post_processor:
      around !== undefined
        ? { type: 'RobertaProcessing', cls: [around.cls, idOf(around.cls)], sep: [around.sep, idOf(around.sep)] }
        : config.addBos === true
          ? { type: 'TemplateProcessing', single: [{ SpecialToken: { id: roles.bos } }, { Sequence: { id: 'A' } }], special_tokens: { [roles.bos]: { ids: [idOf(roles.bos)] } } }
          : null,
    decoder: byteLevel,
    // RoBERTa's mask takes the space before it.
    added_tokens: roberta && roles.mask !== undefined && typeof vocab[roles.mask] === 'number' ? [{ id: vocab[roles.mask], content: roles.mask, special: true, lstrip: true, normalized: false }] : [],
  };
  return parseTokenizerJson(json, vocabulary.path, { ...config, roles });
}

/** A line each: two tokens with a space between, after a line of the version. */
function mergesOf({ text, path }: TextFile): string[] {
  const lines = text.split(/\r?\n/);
  const merges = (lines[0]?.startsWith('#version') === true ? lines.slice(1) : lines).filter(line => line !== '');
  const wrong = merges.findIndex(line => !/^\S+ \S+$/.test(line));
  if (wrong >= 0) throw brokenFile(path, `has ${shown(merges[wrong])} as merge ${wrong}; two tokens with a space between were expected`);
  return merges;
}

function missing(file: string, token: string): never {
  throw brokenFile(file, `has no token ${JSON.stringify(token)}, which the tokenizer needs`);
}
