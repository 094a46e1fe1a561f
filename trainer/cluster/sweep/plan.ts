/** The runs of a sweep: each with what it has of its own, its config, and the folder it is in. */
import { withOverrides } from '../../comparing/overrides.ts';
import { parseConfig, type TrainingConfig } from '../../training/config.ts';
import { Random } from '../../training/random.ts';
import type { Distribution, SweepSpec } from './spec.ts';

export interface PlannedRun {
  /** Within the sweep's: its number, in four digits. */
  readonly folder: string;
  /** What it has of its own, by the key's place in the config; the seed is apart. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `null`: the config's own. */
  readonly seed: number | null;
  readonly config: TrainingConfig;
  /** The config as it is written: what it leaves out keeps its default. */
  readonly text: string;
}

/**
 * Seeds vary fastest, then samples, then the grid, whose last key varies faster than its first.
 * @throws Failure `bad-config`, naming the run whose config is wrong
 */
export function planSweep(spec: SweepSpec): PlannedRun[] {
  const settings = combinationsOf(spec.grid).flatMap(chosen =>
    Array.from({ length: spec.samples }, (_, sample) => ({ ...chosen, ...drawn(spec, sample) })));
  return settings
    .flatMap(own => (spec.seeds ?? [null]).map(seed => ({ settings: own, seed })))
    .map((own, index) => planRun(spec, folderOf(index), own));
}

/** As the job's script makes it of the task's number. */
export const folderOf = (index: number): string => String(index).padStart(4, '0');

function combinationsOf(grid: SweepSpec['grid']): Readonly<Record<string, unknown>>[] {
  return Object.entries(grid).reduce<Readonly<Record<string, unknown>>[]>(
    (combinations, [key, values]) => combinations.flatMap(one => values.map(value => ({ ...one, [key]: value }))),
    [{}],
  );
}

function drawn({ random, seed }: SweepSpec, sample: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(random).map(([key, distribution]) => [key, draw(distribution, new Random(seed, 'sweep', key, sample))]));
}

/** Numbers have four digits that count, so that what a table shows is what was trained. */
function draw(distribution: Distribution, random: Random): unknown {
  const short = (value: number): number => Number(value.toPrecision(4));
  if ('choice' in distribution) return distribution.choice[random.below(distribution.choice.length)];
  if ('integer' in distribution) return distribution.integer[0] + random.below(distribution.integer[1] - distribution.integer[0] + 1);
  if ('uniform' in distribution) return short(distribution.uniform[0] + random.uniform() * (distribution.uniform[1] - distribution.uniform[0]));
  const [low, high] = distribution.logUniform.map(Math.log) as [number, number];
  return short(Math.exp(low + random.uniform() * (high - low)));
}

function planRun(spec: SweepSpec, folder: string, { settings, seed }: Pick<PlannedRun, 'settings' | 'seed'>): PlannedRun {
  const own = seed === null ? settings : { ...settings, 'training.seed': seed };
  const json = { ...withOverrides(spec.base, own), name: spec.name };
  const config = parseConfig(json, `Run ${folder} of the sweep "${spec.name}" (${labelOf({ settings, seed }) || 'as its base'})`);
  return { folder, settings, seed, config, text: `${JSON.stringify(json, undefined, 2)}\n` };
}

/** "learningRate 0.003, hidden 64, seed 2": what tells a run from the others, the last part of a key where that is enough. */
export function labelOf({ settings, seed }: Pick<PlannedRun, 'settings' | 'seed'>): string {
  const keys = Object.keys(settings);
  const name = (key: string): string => {
    const last = lastPart(key);
    return keys.filter(one => lastPart(one) === last).length === 1 ? last : key;
  };
  const told = keys.map(key => `${name(key)} ${shown(settings[key])}`);
  return [...told, ...(seed === null ? [] : [`seed ${seed}`])].join(', ').slice(0, 200);
}

const lastPart = (key: string): string => key.slice(key.lastIndexOf('.') + 1);
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
