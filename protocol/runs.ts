/** Runs: trainings in their directories (docs/run-directory.md), as the worker reads them and the editor shows them. */
import type { Task } from './server.ts';

/**
 * Where a run is. `queued`: waits for another to end; `preparing`: reads its corpus and builds its graphs; `paused`: its process
 * waits; `stopped`: saved and ended when asked; `interrupted`: its process is gone without having said so, and can go on from its
 * last checkpoint.
 */
export const runStates = ['queued', 'preparing', 'running', 'paused', 'stopped', 'finished', 'failed', 'interrupted'] as const;
export type RunState = (typeof runStates)[number];

/** Who wrote it: ourselves or a program that writes our format; else what logs it was read from. */
export type RunFormat = 'attention-scope' | 'tensorboard' | 'trainer-state' | 'csv' | 'json-lines';

/** What a tree shows of a run. */
export interface RunSummary {
  /** Absolute; a run is known by it. A foreign log that is a single file has the file's path. */
  readonly folder: string;
  readonly format: RunFormat;
  /** What people call it: the label they gave it, or the folder's name. */
  readonly name: string;
  /** What it is grouped by: the config's name, or the name of the folder above. */
  readonly experiment: string;
  readonly tags: readonly string[];
  readonly task: Task | null;
  readonly state: RunState;
  readonly step: number;
  /** `null`: not told. */
  readonly totalSteps: number | null;
  /** The last loss, a mean a token or example. */
  readonly loss: number | null;
  /** The last value of the measure that the run is judged by, and the best one. */
  readonly metric: { readonly name: string; readonly value: number; readonly best: number } | null;
  readonly secondsLeft: number | null;
  /** ISO 8601; `null` where nothing tells. */
  readonly started: string | null;
  readonly updated: string | null;
  /** Why it failed. */
  readonly message: string | null;
  /** The job of a cluster that it was last submitted as; it may have ended. */
  readonly job: RunJob | null;
  readonly checkpoints: readonly RunCheckpoint[];
}

export interface RunJob {
  /** What the user who submitted it calls the cluster. */
  readonly target: string;
  /** Slurm's number of it. */
  readonly job: string;
}

export interface RunCheckpoint {
  readonly step: number;
  /** Absolute; what another program saved may be a file. */
  readonly folder: string;
  readonly bytes: number;
  readonly best: boolean;
  /** Of the measure that the run is judged by, where its validation told one. */
  readonly metric: number | null;
  readonly likelihood: number | null;
}

/** Client → server. All runs under some folders, and from then on what changes of them (`runsChangedMethod`). */
export const watchRunsMethod = 'attentionScope/watchRuns';
export interface WatchRunsParams {
  /** Absolute. Replaces the folders watched before; none ends the watching. */
  readonly folders: readonly string[];
}
export interface WatchRunsResult {
  readonly runs: readonly RunSummary[];
  /** Folders that could not be read, and why. */
  readonly problems: readonly string[];
}

/** Server → client, a notification. */
export const runsChangedMethod = 'attentionScope/runsChanged';
export interface RunsChanged {
  /** New ones too. */
  readonly changed: readonly RunSummary[];
  /** Folders of runs that are gone. */
  readonly removed: readonly string[];
}

/** Client → server. What is to be known of one run besides its curves. */
export const runDetailsMethod = 'attentionScope/runDetails';
export interface RunDetailsParams {
  readonly folder: string;
}
export interface RunDetails {
  readonly run: RunSummary;
  /** The config's keys, nested ones with dots between, and other settings that a log tells. */
  readonly config: readonly { readonly key: string; readonly value: string }[];
  /** Names of its curves. */
  readonly metrics: readonly string[];
  readonly samples: readonly RunSample[];
  /** Samples before those, which are not told. */
  readonly earlierSamples: number;
  readonly probes: RunProbes | null;
  /** What has to be said of its files: lines passed over, resumed by another runtime. */
  readonly warnings: readonly string[];
}

export interface RunSample {
  readonly step: number;
  readonly source: string;
  readonly target: string;
  readonly reference: string;
}

/** The maps of the probe's examples as they formed. */
export interface RunProbes {
  readonly steps: readonly number[];
  /** The examples, by their texts, in the order of their numbers. */
  readonly examples: readonly string[];
  /** What there is of each example: `cross 0.3` is head 3 of layer 0. */
  readonly maps: readonly RunProbeMap[];
}

