/** Tensors measured and compared by the paths of their files. Values are read in stretches, between which others get their turn. */
import { stat } from 'node:fs/promises';
import type { CheckpointComparison, TensorStatistics } from '../../protocol/checkpoint.ts';
import { compareTensorFiles, type ComparingOptions } from '../formats/compare.ts';
import { openTensorFile } from '../formats/open.ts';
import { ofName } from '../formats/opened.ts';
import { statisticsOf } from '../formats/statistics.ts';
import type { TensorFile } from '../formats/tensor-file.ts';

/**
 * Measures a tensor of a checkpoint.
 * @throws Failure `no-such-file`, `broken-model`; `bad-argument` where there is no such tensor, or it holds no numbers; AbortError
 */
export async function measureTensor(path: string, name: string, signal?: AbortSignal): Promise<TensorStatistics> {
  return recent.with(path, async file => {
    const tensor = ofName(new Map(file.tensors.map(one => [one.name, one])), name, path);
    return statisticsOf(file, tensor, { signal });
  });
}

/** Compares `other` with the checkpoint at `path`. @throws Failure `no-such-file`, `broken-model`, `bad-argument`; AbortError */
export async function compareFiles(path: string, other: string, options: ComparingOptions): Promise<CheckpointComparison> {
  return recent.with(path, file => recent.with(other, second => compareTensorFiles(file, second, options)));
}

interface Held {
  readonly key: string;
  readonly file: Promise<TensorFile>;
  uses: number;
  idle: NodeJS.Timeout | undefined;
}

/** For how long a file that nobody reads is kept open, in milliseconds. */
const keptFor = 5_000;

/** Files that were read just now: whoever measures a tensor will measure the next one, and a header may be long. */
class RecentFiles {
  readonly #held = new Map<string, Held>();

  /** Does some work with the checkpoint at a path; one that was changed is opened anew. */
  async with<Result>(path: string, work: (file: TensorFile) => Promise<Result>): Promise<Result> {
    const stats = await stat(path).catch(() => undefined);
    const key = `${path}\n${stats?.mtimeMs ?? 0} ${stats?.size ?? 0}`;
    const held = this.#held.get(key) ?? { key, file: openTensorFile(path), uses: 0, idle: undefined };
    this.#held.set(key, held);
    clearTimeout(held.idle);
    held.uses++;
    try {
      return await work(await held.file);
    } finally {
      held.uses--;
      if (held.uses === 0) {
        held.idle = setTimeout(() => void this.#close(held), keptFor);
        // No process lives on for this.
        held.idle.unref();
      }
    }
  }

  async #close(held: Held): Promise<void> {
    this.#held.delete(held.key);
    const file = await held.file.catch(() => undefined);
    await file?.close();
  }
}

const recent = new RecentFiles();
