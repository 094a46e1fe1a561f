/** How the heads of a run's probes changed: how widely each looks, and how well it aligns. */
import type { RunHeadsResult } from '../../protocol/runs.ts';
import { Failure } from '../../protocol/failure.ts';
import { isSpecialToken } from '../../protocol/special-token.ts';
import { leastLinkWeight } from '../analysis/alignment.ts';
import { alignmentErrorRate, type GoldAlignment, type JudgedAlignment, type WordPair } from '../analysis/alignment-error-rate.ts';
import { type AttentionMatrix, meanMapStatistics } from '../analysis/map-statistics.ts';
import { type Probe, probePath, type ProbedMap, probeSteps, withProbe } from './probe-file.ts';
import { statsOf } from './quietly.ts';

interface HeadsAt {
  readonly stamp: string;
  /** By the map's name. */
  readonly heads: ReadonlyMap<string, { readonly entropy: number; readonly alignmentError: number | null }>;
}

/** Of so many probes' files is remembered what they came to. */
const mostRemembered = 5_000;

export class Heads {
  readonly #known = new Map<string, HeadsAt>();

  /** Probes that cannot be read are passed over: they may be gone by now. @throws AbortError */
  async of(run: string, signal: AbortSignal): Promise<RunHeadsResult> {
    const steps: number[] = [];
    const at: HeadsAt[] = [];
    for (const step of probeSteps(run)) {
      signal.throwIfAborted();
      const found = await this.#at(probePath(run, step), signal);
      if (found === undefined) continue;
      steps.push(step);
      at.push(found);
    }
    const names = [...new Set(at.flatMap(({ heads }) => [...heads.keys()]))];
    return {
      steps,
      heads: names.map(map => {
        const entropy = at.map(({ heads }) => heads.get(map)?.entropy ?? null);
        const errors = at.map(({ heads }) => heads.get(map)?.alignmentError ?? null);
        return { map, entropy, alignmentError: errors.every(error => error === null) ? null : errors };
      }),
    };
  }

  async #at(path: string, signal: AbortSignal): Promise<HeadsAt | undefined> {
    const stats = statsOf(path);
    if (stats === undefined) return undefined;
    const stamp = `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known;
    try {
      const heads = { stamp, heads: await withProbe(path, probe => headsOf(probe, signal)) };
      this.#known.set(path, heads);
      const [oldest] = this.#known.keys();
      if (this.#known.size > mostRemembered && oldest !== undefined) this.#known.delete(oldest);
      return heads;
    } catch (thrown) {
      if (thrown instanceof Failure) return undefined;
      throw thrown;
    }
  }
}

async function headsOf(probe: Probe, signal: AbortSignal): Promise<HeadsAt['heads']> {
  const heads = new Map<string, { entropy: number; alignmentError: number | null }>();
  for (const { name, kind } of probe.maps()) {
    const maps: AttentionMatrix[] = [];
    const judged: JudgedAlignment[] = [];
    for (let example = 0; example < probe.examples; example++) {
      signal.throwIfAborted();
      const map = await probe.map(example, name);
      if (map === undefined) continue;
      maps.push(map);
      const gold = kind === 'cross' ? probe.gold(example) : undefined;
      if (gold !== undefined) judged.push({ links: linksOf(map), gold: goldOf(gold) });
    }
    const { entropy } = meanMapStatistics(maps);
    heads.set(name, { entropy: entropy / Math.LN2, alignmentError: judged.length === 0 ? null : alignmentErrorRate(judged) });
  }
  return heads;
}

/** Each target token is linked as a word is (`alignWords`): to the token it attends to most, unless that says little. */
function linksOf({ source, target, shape: [queries, keys], weights }: ProbedMap): WordPair[] {
  const links: WordPair[] = [];
  for (let query = 0; query < queries; query++) {
    const row = weights.subarray(query * keys, (query + 1) * keys);
    const key = row.reduce((best, weight, index) => (weight > (row[best] ?? 0) ? index : best), 0);
    if ((row[key] ?? 0) >= leastLinkWeight && !isSpecialToken(source[key] ?? '') && !isSpecialToken(target[query] ?? '')) links.push({ source: key, target: query });
  }
  return links;
}

function goldOf(links: readonly { readonly target: number; readonly source: number; readonly isSure: boolean }[]): GoldAlignment {
  return { sure: links.filter(({ isSure }) => isSure), possible: links.filter(({ isSure }) => !isSure) };
}
