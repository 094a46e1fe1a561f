/** What a Hugging Face folder tells of how its model is to be run. */
import type { HuggingFaceFolder } from '../huggingface/folder.ts';
import type { StateSizes } from './decoder-ports.ts';

/** What the user should know of a folder that has none. */
export function noTokenizer({ tokenizerFiles }: HuggingFaceFolder): string[] {
  return tokenizerFiles === undefined ? ['There is no tokenizer in the folder: without it no text can be read.'] : [];
}

/** How large a head's keys and values are, which graphs may leave to the config. */
export function sizesOf({ config }: HuggingFaceFolder): StateSizes {
  const number = (...keys: readonly string[]): number | undefined => keys.map(key => config.json[key]).find(value => typeof value === 'number' && Number.isSafeInteger(value) && value > 0) as number | undefined;
  const queries = number('num_attention_heads', 'n_head', 'decoder_attention_heads', 'num_heads');
  const width = number('hidden_size', 'n_embd', 'd_model');
  return {
    heads: number('num_key_value_heads') ?? queries,
    width: number('head_dim', 'd_kv') ?? (width === undefined || queries === undefined ? undefined : Math.floor(width / queries)),
  };
}

/** The most tokens that a model has places for; RoBERTa's first two are none. */
export function longestOf({ config }: HuggingFaceFolder): number | undefined {
  const { json, declaredType } = config;
  const places = [json['max_position_embeddings'], json['n_positions'], json['max_seq_len']].find(value => typeof value === 'number' && Number.isSafeInteger(value) && value > 0);
  if (typeof places !== 'number') return undefined;
  return /^(roberta|xlm-roberta|camembert|longformer)/.test(declaredType) ? Math.max(1, places - 2) : places;
}

export function patchOf(json: Readonly<Record<string, unknown>>): readonly [number, number] | undefined {
  const patch = json['patch_size'];
  return typeof patch === 'number' && Number.isSafeInteger(patch) && patch > 0 ? [patch, patch] : undefined;
}

/** Marian's folders are named by their languages: `opus-mt-en-de`. */
export function languagesOf(json: Readonly<Record<string, unknown>>, name: string): { readonly source: string; readonly target: string } {
  const found = /(?:^|[^a-z])opus-mt-(?:tc-)?(?:big-|base-)?([a-z]{2,3})-([a-z]{2,3})(?:$|[^a-z])/i.exec(`${String(json['_name_or_path'] ?? '')} ${name}`);
  return { source: found?.[1]?.toLowerCase() ?? '', target: found?.[2]?.toLowerCase() ?? '' };
}
