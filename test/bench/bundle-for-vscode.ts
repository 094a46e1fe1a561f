import * as esbuild from 'esbuild';
import { basename } from 'node:path';
import { root, underRoot } from '../../scripts/root.ts';

/** What runs in the extension host, as one file; the next build removes it. */
export async function bundleForVsCode(entry: string): Promise<string> {
  const outfile = underRoot('dist', 'test', `${basename(entry, '.ts')}.cjs`);
  await esbuild.build({
    absWorkingDir: root, entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20',
    format: 'cjs', external: ['vscode'], logLevel: 'warning',
  });
  return outfile;
}
