import { readRecordSeen, recordName } from '../runs/record.ts';
import { findWriter } from '../training/run-lock.ts';

/**
 * Whether a training of ours writes a run on this machine. What another program trains, and writes a run of (docs/python.md), is
 * not counted: it waits for nobody, and nobody waits for it.
 */
export async function isTrainedHere(run: string): Promise<boolean> {
  const writer = await findWriter(run);
  return writer?.lives === true && writer.isHere && !readRecordSeen(run, [recordName]).isForeign;
}
