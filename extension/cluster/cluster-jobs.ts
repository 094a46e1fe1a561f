import { cancelJobMethod, listJobsMethod, resubmitRunMethod, type ClusterJob, type ClusterTargets } from '../../protocol/cluster.ts';
import { Failure } from '../../protocol/failure.ts';
import type { RunJob, RunState, RunSummary } from '../../protocol/runs.ts';
import type { Ask } from '../worker/methods.ts';
import { isPending } from './job-text.ts';

/** What they need of the rest of the extension. */
export interface ClusterJobsHost {
  readonly ask: Ask<typeof listJobsMethod | typeof cancelJobMethod | typeof resubmitRunMethod>;
  /** The clusters that the settings name. */
  targets(): ClusterTargets;
  /** Shows what is waited for; the user may end that. */
  waiting<Result>(title: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Whether the user wants a job to end. */
  confirms(job: ClusterJob, target: string): Promise<boolean>;
}

/** Milliseconds for which what a cluster said of its jobs is believed where somebody only looks. */
const fresh = 10_000;
/** And how long it is waited for then. */
const patience = 4_000;

const ended: ReadonlySet<RunState> = new Set(['stopped', 'interrupted', 'failed']);

interface Told {
  readonly at: number;
  readonly jobs: Promise<readonly ClusterJob[]>;
}

/** The jobs of clusters, and the runs that they train. */
export class ClusterJobs {
  readonly #host: ClusterJobsHost;
  readonly #told = new Map<string, Told>();

  constructor(host: ClusterJobsHost) {
    this.#host = host;
  }

  /** The newest first. @throws Failure `bad-config`, `no-answer` */
  list(target: string, signal: AbortSignal): Promise<readonly ClusterJob[]> {
    const jobs = this.#host.ask(listJobsMethod, { targets: this.#host.targets(), target }, signal).then(found => found.jobs);
    this.#told.set(target, { at: performance.now(), jobs });
    return jobs;
  }

  /**
   * Ends a job, once the user has confirmed it. A run that is training saves first.
   * @returns whether the user wanted that
   * @throws Failure `bad-argument` where it has ended meanwhile, `no-answer`
   */
  async cancel(job: ClusterJob, target: string): Promise<boolean> {
    if (!(await this.#host.confirms(job, target))) return false;
    await this.#host.waiting(`Cancelling job ${job.job} on ${target}…`, signal =>
      this.#host.ask(cancelJobMethod, { targets: this.#host.targets(), target, job: job.job }, signal));
    this.#told.delete(target);
    return true;
  }

  /**
   * Ends the job that trains a run, where there is one.
   * @returns whether there is nothing left to do; else the run is to be asked itself, by its folder
   */
  async stop({ job: of }: RunSummary): Promise<boolean> {
    if (of === null || !this.#knows(of)) return false;
    const job = await this.#host.waiting(`Looking for job ${of.job} on ${of.target}…`, signal => this.#find(of, signal));
    // One that has ended may be followed by a training on this machine.
    if (job === undefined || !isPending(job)) return false;
    await this.cancel(job, of.target);
    return true;
  }

  /**
   * Submits a run again that a job trained: where it was trained it goes on.
   * @returns whether that is done; else it was none, or has not ended and is to be told to go on
   * @throws Failure `bad-argument` where its job still has it, and as a first submission does
   */
  async resume({ folder, name, state, job: of }: RunSummary): Promise<boolean> {
    if (of === null || !ended.has(state) || !this.#knows(of)) return false;
    const { target } = of;
    await this.#host.waiting(`Submitting ${name} to ${target} again…`, signal => this.#host.ask(resubmitRunMethod, { folder, targets: this.#host.targets(), target }, signal));
    this.#told.delete(target);
    return true;
  }

  /** How a run's job is doing, as far as that is told soon. */
  async told(of: RunJob): Promise<ClusterJob | undefined> {
    if (!this.#knows(of)) return undefined;
    const known = this.#told.get(of.target);
    const jobs = known !== undefined && performance.now() - known.at < fresh ? known.jobs : this.list(of.target, AbortSignal.timeout(patience));
    return jobs.then(all => all.find(({ job }) => job === of.job), () => undefined);
  }

  #knows({ target }: RunJob): boolean {
    return Object.hasOwn(this.#host.targets(), target);
  }

  /** A cluster that does not answer keeps nobody from telling the run itself. */
  async #find(of: RunJob, signal: AbortSignal): Promise<ClusterJob | undefined> {
    try {
      return (await this.list(of.target, signal)).find(({ job }) => job === of.job);
    } catch (error) {
      if (Failure.from(error).code === 'no-answer') return undefined;
      throw error;
    }
  }
}
