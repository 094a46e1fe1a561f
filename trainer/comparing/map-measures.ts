/** What a model's attention over the source is like, in numbers, on the sentences that it is tested on. */
import { type AttentionMatrix, meanMapStatistics, type MapStatistics } from '../analysis/map-statistics.ts';
import { greedySearch } from '../decoding/greedy.ts';
import type { Hypothesis } from '../decoding/hypothesis.ts';
import { TranslationModel } from '../decoding/model.ts';
import { defaultThreads } from '../engine/threads.ts';
import { normalizeForModel } from '../text/normalize.ts';

/**
 * The mean over all maps of cross-attention, each head of each layer a map, of greedy translations; sentences longer than
 * any in training are passed over.
 * @returns nothing of a model without attention
 * @throws Failure `unknown-model`, `broken-model`; AbortError
 */
export async function measureMaps(folder: string, sources: readonly string[], signal: AbortSignal): Promise<MapStatistics | undefined> {
  const model = await TranslationModel.open(folder, { threads: defaultThreads });
  const matrices: AttentionMatrix[] = [];
  try {
    for (const source of sources) {
      const ids = [...model.tokenizer.encodeIds(normalizeForModel(source)), model.special.end];
      if (ids.length === 1 || ids.length > model.manifest.limits.sourceTokens) continue;
      matrices.push(...crossMaps(await model.decode(ids, 0, greedySearch, { signal }), ids.length));
    }
  } finally {
    await model.release();
  }
  return matrices.length === 0 ? undefined : meanMapStatistics(matrices);
}

/** At a decoder's first step its maps over the source have a key for each token there, those over what it wrote just one. */
function crossMaps({ maps }: Hypothesis, length: number): AttentionMatrix[] {
  const heads = (maps[0] ?? []).flatMap((row, head) => (row.length === length ? [head] : []));
  return heads.map(head => {
    const weights = new Float32Array(maps.length * length);
    maps.forEach((rows, query) => weights.set(rows[head] ?? [], query * length));
    return { weights, shape: [maps.length, length] };
  });
}
