/** The keys of a training config that mean the same whatever the task (docs/training.md). */
import * as z from 'zod';
import { optimizerSchema } from './optimizer-config.ts';
import { scheduleSchema } from './schedule-config.ts';

export const count = (most: number) => z.int().min(1).max(most);
export const share = z.number().min(0).max(0.9);
export const path = z.string().min(1).max(4096);
export const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'expected a language tag such as "en"');

/** What a model's card says of the data: whose it is, and where and in what state it can be had. */
export const provenance = { credit: z.string().max(2000).optional(), origin: z.string().max(2000).optional() };

/** Held out: how many, drawn by the seed. */
export const split = z.strictObject({ validation: count(100_000), test: z.int().min(0).max(100_000), seed: z.int().default(1) });

export const naming = {
  $schema: z.string().optional(),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'expected a short name such as "en-fr": lower-case letters, digits, ".", "_", "-"'),
  title: z.string().min(1).max(200).optional(),
};

export const commonTraining = {
  epochs: count(1000),
  /** Batches whose gradients are averaged before each step. */
  accumulate: count(256).default(1),
  /** The highest rate of the schedule. */
  learningRate: z.number().positive().max(10),
  warmupSteps: z.int().min(0).max(1_000_000).default(500),
  schedule: scheduleSchema,
  optimizer: optimizerSchema,
  dropout: share.default(0.2),
  labelSmoothing: share.default(0.1),
  weightDecay: z.number().min(0).max(1).default(0.01),
  clipNorm: z.number().min(0).max(1000).default(1),
  /** Steps between two validations, each of which saves a checkpoint. */
  validateEvery: count(1_000_000).default(1000),
  /** Validations without a better one after which training stops. */
  patience: count(1000).default(10),
  /** What the best checkpoint is best at: the held-out likelihood, or the task's own measure. */
  selectBy: z.enum(['likelihood', 'metric']).default('likelihood'),
  /** At the end the means of up to so many last checkpoints are tried too; 1 tries none. */
  averageLast: count(32).default(1),
  /** How many of the newest checkpoints are kept beside the best. */
  keepLast: count(1000).default(1),
  logEvery: count(100_000).default(50),
  threads: count(64).default(2),
  seed: z.int().default(1),
};

const common = z.strictObject(commonTraining);
export type CommonTraining = z.infer<typeof common>;

/** What every config has. */
export interface CommonConfig {
  readonly name: string;
  readonly title?: string | undefined;
  readonly training: CommonTraining;
}
