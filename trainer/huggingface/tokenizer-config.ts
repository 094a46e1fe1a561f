/** `tokenizer_config.json`, `special_tokens_map.json`, `added_tokens.json`: what stands beside a vocabulary. */
import * as z from 'zod';
import { check, isRecord, maybe, or, parseJsonFile } from './json.ts';
import type { AddedToken } from './pipeline/added-tokens.ts';
import { type SpecialRole, specialRoles } from './tokenizer.ts';

/** A file's path and what stands in it. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

export interface TokenizerConfigFiles {
  readonly config?: TextFile | undefined;
  readonly specialTokens?: TextFile | undefined;
  readonly addedTokens?: TextFile | undefined;
}

export interface TokenizerConfig {
  /** `BertTokenizer`; without `Fast` at its end. */
  readonly className: string;
  readonly roles: Readonly<Partial<Record<SpecialRole, string>>>;
  /** Other special tokens, by name. */
  readonly additional: readonly string[];
  /** Tokens with their ids, where the files name those. */
  readonly added: readonly AddedToken[];
  readonly maxTokens: number | undefined;
  readonly cleanUp: boolean;
  /** Templates of chats, by name; the only one is `default`. */
  readonly chatTemplates: ReadonlyMap<string, string>;
  /** What tokenizers without a tokenizer.json go by. */
  readonly lowerCase: boolean | undefined;
  readonly stripAccents: boolean | undefined;
  readonly splitIdeographs: boolean | undefined;
  readonly prefixSpace: boolean | undefined;
  readonly addBos: boolean | undefined;
  readonly addEos: boolean | undefined;
  readonly legacy: boolean | undefined;
  readonly keepAccents: boolean | undefined;
  readonly separateVocabularies: boolean;
}

const name = z.string().max(10_000);
/** A name alone, or with how it is looked for. */
const token = z.union([name, z.looseObject({ content: name }).transform(({ content }) => content)]);
const id = z.int().min(0).max(4_000_000);
const template = z.string().max(1 << 20);

export const addedTokenSchema = z.looseObject({
  content: name,
  special: or(z.boolean(), false),
  normalized: maybe(z.boolean()),
  single_word: or(z.boolean(), false),
  lstrip: or(z.boolean(), false),
  rstrip: or(z.boolean(), false),
});

export function addedToken(id: number, found: z.output<typeof addedTokenSchema>): AddedToken {
  return {
    id,
    content: found.content,
    special: found.special,
    normalized: found.normalized ?? !found.special,
    singleWord: found.single_word,
    leftStrip: found.lstrip,
    rightStrip: found.rstrip,
  };
}

const mapSchema = z.looseObject({
  pad_token: maybe(token),
  bos_token: maybe(token),
  eos_token: maybe(token),
  cls_token: maybe(token),
  sep_token: maybe(token),
  mask_token: maybe(token),
  unk_token: maybe(token),
  // Transformers 5 calls them extra, and may name them.
  additional_special_tokens: maybe(z.array(token).max(100_000)),
  extra_special_tokens: maybe(z.union([z.array(token).max(100_000), z.record(z.string(), token).transform(named => Object.values(named))])),
});

const configSchema = mapSchema.extend({
  tokenizer_class: or(z.string().max(200), ''),
  added_tokens_decoder: maybe(z.record(z.string().regex(/^\d{1,8}$/), addedTokenSchema)),
  model_max_length: maybe(z.number()),
  clean_up_tokenization_spaces: or(z.boolean(), false),
  chat_template: maybe(z.union([template, z.array(z.looseObject({ name: z.string().max(200), template })).max(100)])),
  do_lower_case: maybe(z.boolean()),
  strip_accents: maybe(z.boolean()),
  tokenize_chinese_chars: maybe(z.boolean()),
  add_prefix_space: maybe(z.boolean()),
  add_bos_token: maybe(z.boolean()),
  add_eos_token: maybe(z.boolean()),
  legacy: maybe(z.boolean()),
  keep_accents: maybe(z.boolean()),
  separate_vocabs: or(z.boolean(), false),
});

/** @throws Failure `broken-model`, naming the file and the key */
export function parseTokenizerConfig({ config, specialTokens, addedTokens }: TokenizerConfigFiles): TokenizerConfig {
  const own = check(configSchema, parsed(config), config?.path ?? 'tokenizer_config.json');
  const map = check(mapSchema, parsed(specialTokens), specialTokens?.path ?? 'special_tokens_map.json');
  const roles: Partial<Record<SpecialRole, string>> = {};
  for (const role of specialRoles) {
    const found = own[`${role}_token`] ?? map[`${role}_token`];
    if (found !== undefined && found !== '') roles[role] = found;
  }
  const additional = [own.additional_special_tokens, own.extra_special_tokens, map.additional_special_tokens, map.extra_special_tokens].flatMap(each => each ?? []);
  const added = Object.entries(own.added_tokens_decoder ?? {}).map(([key, found]) => addedToken(Number(key), found));
  const known = new Set(added.map(({ content }) => content));
  const plain = check(z.record(name, id), parsed(addedTokens), addedTokens?.path ?? 'added_tokens.json');
  const special = new Set([...Object.values(roles), ...additional]);
  for (const [content, tokenId] of Object.entries(plain)) {
    if (!known.has(content)) added.push(addedToken(tokenId, addedTokenSchema.parse({ content, special: special.has(content), normalized: false })));
  }
  const longest = own.model_max_length;
  return {
    className: own.tokenizer_class.replace(/Fast$/, ''),
    roles,
    additional: [...new Set(additional)].filter(each => each !== ''),
    added: added.filter(({ content }) => content !== ''),
    // What has no limit has one of 10³⁰.
    maxTokens: longest !== undefined && longest >= 1 && longest <= 100_000_000 ? Math.floor(longest) : undefined,
    cleanUp: own.clean_up_tokenization_spaces,
    chatTemplates: templatesOf(own.chat_template),
    lowerCase: own.do_lower_case,
    stripAccents: own.strip_accents,
    splitIdeographs: own.tokenize_chinese_chars,
    prefixSpace: own.add_prefix_space,
    addBos: own.add_bos_token,
    addEos: own.add_eos_token,
    legacy: own.legacy,
    keepAccents: own.keep_accents,
    separateVocabularies: own.separate_vocabs,
  };
}

function templatesOf(found: z.output<typeof configSchema>['chat_template']): ReadonlyMap<string, string> {
  if (found === undefined) return new Map();
  return typeof found === 'string' ? new Map([['default', found]]) : new Map(found.map(each => [each.name, each.template]));
}

function parsed(file: TextFile | undefined): unknown {
  if (file === undefined) return {};
  const json = parseJsonFile(file.text, file.path);
  return isRecord(json) ? json : [];
}
