/** All runs under some folders, and what changes of them. */
import { dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import type { RunsChanged, RunSummary, WatchRunsResult } from '../../protocol/runs.ts';
import { FolderEyes } from './eyes.ts';
import { findRuns, type FoundRun } from './find-runs.ts';
import { type KeptSummary, readKept, writeKept } from './kept-summaries.ts';
import { statsOf } from './quietly.ts';
import { isRemote } from './remote.ts';
import { SeenLog } from './seen-log.ts';
import { SeenRun } from './seen-run.ts';
import { sweepSigns } from './sweep-member.ts';

/** Milliseconds. */
const waits = {
  /** Between two tellings. */
  telling: 250,
  /** After a change, for others that come with it. */
  gathering: 30,
  /** For the first answer; what was not looked at until then is told afterwards. */
  answering: 150,
  /** Between two looks at a folder with runs: it may be another by now. */
  root: 2_000,
  /** A run that is written: its process may be gone without a word. */
  live: 2_000,
  /** One on another machine, of which nothing is told: as long as it changes, and at most. */
  remote: [500, 2_000],
  /** A run that nobody writes, where it is watched and where it is not. */
  quiet: 60_000,
  unwatched: 10_000,
  remoteQuiet: 5_000,
} as const;

const liveStates: ReadonlySet<string> = new Set(['preparing', 'running', 'paused', 'queued']);

interface Root {
  readonly path: string;
  /** Which folder bears that name; undefined where there is none. */
  identity: string | undefined;
  /** What it and the folders in it that hold runs looked like from outside when its runs were found. */
  stamp: string;
  isRemote: boolean;
  isDirty: boolean;
  /** Those that hold runs. */
  folders: readonly string[];
  kept: Map<string, KeptSummary>;
  problem: string | undefined;
  due: number;
}

interface Watched {
  readonly seen: SeenRun | SeenLog;
  readonly root: Root;
  /** Names in its folder, until they are used. */
  names: readonly string[] | undefined;
  summary: RunSummary | undefined;
  /** As text, so that it is seen whether it changed. */
  told: string;
  isDirty: boolean;
  isLooking: boolean;
  due: number;
  wait: number;
}

export interface WatchOptions {
  /** Whether a folder lies on another machine. */
  readonly isElsewhere?: (folder: string) => boolean;
  /** Told of what ought not to have been thrown; watching goes on. */
  readonly onBug: (thrown: unknown) => void;
}

export class RunsWatch {
  readonly #onChange: (changes: RunsChanged) => void;
  readonly #options: Required<WatchOptions>;
  readonly #eyes = new FolderEyes((folder, name) => this.#noticed(folder, name));
  readonly #roots = new Map<string, Root>();
  readonly #runs = new Map<string, Watched>();
  /** Of runs, what is to be told. */
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #disposal = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #timerDue = 0;
  #lastTold = 0;
  /** Nothing is told before the first answer. */
  #isAnswered = false;
  #work: Promise<void> = Promise.resolve();
  #mustAimEyes = false;

  constructor(onChange: (changes: RunsChanged) => void, { isElsewhere = isRemote, onBug }: WatchOptions) {
    this.#onChange = onChange;
    this.#options = { isElsewhere, onBug };
  }

  /** Watches these folders instead of those before. @returns what there is of their runs so far; the rest is told as it is found */
  async watch(folders: readonly string[]): Promise<WatchRunsResult> {
    const began = performance.now();
    this.#isAnswered = false;
    await this.#inTurn(async () => {
      for (const path of this.#roots.keys()) if (!folders.includes(path)) this.#roots.delete(path);
      for (const [folder, { root }] of this.#runs) if (!this.#roots.has(root.path)) this.#runs.delete(folder);
      for (const path of folders) if (!this.#roots.has(path)) this.#roots.set(path, newRoot(path));
      for (const root of this.#roots.values()) await this.#find(root);
      await this.#look(began + waits.answering);
    });
    await this.#looksOfLogs(began + waits.answering);
    this.#changed.clear();
    this.#removed.clear();
    this.#isAnswered = true;
    this.#mustAimEyes = true;
    this.#schedule(performance.now() + 1);
    const runs = [...this.#runs.values()].flatMap(({ summary }) => summary ?? []);
    return { runs, problems: [...this.#roots.values()].flatMap(({ problem }) => problem ?? []) };
  }

  /** Of a run or a folder with runs that was just changed by ourselves. */
  touch(folder: string): void {
    this.#noticed(folder, undefined);
  }

  summaryOf(folder: string): RunSummary | undefined {
    return this.#runs.get(folder)?.summary;
  }

  dispose(): void {
    this.#disposal.abort();
    clearTimeout(this.#timer);
    this.#eyes.dispose();
    this.#roots.clear();
    this.#runs.clear();
  }

  #noticed(folder: string, name: string | undefined): void {
    if (name?.startsWith('.') === true) return;
    const root = [...this.#roots.values()].find(({ folders, path }) => path === folder || folders.includes(folder));
    if (root !== undefined && !this.#runs.has(folder)) {
      root.isDirty = true;
      const run = name === undefined ? undefined : this.#runs.get(join(folder, name));
      if (run !== undefined) {
        run.isDirty = true;
        // It may be another folder of the same name.
        this.#eyes.forget(run.seen.folder);
        this.#mustAimEyes = true;
      }
    }
    if (root !== undefined && name !== undefined && sweepSigns.has(name)) {
      for (const member of this.#runs.values()) if (isUnbegun(member) && dirname(member.seen.folder) === folder) member.due = 0;
    }
    const run = this.#runs.get(folder) ?? this.#runs.get(join(folder, '..'));
    if (run !== undefined) {
      run.isDirty = true;
      // A run that tells a hundred things a second is looked at four times.
      this.#eyes.rest(folder);
    }
    if (root !== undefined || run !== undefined) this.#schedule(Math.max(performance.now() + waits.gathering, this.#lastTold + waits.telling));
  }

  /** Comes to work at that time, or before. */
  #schedule(due: number): void {
    if (!this.#isAnswered || this.#disposal.signal.aborted) return;
    if (this.#timer !== undefined && this.#timerDue <= due) return;
    clearTimeout(this.#timer);
    this.#timerDue = due;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#inTurn(() => this.#round()).catch((thrown: unknown) => {
        this.#options.onBug(thrown);
        this.#schedule(performance.now() + waits.root);
      });
    }, Math.max(1, due - performance.now()));
    this.#timer.unref();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#work.then(() => (this.#disposal.signal.aborted ? undefined : work()));
    this.#work = turn.catch(() => undefined);
    return turn;
  }

  async #round(): Promise<void> {
    const now = performance.now();
    if (this.#mustAimEyes) this.#aimEyes();
    else this.#eyes.wake();
    for (const root of this.#roots.values()) {
      if (root.due <= now && stampOf(root) !== root.stamp) root.isDirty = true;
      if (root.due <= now) root.due = now + waits.root;
      if (root.isDirty) await this.#find(root);
    }
    const isDone = await this.#look(now + waits.telling - waits.gathering);
    this.#tell();
    if (isDone) await this.#keep();
    if (this.#disposal.signal.aborted) return;
    const isSoon = !isDone || this.#mustAimEyes || [...this.#roots.values()].some(({ isDirty }) => isDirty);
    if (isSoon) return this.#schedule(Math.max(performance.now() + 1, this.#lastTold + waits.telling));
    let due = Number.POSITIVE_INFINITY;
    for (const root of this.#roots.values()) due = Math.min(due, root.due);
    for (const run of this.#runs.values()) {
      // Whoever reads a log comes back by himself.
      if (!run.isLooking) due = Math.min(due, run.isDirty ? this.#lastTold + waits.telling : run.due);
    }
    if (Number.isFinite(due)) this.#schedule(due);
  }

  /** Finds the runs of a root anew: those that came, and those that are gone. */
  async #find(root: Root): Promise<void> {
    const identity = identityOf(root.path);
    root.isDirty = false;
    root.due = performance.now() + waits.root;
    if (identity !== root.identity) {
      for (const folder of root.folders) this.#eyes.forget(folder);
      root.identity = identity;
      root.isRemote = this.#options.isElsewhere(root.path);
      root.kept = readKept(root.path);
    }
    this.#mustAimEyes = true;
    root.stamp = stampOf(root);
    let found: Awaited<ReturnType<typeof findRuns>> = { runs: [], folders: [] };
    try {
      found = await findRuns(root.path, folder => this.#runs.get(folder)?.seen instanceof SeenRun || root.kept.has(folder));
      root.problem = undefined;
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      root.problem = thrown.message;
    }
    if (found.folders.join('\n') !== root.folders.join('\n')) {
      root.folders = found.folders;
      root.stamp = stampOf(root);
    }
    const there = new Set(found.runs.map(({ path }) => path));
    for (const [folder, run] of this.#runs) {
      if (run.root === root && !there.has(folder)) this.#remove(folder);
    }
    for (const run of found.runs) {
      const known = this.#runs.get(run.path);
      if (known === undefined || (known.seen instanceof SeenRun) !== (run.kind === 'run')) this.#add(run, root);
    }
  }

  #add({ path, kind, group, names }: FoundRun, root: Root): void {
    const seen = kind === 'run' ? new SeenRun(path, group, root.kept.get(path)) : new SeenLog(path, group);
    this.#runs.set(path, { seen, root, names, summary: undefined, told: '', isDirty: true, isLooking: false, due: 0, wait: 0 });
    this.#removed.delete(path);
  }

  #remove(folder: string): void {
    const run = this.#runs.get(folder);
    this.#runs.delete(folder);
    this.#changed.delete(folder);
    if (run?.summary !== undefined) this.#removed.add(folder);
    this.#mustAimEyes = true;
  }

  /** Looks at runs that changed, or whose time has come. @returns whether it came through with them before `until` */
  async #look(until: number): Promise<boolean> {
    let isFirst = true;
    for (const run of this.#runs.values()) {
      const now = performance.now();
      if (run.isLooking || (!run.isDirty && run.due > now)) continue;
      if (!isFirst && now > until) return false;
      isFirst = false;
      if (!run.isDirty && (await run.seen.isUnchanged())) this.#wait(run, false);
      else await this.#lookAt(run);
    }
    return true;
  }

  async #lookAt(run: Watched): Promise<void> {
    const { seen, names } = run;
    run.isDirty = false;
    run.names = undefined;
    if (seen instanceof SeenRun) return this.#take(run, await seen.look(names));
    // A log is read whole: that takes as long as it takes, and nobody waits for it.
    run.isLooking = true;
    void seen.look(this.#disposal.signal).then(
      summary => {
        run.isLooking = false;
        if (this.#runs.get(seen.folder) !== run) return;
        this.#take(run, summary);
        this.#schedule(Math.max(performance.now() + 1, this.#lastTold + waits.telling));
      },
      (thrown: unknown) => {
        run.isLooking = false;
        this.#wait(run, false);
        if (!this.#disposal.signal.aborted) this.#options.onBug(thrown);
      },
    );
  }

  #take(run: Watched, summary: RunSummary | undefined): void {
    const { folder } = run.seen;
    const told = summary === undefined ? '' : JSON.stringify(summary);
    const hasChanged = told !== run.told;
    if (hasChanged && summary === undefined) this.#removed.add(folder);
    if (hasChanged && summary !== undefined) {
      this.#changed.add(folder);
      this.#removed.delete(folder);
    }
    const wasLive = liveStates.has(run.summary?.state ?? '');
    run.summary = summary;
    run.told = told;
    if (wasLive !== liveStates.has(summary?.state ?? '')) this.#mustAimEyes = true;
    // What is a run no longer may be a folder of runs.
    if (summary === undefined && run.seen instanceof SeenRun) {
      run.root.kept.delete(folder);
      this.#runs.delete(folder);
      run.root.isDirty = true;
    }
    this.#wait(run, hasChanged);
  }

  #wait(run: Watched, hasChanged: boolean): void {
    // Of a run that waits in a sweep nothing comes before its beginning, which is seen.
    const isLive = liveStates.has(run.summary?.state ?? '') && !isUnbegun(run);
    const [shortest, longest] = waits.remote;
    if (run.root.isRemote) run.wait = !isLive ? waits.remoteQuiet : hasChanged ? shortest : Math.min(longest, Math.max(shortest, run.wait * 1.5));
    else run.wait = isLive ? waits.live : this.#eyes.has(run.seen.folder) ? waits.quiet : waits.unwatched;
    run.due = performance.now() + run.wait;
  }

  async #looksOfLogs(until: number): Promise<void> {
    const isLooking = (): boolean => [...this.#runs.values()].some(run => run.isLooking);
    while (isLooking() && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 5));
  }

  #tell(): void {
    if (this.#changed.size === 0 && this.#removed.size === 0) return;
    const changed = [...this.#changed].flatMap(folder => this.#runs.get(folder)?.summary ?? []);
    const removed = [...this.#removed];
    this.#changed.clear();
    this.#removed.clear();
    this.#lastTold = performance.now();
    this.#onChange({ changed, removed });
  }

  /** Folders with runs first, then runs that are written, then the others, as far as watching goes. */
  #aimEyes(): void {
    this.#mustAimEyes = false;
    const local = [...this.#runs.values()].filter(({ root }) => !root.isRemote);
    const [live, quiet] = [local.filter(isWritten), local.filter(run => !isWritten(run))];
    const added = this.#eyes.watch([
      ...[...this.#roots.values()].flatMap(({ isRemote: remote, folders }) => (remote ? [] : folders)),
      ...live.flatMap(({ seen: { folder } }) => [folder, join(folder, 'checkpoints'), join(folder, 'probes')]),
      ...quiet.map(({ seen: { folder } }) => folder),
    ]);
    for (const folder of added) {
      const run = this.#runs.get(folder);
      if (run !== undefined) run.due = 0;
      for (const root of this.#roots.values()) if (root.folders.includes(folder)) root.isDirty = true;
    }
  }

  /** Keeps what is known of runs that nobody writes, where that is not what was kept. */
  async #keep(): Promise<void> {
    for (const root of this.#roots.values()) {
      const runs = [...this.#runs.values()].flatMap(({ seen, root: of }) => (of === root && seen instanceof SeenRun ? (seen.keep() ?? []) : []));
      if (runs.length < leastKept || runs.every(({ stamp, summary }) => root.kept.get(summary.folder)?.stamp === stamp)) continue;
      root.kept = new Map(runs.map(one => [one.summary.folder, one]));
      await writeKept(root.path, runs);
    }
  }
}

/** Fewer runs than these are looked at faster than they are kept. */
const leastKept = 50;

const isUnbegun = ({ seen }: Watched): boolean => seen instanceof SeenRun && seen.isUnbegun;

const isWritten = ({ summary }: Watched): boolean => liveStates.has(summary?.state ?? '');

function newRoot(path: string): Root {
  return { path, identity: undefined, stamp: '', isRemote: false, isDirty: true, folders: [], kept: new Map(), problem: undefined, due: 0 };
}

function identityOf(folder: string): string | undefined {
  const stats = statsOf(folder);
  return stats && `${stats.dev} ${stats.ino}`;
}

/** Folders within it that are looked at too. */
const mostStamped = 100;

function stampOf({ path, folders }: Pick<Root, 'path' | 'folders'>): string {
  const stats = [path, ...folders.slice(1, mostStamped)].map(statsOf);
  return stats.map(found => (found === undefined ? '-' : `${found.dev} ${found.ino} ${found.mtimeMs}`)).join('\n');
}
