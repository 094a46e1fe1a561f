/** Turns a run's best checkpoint into a model to ship. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { replaceDirectoryAtomically } from '../files/atomic.ts';
import { errnoOf } from '../files/errno.ts';
import { readFloatTensors } from '../graph/read-weights.ts';
import { parametersOf } from '../models/model.ts';
import type { TokenizerJson } from '../text/byte-pair.ts';
import { readRunEvents, stepName } from '../training/run-directory.ts';
import { brokenModel, type Manifest, manifestName } from './manifest.ts';
import { cardName, isModelCard } from './model-card.ts';
import { partsOf, readManifest } from './open.ts';
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
 * @param to is made, or must be empty or hold a model and nothing else, which is replaced
 * @returns the step of the checkpoint and the folder it was written to
 * @throws Failure `no-such-file` where the run has no checkpoint yet, `bad-argument` where `to` holds anything else,
 *   `broken-model`, `disk-full`
 */
export async function exportBest(
  run: string,
  to: string,
  precision: Manifest['precision'],
): Promise<{ step: number; folder: string }> {
  await checkReplaceable(to, run);
  const events = await readEvents(run);
  const step = await bestStep(run, events);
  const { folder: from, manifest: trained } = await readManifest(join(run, 'checkpoints', stepName(step)));
  const files = await partsOf(from, trained);
  const vocabulary = files['tokenizer'];
  const tokenizer = vocabulary === undefined ? undefined : (JSON.parse(await readFile(vocabulary, 'utf8')) as TokenizerJson);
  const manifest: Manifest = { ...trained, precision, training: { ...trained.training, minutes: minutesUntil(step, events) } };
  const stored = new Map<string, { readonly data: Float32Array }>();
  for (const [role, file] of Object.entries(files)) {
    if (role === 'weights' || role === 'tokenizer') continue;
    for (const [name, tensor] of await readFloatTensors(file)) stored.set(name, tensor);
  }
  const parameters = parametersOf(manifest.architecture).map(spec => {
    const tensor = stored.get(spec.name);
    if (tensor === undefined) throw brokenModel(`${from} does not hold ${spec.name} in float32.`);
    return { spec, data: tensor.data };
  });
  await replaceDirectoryAtomically(to, folder => saveCheckpoint(folder, { manifest, tokenizer, parameters }));
  return { step, folder: to };
}

async function readEvents(run: string): Promise<RunEvent[]> {
  return (await readRunEvents(run)).flatMap(event => eventSchema.safeParse(event).data ?? []);
}

/**
 * Replacing a folder removes what was in it: only a model's own files may go that way.
 * @throws Failure `bad-argument`
 */
async function checkReplaceable(to: string, run: string): Promise<void> {
  const names = await readdir(to).catch((thrown: unknown): string[] => {
    if (errnoOf(thrown) === 'ENOENT') return [];
    throw new Failure('bad-argument', `${to} is no folder that a model can be written to (${errnoOf(thrown) ?? String(thrown)}).`, replaceableHint);
  });
  if (names.length === 0) return;
  const way = relative(await realpath(to), await realpath(run).catch(() => run));
  if (!way.startsWith('..')) {
    throw new Failure('bad-argument', `${to} ${way === '' ? 'is' : 'holds'} the run itself; nothing was written.`, replaceableHint);
  }
  if (!names.includes(manifestName)) {
    throw new Failure('bad-argument', `${to} is neither empty nor a model: it holds ${names[0] ?? ''}. Nothing was written.`, replaceableHint);
  }
  const { files } = (await readManifest(to)).manifest;
  const own = new Set<string>([manifestName, ...Object.values(files)]);
  if (await readFile(join(to, cardName), 'utf8').then(isModelCard, () => false)) own.add(cardName);
  const foreign = names.find(name => !own.has(name));
  if (foreign === undefined) return;
  throw new Failure('bad-argument', `${to} holds ${foreign}, which is no part of the model there. Nothing was written.`, replaceableHint);
}

const replaceableHint = 'Name a folder that does not exist yet, is empty, or holds a model and nothing else.';

/** The last validation that was the best so far and whose checkpoint is there: a killed run may not have come to write it. */
async function bestStep(run: string, events: readonly RunEvent[]): Promise<number> {
  const written = new Set(await readdir(join(run, 'checkpoints')).catch((): string[] => []));
  const best = events.findLast(({ type, best, step }) => type === 'validation' && best === true && written.has(stepName(step)));
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
