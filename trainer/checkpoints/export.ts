/** Turns a run's best checkpoint into a model to ship. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { replaceDirectoryAtomically } from '../files/atomic.ts';
import { readFloatTensors } from '../graph/read-weights.ts';
import { translatorParameters } from '../models/gru-translator.ts';
import type { TokenizerJson } from '../text/byte-pair.ts';
import { readRunEvents } from '../training/run-directory.ts';
import type { Manifest } from './manifest.ts';
import { brokenModel } from './manifest.ts';
import { openCheckpoint, openTokenizer } from './open.ts';
import { saveCheckpoint } from './save.ts';

const eventSchema = z.looseObject({
  type: z.string(),
  step: z.int(),
  attempt: z.int(),
  time: z.iso.datetime(),
  best: z.boolean().optional(),
});
type RunEvent = z.infer<typeof eventSchema>;

/**
 * @returns the step of the checkpoint and the folder it was written to
 * @throws Failure `no-such-file` where the run has no checkpoint yet, `broken-model`, `disk-full`
 */
export async function exportBest(
  run: string,
  to: string,
  precision: Manifest['precision'],
): Promise<{ step: number; folder: string }> {
  const events = await readEvents(run);
  const step = bestStep(run, events);
  const checkpoint = await openCheckpoint(join(run, 'checkpoints', String(step).padStart(8, '0')));
  await openTokenizer(checkpoint);
  const tokenizer = JSON.parse(await readFile(checkpoint.files.tokenizer, 'utf8')) as TokenizerJson;
  const { manifest: trained } = checkpoint;
  const manifest: Manifest = { ...trained, precision, training: { ...trained.training, minutes: minutesUntil(step, events) } };
  const stored = new Map([
    ...(await readFloatTensors(checkpoint.files.encoder)),
    ...(await readFloatTensors(checkpoint.files.decoder)),
  ]);
  const parameters = translatorParameters(manifest.architecture).map(spec => {
    const tensor = stored.get(spec.name);
    if (tensor === undefined) throw brokenModel(`${checkpoint.folder} does not hold ${spec.name} in float32.`);
    return { spec, data: tensor.data };
  });
  await replaceDirectoryAtomically(to, folder => saveCheckpoint(folder, { manifest, tokenizer, parameters }));
  return { step, folder: to };
}

async function readEvents(run: string): Promise<RunEvent[]> {
  return (await readRunEvents(run)).flatMap(event => eventSchema.safeParse(event).data ?? []);
}

function bestStep(run: string, events: readonly RunEvent[]): number {
  const best = events.findLast(event => event.type === 'validation' && event.best === true);
  if (best !== undefined) return best.step;
  throw new Failure('no-such-file', `${run} has no validated checkpoint yet.`, 'Let the run reach its first validation.');
}

/** How long training took up to a step, in minutes, pauses between attempts left out. */
function minutesUntil(step: number, events: readonly RunEvent[]): number {
  const attempts = new Map<number, { first: number; last: number }>();
  for (const event of events) {
    if (event.step > step) continue;
    const time = Date.parse(event.time);
    const { first } = attempts.get(event.attempt) ?? { first: time };
    attempts.set(event.attempt, { first, last: time });
  }
  const total = [...attempts.values()].reduce((sum, { first, last }) => sum + last - first, 0);
  return Math.round(total / 60_000);
}
