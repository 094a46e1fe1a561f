/**
 * Bundles every part of the product into dist/.
 *
 *   npm run build                 everything, with source maps
 *   npm run build -- --production smaller, without source maps: what a VSIX carries
 *   npm run build -- --partial    skips entries that do not exist (yet)
 *   npm run watch                 builds again at every change
 */
import * as esbuild from 'esbuild';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildKernels } from '../trainer/kernels/build.ts';
import { writeConfigSchema } from './config-schema.ts';
import { root, underRoot } from './root.ts';

export interface BuildOptions {
  readonly production: boolean;
  readonly partial: boolean;
  /** The folder that dist/ is made in. Default: the project's. */
  readonly into?: string;
}

/** pdfkit asks Node for the measures of Helvetica, in its own folder: here they are bundled as anything else. */
const measuresInside: esbuild.Plugin = {
  name: 'measures of fonts inside',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]pdfkit\.node\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replaceAll("require$1('#standard-fonts/", "require('#standard-fonts/");
      if (contents === source) throw new Error(`${path} loads the measures of fonts in another way than it did`);
      return { contents, loader: 'js' };
    }),
};

/** The font of drawings is read from its package: here its bytes are bundled, as a chunk of their own. */
const fontInside: esbuild.Plugin = {
  name: 'font of drawings inside',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]scene[\\/]carried-font\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(/readFile\(createRequire\(import\.meta\.url\)\.resolve\(('[^']+')\)\)/, 'import($1).then(font => font.default)');
      if (contents === source) throw new Error(`${path} reads its font in another way than it did`);
      return { contents, loader: 'ts' };
    }),
};

/** The language server, the command line, the engine's process and that of estimates: ES modules that load only what they use. */
const trainer: esbuild.BuildOptions = {
  entryPoints: { 'attention-scope': 'trainer/main.ts', engine: 'trainer/engine/child.ts', estimate: 'trainer/training/estimate-child.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  splitting: true,
  external: ['onnxruntime-node', 'onnxruntime-web'],
  loader: { '.ttf': 'binary' },
  plugins: [measuresInside, fontInside],
  // CommonJS packages inside an ES module still call `require` for Node's own modules.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
};

/** The language client is large: it goes into a file of its own, which is read with the first request. */
const workerApart: esbuild.Plugin = {
  name: 'worker-connection apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/worker\/connection\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './worker-connection.cjs', external: true } : undefined),
};

const extension: esbuild.BuildOptions = {
  entryPoints: { extension: 'extension/main.ts', 'worker-connection': 'extension/worker/connection.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  plugins: [workerApart],
  // `require` at that time: a native `import()` would not be given VS Code's `vscode`.
  supported: { 'dynamic-import': false },
};

const extensionTests: esbuild.BuildOptions = {
  ...extension,
  entryPoints: { 'extension-tests': 'extension/test/run.ts' },
  outdir: 'dist/test',
};

/** The pages of the panel, of the image panel, of checkpoints and of runs; their tests bundle them just so, in memory. */
export const panel: esbuild.BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  entryPoints: { panel: 'webview/panel/main.ts', image: 'webview/image/main.ts', checkpoint: 'webview/checkpoint/main.ts', run: 'webview/run/main.ts' },
  outdir: 'dist/webview',
  platform: 'browser',
  // The Chromium of the oldest VS Code that package.json admits.
  target: 'chrome132',
  format: 'esm',
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
};

function configurations(options: BuildOptions): esbuild.BuildOptions[] {
  const common: esbuild.BuildOptions = {
    absWorkingDir: root,
    bundle: true,
    minify: options.production,
    sourcemap: options.production ? false : 'linked',
    legalComments: 'none',
    metafile: true,
    logLevel: 'info',
    logOverride: { 'empty-import-meta': 'error' },
  };
  const all = options.production ? [trainer, extension, panel] : [trainer, extension, panel, extensionTests];
  return all.flatMap(one => {
    const entryPoints = Object.fromEntries(
      Object.entries(one.entryPoints as Record<string, string>).filter(([, file]) => {
        const present = existsSync(underRoot(file));
        if (!present && !options.partial) throw new Error(`${file} does not exist (use --partial to build without it).`);
        return present;
      }),
    );
    if (Object.keys(entryPoints).length === 0) return [];
    return [{ ...common, ...one, entryPoints, outdir: join(options.into ?? root, one.outdir ?? '') }];
  });
}

function makeExecutable(folder: string): void {
  const commandLine = join(folder, 'dist', 'attention-scope.mjs');
  if (existsSync(commandLine)) chmodSync(commandLine, 0o755);
}

/** Chunks are named by their content: what an earlier build left behind is removed, but never a file in use. */
function removeAllBut(folder: string, outputs: readonly string[]): void {
  const kept = new Set(outputs.map(file => resolve(root, file)));
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.(mjs|cjs|js|css|map)$/.test(entry.name) && !kept.has(file)) rmSync(file);
  }
}

/**
 * Builds everything once and returns the files that went into it, relative to the project.
 *
 * @throws Error when something does not compile; where and why was printed.
 */
export async function build(options: BuildOptions): Promise<string[]> {
  await buildKernels();
  // A room that does not build leaves the others' bundles whole.
  const results = await Promise.allSettled(configurations(options).map(one => esbuild.build({ ...one, logLevel: 'warning' })));
  const folder = options.into ?? root;
  makeExecutable(folder);
  await writeConfigSchema(folder);
  const broken = results.filter(result => result.status === 'rejected');
  if (broken.length > 0) throw new AggregateError(broken.map(result => result.reason), 'Not everything could be built.');
  const metafiles = results.flatMap(result => (result.status === 'fulfilled' && result.value.metafile ? [result.value.metafile] : []));
  removeAllBut(folder, metafiles.flatMap(one => Object.keys(one.outputs)));
  return metafiles.flatMap(one => Object.keys(one.inputs));
}

async function watch(options: BuildOptions): Promise<void> {
  await buildKernels();
  const contexts = await Promise.all(configurations(options).map(one => esbuild.context(one)));
  await Promise.all(contexts.map(context => context.watch()));
  makeExecutable(root);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = new Set(process.argv.slice(2));
  const options = { production: flags.has('--production'), partial: flags.has('--partial') };
  const begin = performance.now();
  if (flags.has('--watch')) await watch(options);
  else {
    try {
      await build(options);
      console.log(`Built dist/ in ${((performance.now() - begin) / 1000).toFixed(1)} s.`);
    } catch (error) {
      // What does not compile was printed where it was found.
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
}
