/** `generation_config.json`: how a model is meant to write. What it leaves out is taken from `config.json`, as before 2023 it stood there. */
import * as z from 'zod';
import type { HuggingFaceConfig } from './config.ts';
import { check, maybe, parseJsonFile } from './json.ts';

export interface GenerationConfig {
  /** What a decoder is given before anything else; `undefined` of models that continue a text. */
  readonly decoderStart: number | undefined;
  readonly bos: number | undefined;
  /** Any of these ends the text. */
  readonly eos: readonly number[];
  /** Must be the first token written: of mBART and its kin, the language. */
  readonly forcedBos: number | undefined;
  /** Must be the last, at `maxLength`. */
  readonly forcedEos: number | undefined;
  /** Tokens that must stand at places of the output, by place; 0 is the first after the start. */
  readonly forcedTokens: ReadonlyMap<number, number>;
  /** Longest output in tokens, the start (or the text that is continued) counted; `undefined` where nothing is said. */
  readonly maxLength: number | undefined;
  /** The same, what stood before not counted. */
  readonly maxNewTokens: number | undefined;
  readonly minLength: number;
  /** Never written: each a run of tokens. */
  readonly badWords: readonly (readonly number[])[];
  /** Never written. */
  readonly suppressed: readonly number[];
  /** Never written first. */
  readonly suppressedFirst: readonly number[];
  /** No run of so many tokens is written twice; 0: any may be. */
  readonly noRepeatNgram: number;
  readonly repetitionPenalty: number;
}

const id = z.int().min(-1).max(100_000_000);
const length = z.int().min(0).max(100_000_000);
const ids = z.array(id).max(10_000);
const ends = z.union([id.transform(one => [one]), z.array(id).max(1000)]).transform(all => all.filter(one => one >= 0));

const schema = z.looseObject({
  decoder_start_token_id: maybe(z.union([id, z.array(id).min(1).max(100).transform(all => all[0] ?? -1)])),
  bos_token_id: maybe(z.union([id, z.array(id).min(1).max(100).transform(all => all[0] ?? -1)])),
  eos_token_id: maybe(ends),
  pad_token_id: maybe(id),
  forced_bos_token_id: maybe(id),
  forced_eos_token_id: maybe(z.union([id, ids.min(1).transform(all => all[0] ?? -1)])),
  forced_decoder_ids: maybe(z.array(z.tuple([length, z.union([id, z.null()])])).max(1000)),
  max_length: maybe(length),
  max_new_tokens: maybe(length),
  min_length: maybe(length),
  bad_words_ids: maybe(z.array(ids).max(100_000)),
  suppress_tokens: maybe(ids),
  begin_suppress_tokens: maybe(ids),
  no_repeat_ngram_size: maybe(length),
  repetition_penalty: maybe(z.number().positive()),
});

/**
 * @param text of `generation_config.json`; left out, only the config speaks
 * @throws Failure `broken-model`, naming the file and the key
 */
export function parseGenerationConfig(text: string | undefined, file: string, config: HuggingFaceConfig): GenerationConfig {
  const own = check(schema, text === undefined ? {} : parseJsonFile(text, file), file);
  const old = check(schema, config.json, config.file);
  const first = <Key extends keyof z.output<typeof schema>>(key: Key): z.output<typeof schema>[Key] => own[key] ?? old[key];
  const pad = token(first('pad_token_id'));
  const bos = token(first('bos_token_id'));
  const forced = first('forced_decoder_ids') ?? [];
  return {
    // T5's start is the padding, BART's and others' the beginning of a text, where they don't say it.
    decoderStart: token(first('decoder_start_token_id')) ?? (config.isEncoderDecoder ? (isT5(config) ? (pad ?? 0) : (bos ?? pad)) : undefined),
    bos,
    eos: first('eos_token_id') ?? [],
    forcedBos: token(first('forced_bos_token_id')),
    forcedEos: token(first('forced_eos_token_id')),
    forcedTokens: new Map(forced.flatMap(([place, forcedId]) => (forcedId === null || place < 1 ? [] : [[place - 1, forcedId] as const]))),
    maxLength: first('max_length'),
    maxNewTokens: first('max_new_tokens'),
    minLength: first('min_length') ?? 0,
    badWords: (first('bad_words_ids') ?? []).filter(word => word.length > 0),
    suppressed: (first('suppress_tokens') ?? []).filter(each => each >= 0),
    suppressedFirst: (first('begin_suppress_tokens') ?? []).filter(each => each >= 0),
    noRepeatNgram: first('no_repeat_ngram_size') ?? 0,
    repetitionPenalty: first('repetition_penalty') ?? 1,
  };
}

function isT5(config: HuggingFaceConfig): boolean {
  return config.declaredType.endsWith('t5');
}

function token(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value;
}
