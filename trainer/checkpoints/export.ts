/** Turns a run's best checkpoint into a model to ship. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { replaceDirectoryAtomically } from '../files/atomic.ts';
import { errnoOf } from '../files/errno.ts';
import { isIn } from '../files/is-in.ts';
import { parametersOf } from '../models/model.ts';
import type { ParameterSpec } from '../models/parameters.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/model.ts';
import { openOnnx } from '../onnx/open.ts';
import { wholeTensor } from '../onnx/read-tensor.ts';
import type { TokenizerJson } from '../text/byte-pair.ts';
import { bestCheckpoint, minutesOf, readDatedEvents } from '../training/run-events.ts';
import { brokenModel, type Manifest, manifestName } from './manifest.ts';
import { cardName, isModelCard } from './model-card.ts';
import { partsOf, readManifest } from './open.ts';
import { saveCheckpoint } from './save.ts';

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
  const events = await readDatedEvents(run);
  const best = await bestCheckpoint(run, events);
  if (best === undefined) throw new Failure('no-such-file', `${run} has no validated checkpoint yet.`, 'Let the run reach its first validation.');
  const { step } = best;
  const { folder: from, manifest: trained } = await readManifest(best.folder);
  const files = await partsOf(from, trained);
  const vocabulary = files['tokenizer'];
  const tokenizer = vocabulary === undefined ? undefined : (JSON.parse(await readFile(vocabulary, 'utf8')) as TokenizerJson);
  const minutes = Math.round(minutesOf(events.filter(event => event.step <= step)));
  const manifest: Manifest = { ...trained, precision, training: { ...trained.training, minutes } };
  const stored = new Map<string, { readonly model: OnnxModel; readonly tensor: OnnxTensor }>();
  for (const [role, file] of Object.entries(files)) {
    if (role === 'weights' || role === 'tokenizer') continue;
    const model = await openOnnx(file);
    for (const tensor of model.graph.initializers) if (tensor.dtype === 'float32') stored.set(tensor.name, { model, tensor });
  }
  const parameters: { readonly spec: ParameterSpec; readonly data: Float32Array }[] = [];
  for (const spec of parametersOf(manifest.architecture)) {
    const found = stored.get(spec.name);
    if (found === undefined) throw brokenModel(`${from} does not hold ${spec.name} in float32.`);
    parameters.push({ spec, data: new Float32Array((await wholeTensor(found.model, found.tensor)).buffer) });
  }
  await replaceDirectoryAtomically(to, folder => saveCheckpoint(folder, { manifest, tokenizer, parameters }));
  return { step, folder: to };
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
  const [target, source] = [await realpath(to), await realpath(run).catch(() => run)];
  if (isIn(source, target)) {
    throw new Failure('bad-argument', `${to} ${source === target ? 'is' : 'holds'} the run itself; nothing was written.`, replaceableHint);
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
