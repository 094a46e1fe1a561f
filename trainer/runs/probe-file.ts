/** A probe's file: the maps of a few examples at one step (docs/run-directory.md). */
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import type { RunProbeMap } from '../../protocol/runs.ts';
import { isSpecialToken } from '../../protocol/special-token.ts';
import { ByteSource } from '../formats/bytes.ts';
import { readHeader, type SafetensorsEntry, type SafetensorsHeader } from '../formats/safetensors-header.ts';
import { parseJson } from '../text/parse-json.ts';
import { stepName } from '../training/step-name.ts';
import { namesIn } from './quietly.ts';

/** Numbers that a map may have. */
const largestMap = 1 << 24;
const mostExamples = 1000;
const mostProbes = 100_000;

const tokensSchema = z.array(z.string()).max(100_000);
const goldSchema = z.array(z.tuple([z.int().min(0), z.int().min(0), z.union([z.literal(0), z.literal(1)])])).max(1_000_000);

export interface ProbedMap {
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** `[query, key]` */
  readonly shape: readonly [queries: number, keys: number];
  readonly weights: Float32Array;
}

/** Steps whose probes are whole, ascending. */
export function probeSteps(run: string): number[] {
  const steps = namesIn(join(run, 'probes')).flatMap(name => /^(\d{8,15})\.safetensors$/.exec(name)?.[1] ?? []);
  return steps.map(Number).toSorted((a, b) => a - b).slice(-mostProbes);
}

export const probePath = (run: string, step: number): string => join(run, 'probes', `${stepName(step)}.safetensors`);

/** Works with a probe and closes it. @throws Failure `no-such-file`, `broken-model` */
export async function withProbe<Result>(path: string, work: (probe: Probe) => Promise<Result>): Promise<Result> {
  const source = await ByteSource.open(path);
  try {
    return await work(new Probe(source, await readHeader(source)));
  } finally {
    await source.close();
  }
}

interface PlacedMap extends RunProbeMap {
  readonly example: number;
  readonly entry: SafetensorsEntry;
  /** Of a tensor of several heads. */
  readonly shape: readonly [heads: number, queries: number, keys: number];
}

export class Probe {
  readonly #source: ByteSource;
  readonly #metadata: ReadonlyMap<string, string>;
  /** By example and name. */
  readonly #maps = new Map<string, PlacedMap>();
  readonly examples: number;

  constructor(source: ByteSource, { metadata, entries }: SafetensorsHeader) {
    this.#source = source;
    this.#metadata = metadata;
    const placed = entries.flatMap(entry => this.#placed(entry));
    // One that stands for all is told only where there are no others.
    const hasHeads = new Set(placed.flatMap(({ example, entry }) => (entry.name.includes('.') ? [example] : [])));
    for (const map of placed) {
      if (map.entry.name.includes('.') || !hasHeads.has(map.example)) this.#maps.set(`${map.example} ${map.name}`, map);
    }
    this.examples = placed.reduce((most, { example }) => Math.max(most, example + 1), 0);
  }

  /** Of any example, each once: by kind, layer and head. */
  maps(): RunProbeMap[] {
    const named = new Map([...this.#maps.values()].map(map => [map.name, map]));
    return [...named.values()]
      .map(({ name, kind, layer, head }) => ({ name, kind, layer, head }))
      .toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.layer - b.layer || a.head - b.head);
  }

  /** An example's text, as its tokens spell it. */
  textOf(example: number): string {
    const tokens = this.#tokens(`${example}.source`);
    const spelled = tokens.filter((token, index) => index < tokens.length - 1 || !isSpecialToken(token)).map(token => token.replace(/[▁Ġ]/g, ' '));
    return spelled.join(spelled.some(token => /\s/.test(token)) ? '' : ' ').trim();
  }

  /** @returns undefined where the probe lacks the map */
  async map(example: number, name: string): Promise<ProbedMap | undefined> {
    const placed = this.#maps.get(`${example} ${name}`);
    if (placed === undefined) return undefined;
    const { shape: [, queries, keys], head, kind, entry } = placed;
    const weights = new Float32Array(queries * keys);
    await this.#source.readInto(new Uint8Array(weights.buffer), entry.offset + head * weights.byteLength);
    const source = this.#tokens(`${example}.source`);
    const written = this.#tokens(`${example}.target`);
    const target = written.length > 0 ? written : source;
    const read = this.#tokens(`${example}.read`);
    const sides = { encoder: [source, source], decoder: [target, read.length > 0 ? read : target], cross: [target, source] } as const;
    const [query, key] = sides[kind];
    return { source: fitted(key, keys), target: fitted(query, queries), shape: [queries, keys], weights };
  }

  /** Links between tokens that people drew; undefined where there are none. */
  gold(example: number): { readonly target: number; readonly source: number; readonly isSure: boolean }[] | undefined {
    const text = this.#metadata.get(`${example}.gold`);
    const links = text === undefined ? undefined : goldSchema.safeParse(parseJson(text)).data;
    return links?.map(([target, source, sure]) => ({ target, source, isSure: sure === 1 }));
  }

  #tokens(key: string): readonly string[] {
    return tokensSchema.safeParse(parseJson(this.#metadata.get(key) ?? '')).data ?? [];
  }

  #placed(entry: SafetensorsEntry): PlacedMap[] {
    const parts = /^(\d{1,6})(?:\.(encoder|decoder|cross)\.(\d{1,4}))?$/.exec(entry.name);
    const [, number = '', ofKind, ofLayer] = parts ?? [];
    const example = Number(number);
    if (parts === null || example >= mostExamples || entry.dtype !== 'float32') return [];
    const [heads = 0, queries = 0, keys = 0] = ofKind === undefined ? [1, ...entry.shape] : entry.shape;
    if (entry.shape.length !== (ofKind === undefined ? 2 : 3) || queries * keys === 0 || queries * keys > largestMap) return [];
    const kind = kinds.find(one => one === ofKind) ?? (this.#metadata.has(`${example}.target`) ? 'cross' : 'decoder');
    const layer = Number(ofLayer ?? 0);
    return Array.from({ length: Math.min(heads, mostHeads) }, (_, head) => ({ name: `${kind} ${layer}.${head}`, kind, layer, head, example, entry, shape: [heads, queries, keys] }));
  }
}

const kinds: readonly RunProbeMap['kind'][] = ['encoder', 'decoder', 'cross'];
const mostHeads = 256;

/** As many as the map has: a program may have told others. */
function fitted(tokens: readonly string[], length: number): string[] {
  return Array.from({ length }, (_, index) => tokens[index] ?? '');
}

/** @throws Failure `bad-argument` */
export function noSuchMap(map: string, step: number): Failure {
  return new Failure('bad-argument', `The probe at step ${step} has no map "${map}" of that example.`, 'Choose another step or map.');
}
