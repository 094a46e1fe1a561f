import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { Failure } from '../../protocol/failure.ts';

export interface TestFiles {
  /** Writes a file, with the folders it lies in, and gives its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  path(name: string): string;
}

/** A folder for the tests of one file, gone when they are done. */
export function testFiles(): TestFiles {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'corpora-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    async file(name, content) {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), content);
      return path(name);
    },
  };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** What the message of the refusal says; only `bad-corpus` counts unless another code is expected. */
export async function refusal(items: AsyncIterable<unknown>, code: Failure['code'] = 'bad-corpus'): Promise<string> {
  const thrown: unknown = await collect(items).then(() => undefined, (error: unknown) => error);
  if (thrown instanceof Failure && thrown.code === code) return thrown.message;
  throw new Error(`a Failure ${code} was expected, not ${String(thrown)}`);
}
