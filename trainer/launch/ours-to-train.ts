/** Runs that somebody else trains, or is to: a cluster's job, or a sweep. This machine's queue does not train them besides. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { type JobRecord, jobRecordName, parseJobRecord } from '../cluster/job-record.ts';
import { isOfSweep, waitsInSweep } from '../runs/sweep-member.ts';
import { lastEventOf } from './last-event.ts';
import { originOf } from './origin.ts';

/** @throws Failure `bad-argument` that says how the run is gone on with where it is */
export async function assertOursToTrain(run: string): Promise<void> {
  const job = await jobIn(run);
  if (job !== undefined) throw ofCluster(run, job, `submit ${quoted(await originOf(run))} --target ${job.target} --name ${basename(run)} --resume`);
  if (!isOfSweep(run)) return;
  const array = await jobIn(dirname(run));
  if (array !== undefined) throw ofCluster(run, array, `sweep SPEC.json --target ${array.target} --resume`);
  if ((await waitsInSweep(run)) && (await lastEventOf(run)) === undefined) {
    throw new Failure('bad-argument', `${run} waits for its turn in the sweep ${dirname(run)}.`, 'The sweep trains it; stop that first to train it by itself.');
  }
}

function ofCluster(run: string, { target, job }: JobRecord, command: string): Failure {
  return new Failure(
    'bad-argument',
    `${run} was submitted to the cluster ${target}, as job ${job}: it is not trained on this machine.`,
    `Once that job has ended, submit it again: attention-scope ${command}.`,
  );
}

async function jobIn(folder: string): Promise<JobRecord | undefined> {
  return parseJobRecord(await readFile(join(folder, jobRecordName), 'utf8').catch(() => ''));
}

const quoted = (path: string): string => (/\s/.test(path) ? `"${path}"` : path);