export interface RunProbeMap {
  readonly name: string;
  readonly kind: 'encoder' | 'decoder' | 'cross';
  readonly layer: number;
  readonly head: number;
}

/** Client → server. Points of curves, few enough to be drawn. */
export const runSeriesMethod = 'attentionScope/runSeries';
export interface RunSeriesParams {
  readonly folder: string;
  readonly metrics: readonly string[];
  /** Of these steps alone, both included. */
  readonly from?: number;
  readonly to?: number;
  /** About how many points a curve may have; 0 is all. */
  readonly points: number;
}
/**
 * A curve by the smallest and largest value of each stretch of steps, in the order they came: a line through the points is, at
 * that width, the line through all values. NaN and infinities are `null`.
 */
export interface RunSeries {
  readonly metric: string;
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
  /** Milliseconds since 1970 of each point; `null` where the log does not tell. */
  readonly times: readonly (number | null)[];
  /** How many values the points stand for. */
  readonly count: number;
}
export interface RunSeriesResult {
  readonly series: readonly RunSeries[];
}

/** Client → server. A probe's map at a step. */
export const runProbeMethod = 'attentionScope/runProbe';
export interface RunProbeParams {
  readonly folder: string;
  readonly step: number;
  /** The example's number. */
  readonly example: number;
  /** Its name, as in `RunProbes.maps`. */
  readonly map: string;
}
export interface RunProbeResult {
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** `[query][key]` */
  readonly rows: readonly (readonly number[])[];
}

/** Client → server. How each head's maps changed: the mean entropy of a row, and, where gold links are there, the error against them. */
export const runHeadsMethod = 'attentionScope/runHeads';
export interface RunHeadsParams {
  readonly folder: string;
}
export interface RunHeadsResult {
  readonly steps: readonly number[];
  readonly heads: readonly RunHead[];
}
export interface RunHead {
  readonly map: string;
  /** A step's mean over the examples, in bits; `null` where its probe lacks the map. */
  readonly entropy: readonly (number | null)[];
  /** Alignment error rate, 0 to 1 (Och & Ney 2003); `null` without gold. */
  readonly alignmentError: readonly (number | null)[] | null;
}

/** Client → server. Starts a run, at once or when its turn comes. */
export const startRunMethod = 'attentionScope/startRun';
export interface StartRunParams {
  /** Absolute path of the config. */
  readonly config: string;
  /** Absolute folder that runs are in; the run gets one of its own there. */
  readonly runs: string;
  /** How many runs this machine trains at once, in whichever folder; it waits while so many are. */
  readonly atOnce: number;
}
export interface StartRunResult {
  /** The run's folder. */
  readonly folder: string;
  readonly state: 'queued' | 'preparing';
}

/** Client → server. What a user wants of a run that is there. */
export const controlRunMethod = 'attentionScope/controlRun';
export const runWishes = ['pause', 'resume', 'stop'] as const;
export type RunWish = (typeof runWishes)[number];
export interface ControlRunParams {
  readonly folder: string;
  /** `resume` also starts again what was stopped, interrupted or failed. */
  readonly wish: RunWish;
  readonly atOnce: number;
}
export type ControlRunResult = null;

/** Client → server. What people call a run, and what they tag it with; an empty name is the folder's again. */
export const labelRunMethod = 'attentionScope/labelRun';
export interface LabelRunParams {
  readonly folder: string;
  readonly name?: string;
  readonly tags?: readonly string[];
}
export type LabelRunResult = null;
/** How long a name and a tag may be, in characters, and how many tags a run may have. */
export const labelLimits = { name: 200, tag: 64, tags: 32 } as const;

/** Client → server. Moves a run that nobody writes into `.trash` of the folder above, or back from there. */
export const trashRunMethod = 'attentionScope/trashRun';
export interface TrashRunParams {
  readonly folder: string;
}
export interface TrashRunResult {
  /** Where it is now. */
  readonly folder: string;
}
export const restoreRunMethod = 'attentionScope/restoreRun';
export interface RestoreRunParams {
  /** In `.trash`, as `trashRun` told it. */
  readonly folder: string;
}
export type RestoreRunResult = TrashRunResult;
