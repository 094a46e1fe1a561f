/** Trains a task as the loop does, without a run directory around it. */
import { loadRuntime } from '../engine/runtime.ts';
import type { PlannedBatch, PreparedTask } from '../training/task.ts';
import { Trainer, type TrainerSettings } from '../training/trainer.ts';

/** Writes the model as it is at the end into `folder`. @returns its mean negative log-likelihood of a held-out token */
export async function trainToy(task: PreparedTask, training: TrainerSettings, folder: string): Promise<number> {
  const trainer = await Trainer.load(await loadRuntime(), task.model, training);
  const total = (await batchesOf(task, 0)).length * training.epochs;
  for (let epoch = 0; epoch < training.epochs; epoch++) for (const batch of await batchesOf(task, epoch)) await trainer.step([batch], total);
  const parameters = trainer.state.parameters.map(({ spec, value }) => ({ spec, data: value.data }));
  await task.writeModel(folder, parameters, trainer.state.step);
  const likelihood = await trainer.validate(task.planValidation());
  await trainer.release();
  return likelihood;
}

export async function batchesOf(task: PreparedTask, epoch: number): Promise<PlannedBatch[]> {
  const batches: PlannedBatch[] = [];
  for await (const batch of task.planEpoch(epoch)) batches.push(batch);
  return batches;
}
