/**
 * Seats: every run that a queue has trained on this machine takes one, whichever folder it lies in, so that the queues of several
 * folders keep together to the number that may train at once. A sweep takes one for its runs, which are trained one after another. Who sits is in `seats.json`, in the user's state; whoever writes it holds
 * the lock beside it. Nobody stands up: a seat is free when its run is neither about to begin nor written, so that whatever is killed
 * at any instant keeps none.
 */
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically, writingFailure } from '../files/atomic.ts';
import { parseJson } from '../text/parse-json.ts';
import { findWriter, lockRun } from '../training/run-lock.ts';
import { readRequest } from './request.ts';
import type { WaitingRun } from './survey.ts';
import { isTrainedHere } from './trained-here.ts';
import { userFolder } from './user-folders.ts';

const schema = z.object({
  format: z.literal('attention-scope-seats'),
  formatVersion: z.literal(1),
  seats: z
    .array(
      z.object({
        run: z.string().max(32_768).refine(isAbsolute, 'an absolute path'),
        /** What it was started to answer, by its id, and when, in milliseconds since 1970; a training takes its request when it begins. */
        answers: z.object({ request: z.string().max(100), since: z.number() }).optional(),
      }),
    )
    .max(10_000),
});
type Seat = z.infer<typeof schema>['seats'][number];

/** Milliseconds that a training may take from when it is started until it begins: where it does not, nobody came to start it. */
const longestStart = 60_000;

/** A home may be shared by several machines. */
const folderOf = (): string => join(userFolder('state'), encodeURIComponent(hostname()));
const fileOf = (folder: string): string => join(folder, 'seats.json');

/** The runs that have a seat now. */
export async function seatedRuns(): Promise<ReadonlySet<string>> {
  return new Set((await takenSeats()).map(({ run }) => run));
}

/**
 * Takes a seat for a run that is about to be started. Of many that ask at the same time, so many get one as there are.
 * @param seats how many there are
 * @returns whether there was one
 * @throws Failure `no-such-file`, `disk-full` where the user's state cannot be written
 */
export async function takeSeat({ folder, request }: WaitingRun, seats: number): Promise<boolean> {
  const run = await nameOf(folder);
  const others = (taken: readonly Seat[]): readonly Seat[] => taken.filter(seat => seat.run !== run);
  // Those who wait ask again and again: only who may get one takes the lock.
  if (others(await takenSeats()).length >= seats) return false;
  let isSeated = false;
  await change(taken => {
    isSeated = others(taken).length < seats;
    return isSeated ? [...others(taken), { run, answers: { request: request.id, since: Date.now() } }] : taken;
  });
  return isSeated;
}

/**
 * Seats runs, or a sweep, that are found to be trained, however many sit already: somebody has started them by hand.
 * @throws Failure `no-such-file`, `disk-full`
 */
export async function seatFound(folders: readonly string[]): Promise<void> {
  const runs = await Promise.all(folders.map(nameOf));
  const seated = await seatedRuns();
  if (runs.every(run => sits(run, seated))) return;
  await change(taken => {
    const now = new Set(taken.map(({ run }) => run));
    return [...taken, ...runs.filter(run => !sits(run, now)).map(run => ({ run }))];
  });
}

/** Itself, or the sweep that it is of. */
function sits(run: string, seated: ReadonlySet<string>): boolean {
  return seated.has(run) || seated.has(dirname(run));
}

/** One folder may be called by several names. */
async function nameOf(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}

async function takenSeats(): Promise<readonly Seat[]> {
  const text = await readFile(fileOf(folderOf()), 'utf8').catch(() => '');
  const seats = schema.safeParse(parseJson(text)).data?.seats ?? [];
  const areTaken = await Promise.all(seats.map(isTaken));
  return seats.filter((_, index) => areTaken[index]);
}

async function isTaken({ run, answers }: Seat): Promise<boolean> {
  const isStarted = answers !== undefined && Math.abs(Date.now() - answers.since) < longestStart;
  // In this order: a training writes its run before it takes its request.
  return (isStarted && (await readRequest(run))?.id === answers.request) || isTrainedHere(run);
}

/** Nothing is changed where others hold the lock for long. */
async function change(next: (taken: readonly Seat[]) => readonly Seat[]): Promise<void> {
  const folder = folderOf();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw writingFailure(thrown, folder);
  }
  const unlock = await lock(folder);
  if (unlock === undefined) return;
  try {
    const file: z.infer<typeof schema> = { format: 'attention-scope-seats', formatVersion: 1, seats: [...next(await takenSeats())] };
    await writeFileAtomically(fileOf(folder), `${JSON.stringify(file)}\n`);
  } finally {
    await unlock();
  }
}

async function lock(folder: string): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lockRun(folder);
  } catch (thrown) {
    if ((await findWriter(folder))?.lives === true) return undefined;
    throw thrown;
  }
}
