/** How a model's authors mean it to write (generation_config.json), as transformers obeys it in a greedy search. */
import type { Constraints } from '../decoding/constraints.ts';
import type { GenerationConfig } from '../huggingface/generation-config.ts';

/** Ends a text of a model that names no token for it. */
export const noToken = -1;

/** Of models that say nothing. */
export const freeGeneration: GenerationConfig = {
  decoderStart: undefined, bos: undefined, eos: [], forcedBos: undefined, forcedEos: undefined, forcedTokens: new Map(),
  maxLength: undefined, maxNewTokens: undefined, minLength: 0, badWords: [], suppressed: [], suppressedFirst: [],
  noRepeatNgram: 0, repetitionPenalty: 1,
};

/** Makes what was read before less likely (Keskar et al. 2019, "CTRL", section 4.1), in place. @param scores before the softmax */
export function penalise(scores: Float32Array, read: readonly number[], penalty: number): void {
  if (penalty === 1) return;
  for (const token of new Set(read)) {
    const score = scores[token] ?? 0;
    scores[token] = score < 0 ? score * penalty : score / penalty;
  }
}

/**
 * Forbids by −∞ what may not be written next, in place.
 * @param read every token that was read, what was written among them
 * @param written how many tokens were written
 */
export function forbid(logProbs: Float32Array, config: GenerationConfig, read: readonly number[], written: number): void {
  const { suppressed, suppressedFirst, badWords, noRepeatNgram, minLength, eos } = config;
  for (const token of suppressed) logProbs[token] = -Infinity;
  if (written === 0) for (const token of suppressedFirst) logProbs[token] = -Infinity;
  if (read.length < minLength) for (const token of eos) logProbs[token] = -Infinity;
  for (const word of badWords) {
    const before = word.slice(0, -1);
    if (before.every((token, index) => read[read.length - before.length + index] === token)) logProbs[word.at(-1) ?? -1] = -Infinity;
  }
  forbidRepeats(logProbs, read, noRepeatNgram);
}

/** What would repeat a run of `size` tokens. */
function forbidRepeats(logProbs: Float32Array, read: readonly number[], size: number): void {
  if (size <= 0 || read.length + 1 < size) return;
  const last = read.slice(read.length - size + 1);
  for (let from = 0; from + size <= read.length; from++) {
    if (last.every((token, index) => read[from + index] === token)) logProbs[read[from + size - 1] ?? -1] = -Infinity;
  }
}

/**
 * What a search must obey; what depends on the tokens before, `forbid` sees to. Of several tokens that may end a text the most
 * probable one stands for all.
 * @param start the token that is read first
 * @param longest the most tokens of a text, its end counted
 */
export function constraintsOf({ eos, forcedBos, forcedEos, forcedTokens }: GenerationConfig, start: number, longest: number): Constraints {
  const [end = noToken, ...otherEnds] = eos;
  // A search that is told to end in what is no end would go on for ever.
  const last = forcedEos !== undefined && eos.includes(forcedEos) ? forcedEos : end;
  return {
    special: { pad: noToken, start, end, slots: [] },
    atStart: 0,
    longest,
    restrict: (logProbs, _owed, length) => {
      for (const other of otherEnds) {
        logProbs[end] = Math.max(logProbs[end] ?? -Infinity, logProbs[other] ?? -Infinity);
        logProbs[other] = -Infinity;
      }
      const forced = forcedTokens.get(length) ?? (length === 0 ? forcedBos : undefined);
      if (forced !== undefined) return [forced];
      return length + 1 >= longest ? [last] : undefined;
    },
    after: (_token, owed) => owed,
  };
}
