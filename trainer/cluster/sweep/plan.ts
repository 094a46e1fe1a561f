/** The runs of a sweep: each with what it has of its own, its config, and the folder it is in. */
import { counted } from '../../../protocol/quantities.ts';
import { withOverrides } from '../../comparing/overrides.ts';
import { parseConfig, type TrainingConfig } from '../../training/config.ts';
import { drawPoints } from './draws.ts';
import { folderOf } from './folder.ts';
import type { SweepSpec } from './spec.ts';

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

export interface SweepPlan {
  readonly runs: readonly PlannedRun[];
  /** What its user has to be told before it is trained. */
  readonly note: string | undefined;
}

/**
 * Seeds vary fastest, then samples, then the grid, whose last key varies faster than its first.
 * @throws Failure `bad-config`, naming the run whose config is wrong
 */
export function planSweep(spec: SweepSpec): SweepPlan {
  const points = drawPoints(spec);
  const settings = combinationsOf(spec.grid).flatMap(chosen => points.map(point => ({ ...chosen, ...point })));
  const runs = settings
    .flatMap(own => (spec.seeds ?? [null]).map(seed => ({ settings: own, seed })))
    .map((own, index) => planRun(spec, folderOf(index), own));
  const isLess = points.length < spec.samples;
  return { runs, note: isLess ? `Only ${counted(points.length, 'point')} can be drawn at random for ${counted(spec.samples, 'sample')}: each is trained once.` : undefined };
}

function combinationsOf(grid: SweepSpec['grid']): Readonly<Record<string, unknown>>[] {
  return Object.entries(grid).reduce<Readonly<Record<string, unknown>>[]>(
    (combinations, [key, values]) => combinations.flatMap(one => values.map(value => ({ ...one, [key]: value }))),
    [{}],
  );
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
