import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isBundled, productRoot } from '../files/root.ts';

/** What to start an engine's process with: the bundle, or its source where this code itself runs from source. */
export function engineEntry(): { readonly module: string; readonly execArgv: readonly string[] } {
  // The engine's memory is the model's, outside the JavaScript heap, but for vocabularies: those of others have a quarter of a
  // million tokens. What is young is collected soon.
  const heap = ['--max-old-space-size=1024', '--max-semi-space-size=2'];
  if (isBundled) return { module: join(productRoot, 'dist', 'engine.mjs'), execArgv: heap };
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return { module: join(productRoot, 'trainer', 'engine', 'child.ts'), execArgv: [...heap, '--import', loader] };
}
