/** The model that the product's own speed is measured with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { underRoot } from '../../scripts/root.ts';
import { writeRandomCheckpoint } from '../../trainer/checkpoints/checkpoint.fixture.ts';
import { manifestName } from '../../trainer/checkpoints/manifest.ts';
import type { BenchContext } from './part.ts';

export const twelveWords = 'My sister would like to read a book in the garden tonight.';

/** The bundled model's folder; where there is none yet, one of its size with random weights, written into `spare`. */
export async function modelFolder(spare: string, { print }: BenchContext): Promise<string> {
  const bundled = underRoot('media', 'models', 'en-fr');
  if (existsSync(join(bundled, manifestName))) return bundled;
  print('There is no bundled model: one of its size with random weights stands in. Its translations are as long as may be.');
  const folder = join(spare, 'random');
  await writeRandomCheckpoint(folder, { vocabulary: 6_000, embedding: 256, hidden: 384, attention: 256, precision: 'int8' });
  return folder;
}

/** A folder of the built product is measured, never the source. @throws Error saying how to build it */
export function builtCommandLine(): string {
  const file = underRoot('dist', 'attention-scope.mjs');
  if (!existsSync(file)) throw new Error('dist/ is not built: npm run build');
  return file;
}
