/** Trains a prepared task, saves what it has learnt, and looks at it as the training loop does. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommonTraining } from '../../training/common-config.ts';
import type { Inspection, PreparedTask } from '../../training/task.ts';
import { trainToy } from '../train-toy.fixture.ts';

/** @returns how good the model is that now lies in `folder` */
export async function trained(task: PreparedTask, training: CommonTraining, folder: string): Promise<Inspection> {
  await mkdir(folder, { recursive: true });
  await trainToy(task, training, folder);
  return task.inspect(folder, join(folder, 'probe.safetensors'));
}
