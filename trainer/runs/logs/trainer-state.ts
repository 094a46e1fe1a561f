/** trainer_state.json, as the Trainer of Hugging Face's transformers leaves it in its folder and in every checkpoint's. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../../protocol/failure.ts';
import { readBounded } from '../../files/bounded.ts';
import type { LogRun } from '../series.ts';
import { checkpointName, stateName } from './log-names.ts';
import { parsePythonJson } from './python-json.ts';
import { judgedBy, lossOf } from './roles.ts';
import { RowCurves } from './rows.ts';
import { settingsOf } from './settings.ts';

/** Also of what later and earlier versions write. */
const schema = z.looseObject({
  log_history: z.array(z.record(z.string(), z.unknown())),
  global_step: z.int().min(0),
  max_steps: z.int().optional().catch(undefined),
});

/** What of it is a setting. */
const settings = ['max_steps', 'num_train_epochs', 'train_batch_size', 'eval_steps', 'logging_steps', 'save_steps'] as const;

/** The latest state of a folder: its own, or that of its latest checkpoint. */
export async function findTrainerState(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((): string[] => []);
  const checkpoints = checkpointsIn(folder, names).toReversed();
  for (const candidate of [folder, ...checkpoints.map(one => one.folder)]) {
    const path = join(candidate, stateName);
    if (await stat(path).then(found => found.isFile(), () => false)) return path;
  }
  return undefined;
}

function checkpointsIn(folder: string, names: readonly string[]): { readonly step: number; readonly folder: string }[] {
  const found = names.flatMap(name => {
    const step = checkpointName.exec(name)?.[1];
    return step === undefined ? [] : [{ step: Number(step), folder: join(folder, name) }];
  });
  return found.toSorted((one, other) => one.step - other.step);
}

/** @throws Failure `no-such-file`, `bad-argument` */
export async function readTrainerState(path: string): Promise<LogRun> {
  const bytes = await readBounded(path, { most: 64_000_000, noun: 'a trainer_state.json', hint: 'Choose another log.' });
  const parsed = schema.safeParse(parsePythonJson(bytes.toString('utf8')));
  if (!parsed.success) {
    throw new Failure('bad-argument', `${path} is not the state of a Trainer; expected JSON with log_history and global_step.`, 'Choose another log.', { cause: parsed.error });
  }
  const { log_history: history, global_step: globalStep, max_steps: maxSteps } = parsed.data;
  const curves = new RowCurves('step');
  for (const row of history) curves.add(row);
  const metrics = curves.series.metrics();
  const folder = checkpointName.test(basename(dirname(path))) ? dirname(dirname(path)) : dirname(path);
  return {
    series: curves.series,
    loss: lossOf(metrics),
    metric: judgedBy(metrics),
    settings: settingsOf(Object.fromEntries(settings.flatMap(key => (key in parsed.data ? [[key, parsed.data[key]]] : [])))),
    samples: [],
    totalSteps: maxSteps !== undefined && maxSteps >= globalStep && maxSteps > 0 ? maxSteps : null,
    started: null,
    updated: (await stat(path)).mtimeMs,
    // The time that the whole training took is told at its end.
    isFinished: history.some(row => 'train_runtime' in row) ? true : null,
    checkpoints: checkpointsIn(folder, await readdir(folder).catch((): string[] => [])),
    warnings: curves.warnings('entries of log_history'),
  };
}
