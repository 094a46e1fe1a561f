/** Runs of a sweep that have not begun: their own folders do not tell whether they wait for their turn. */
import { basename, dirname, join } from 'node:path';
import { jobRecordName } from '../cluster/job-record.ts';
import { folderPattern, reportLogName, sweepRecordName } from '../cluster/sweep/folder.ts';
import { findWriter } from '../training/run-lock.ts';
import { statsOf } from './quietly.ts';

/** Whether the folder above is a sweep's, and this one of its runs. */
export function isOfSweep(run: string): boolean {
  return folderPattern.test(basename(run)) && statsOf(join(dirname(run), sweepRecordName)) !== undefined;
}

/** Files in a sweep's folder that come or go with its beginning and its end. */
export const sweepSigns: ReadonlySet<string> = new Set(['writer.json', jobRecordName, reportLogName]);

/** Whether the sweep's own process lives that trains one run after the other, or its job array has not reported yet. */
export async function waitsInSweep(run: string): Promise<boolean> {
  const sweep = dirname(run);
  if ((await findWriter(sweep))?.lives === true) return true;
  const [submitted, reported] = [jobRecordName, reportLogName].map(name => statsOf(join(sweep, name))?.mtimeMs);
  return submitted !== undefined && (reported === undefined || reported < submitted);
}
