/** Runs on a Slurm cluster (docs/cluster.md), as the editor asks for them. */

/** A cluster as settings name it. Paths are those of its machines. */
export interface ClusterTarget {
  readonly kind: 'slurm';
  /** Where `sbatch` is, as the user's own ssh config calls it; left out, this machine. */
  readonly host?: string | undefined;
  /** The folder that runs are in, on the file system that all nodes share. */
  readonly runs: string;
  /** What `ATTENTION_SCOPE_DATA` is there. */
  readonly data?: string | undefined;
  /** Node, 20 or newer; `node` where this is left out. */
  readonly node?: string | undefined;
  /** The folder with attention-scope.mjs, or the one whose `dist` holds it. */
  readonly program?: string | undefined;
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
  /** As `sbatch --time` takes it. */
  readonly time?: string | undefined;
  /** Processors of a run; the threads of its config where this is left out. */
  readonly cpus?: number | undefined;
  /** As `sbatch --mem` takes it. */
  readonly memory?: string | undefined;
  /** As `sbatch --gpus` takes it. */
  readonly gpus?: string | undefined;
  /** Further options of sbatch, such as `--constraint=avx512`. */
  readonly extra?: readonly string[] | undefined;
}

/** Targets by their names, as the setting `attentionScope.targets` has them; the worker checks them. */
export type ClusterTargets = Readonly<Record<string, ClusterTarget>>;

/**
 * Where a job is. `stopped`: its run saved and ended when asked, or when its time was over; `interrupted`: it is in no queue
 * any more and its run did not end. Of a sweep `finished` says that all of its runs have ended, however.
 */
export const jobStates = ['waiting', 'running', 'finished', 'stopped', 'failed', 'cancelled', 'interrupted'] as const;
export type JobState = (typeof jobStates)[number];

export interface ClusterJob {
  /** Slurm's number of it. */
  readonly job: string;
  /** The run's folder there, or that of a sweep. */
  readonly folder: string;
  /** The folder's own name. */
  readonly name: string;
  readonly state: JobState;
  /** How many runs of a sweep wait and run; `null` of a single run. */
  readonly tasks: { readonly waiting: number; readonly running: number; readonly of: number } | null;
  /** Slurm's own words: why it waits (`Resources`), how it ended (`NODE_FAIL`); empty where it has none. */
  readonly reason: string;
  /** Where it runs, or ran; empty where that is not known. */
  readonly node: string;
  /** How long it has run since it last began: of a sweep that of its runs which began first. `null` where that is not known. */
  readonly seconds: number | null;
}

/** Client → server. Submits a run to a cluster. */
export const submitRunMethod = 'attentionScope/submitRun';
export interface SubmitRunParams {
  /** Absolute path of the config. */
  readonly config: string;
  readonly targets: ClusterTargets;
  /** The name of the one that is meant. */
  readonly target: string;
}
export interface SubmitRunResult {
  /** The run's folder there. */
  readonly folder: string;
  readonly job: string;
}

/** Client → server. Submits a run again that was submitted before and has ended: it goes on from its last checkpoint. */
export const resubmitRunMethod = 'attentionScope/resubmitRun';
export interface ResubmitRunParams {
  /** Absolute, of the run, as this machine sees it. */
  readonly folder: string;
  readonly targets: ClusterTargets;
  readonly target: string;
}
export type ResubmitRunResult = SubmitRunResult;

/** Client → server. What was submitted to a cluster, the newest first. */
export const listJobsMethod = 'attentionScope/jobs';
export interface ListJobsParams {
  readonly targets: ClusterTargets;
  readonly target: string;
}
export interface ListJobsResult {
  readonly jobs: readonly ClusterJob[];
}

/** Client → server. Cancels a job: a run that is training saves first. */
export const cancelJobMethod = 'attentionScope/cancelJob';
export interface CancelJobParams {
  readonly targets: ClusterTargets;
  readonly target: string;
  /** The job's number, or its folder's name. */
  readonly job: string;
}
export type CancelJobResult = null;
