/** request.json in a run's folder: that it waits to be trained, and with what (docs/run-directory.md). */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { executionProviders } from '../../protocol/server.ts';
import { errnoOf } from '../files/errno.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { parseJson } from '../text/parse-json.ts';
import { configName } from './origin.ts';
import { runtimeNames } from './runtime-name.ts';

const absolute = z.string().max(32_768).refine(isAbsolute, 'an absolute path');

const schema = z.object({
  format: z.literal('attention-scope-request'),
  formatVersion: z.literal(1),
  /** Tells it from one that was there before. */
  id: z.uuid(),
  /** The machine that is to train it: a folder may be shared. */
  host: z.string().max(255),
  config: z.literal(configName),
  /** The config that it was copied from: relative corpora are looked for beside it. */
  origin: absolute,
  queued: z.iso.datetime(),
  resume: z.boolean(),
  /** What of its environment a training heeds, as it was where it was asked for. */
  environment: z
    .object({
      ATTENTION_SCOPE_DATA: absolute.optional(),
      ATTENTION_SCOPE_PROVIDER: z.enum(executionProviders).optional(),
      ATTENTION_SCOPE_RUNTIME: z.literal('web').optional(),
    })
    .default({}),
  /** Which copy of the program trains it, by name (runtime-copy.ts); left out, whichever runs the queue. */
  runtime: z.string().regex(runtimeNames).optional(),
});
export type RunRequest = z.infer<typeof schema>;

export const requestName = 'request.json';
const fileOf = (run: string): string => join(run, requestName);

/** Bytes. */
const largest = 200_000;

export type Asked = Pick<RunRequest, 'origin' | 'resume' | 'runtime'>;

export function newRequest({ origin, resume, runtime }: Asked): RunRequest {
  return {
    format: 'attention-scope-request',
    formatVersion: 1,
    id: randomUUID(),
    host: hostname(),
    config: configName,
    origin,
    queued: new Date().toISOString(),
    resume,
    environment: environmentOf(process.env),
    ...(runtime !== undefined && { runtime }),
  };
}

/** Of this process; what it does not know how to read is left out, as a training would. */
function environmentOf(variables: Readonly<Record<string, string | undefined>>): RunRequest['environment'] {
  const { environment } = schema.shape;
  const entries = ['ATTENTION_SCOPE_DATA', 'ATTENTION_SCOPE_PROVIDER', 'ATTENTION_SCOPE_RUNTIME'].flatMap(name => {
    const one = environment.safeParse({ [name]: variables[name] });
    return one.success ? [one.data] : [];
  });
  return Object.assign({}, ...entries);
}

export const requestText = (request: RunRequest): string => `${JSON.stringify(request, undefined, 2)}\n`;

/** Asks that a run be trained. One that was asked for before and has not begun is replaced. @throws Failure `no-such-file`, `disk-full` */
export async function writeRequest(run: string, request: RunRequest): Promise<void> {
  await writeFileAtomically(fileOf(run), requestText(request));
}

/** What a run waits for; undefined where it does not, or what is there is no request. */
export async function readRequest(run: string): Promise<RunRequest | undefined> {
  return readFrom(fileOf(run));
}

async function readFrom(file: string): Promise<RunRequest | undefined> {
  try {
    if ((await stat(file)).size > largest) return undefined;
    return schema.safeParse(parseJson(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

let takes = 0;

/**
 * Takes a run's request away: the process that answers it does, and who withdraws it. Of all that try, one succeeds.
 * @param id of the request that is meant; whichever is there, where it is left out
 * @returns whether it was there
 */
export async function takeRequest(run: string, id?: string): Promise<boolean> {
  if (id !== undefined && (await readRequest(run))?.id !== id) return false;
  const aside = join(run, `.${requestName}.${process.pid}-${takes++}.aside`);
  try {
    await rename(fileOf(run), aside);
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(thrown) ?? '')) return false;
    throw thrown;
  }
  // It may have been replaced between the two looks: then it is not ours.
  if (id !== undefined && (await readFrom(aside))?.id !== id) {
    await rename(aside, fileOf(run));
    return false;
  }
  await rm(aside, { force: true });
  return true;
}
