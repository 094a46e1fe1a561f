/**
 *   npm run package                 one VSIX for each platform, in build/
 *   npm run package -- linux-x64 …  only these
 */
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { build } from './build.ts';
import { thirdPartyNotices } from './notices.ts';
import { root, underRoot } from './root.ts';
import { isTarget, runtimeOf, type Target, targets } from './targets.ts';

/** The largest VSIX that we ship, in bytes. */
const limit = 40_000_000;

const manifest = z.looseObject({ name: z.string(), version: z.string(), dependencies: z.record(z.string(), z.string()) });

export interface Packaged {
  readonly target: Target;
  readonly file: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Makes the VSIX of each target.
 *
 * @throws Error when one is larger than it may be.
 */
export async function packageFor(wanted: readonly Target[], into = underRoot('build')): Promise<Packaged[]> {
  const stage = join(into, 'stage');
  rmSync(stage, { recursive: true, force: true });
  const sources = await build({ production: true, partial: false, into: stage });
  await copyAllowed(stage);
  const packaged: Packaged[] = [];
  for (const target of wanted) {
    writeManifest(stage, target);
    copyRuntime(stage, target);
    const runtimes = runtimeOf(target).map(one => `node_modules/${one.name}/package.json`);
    writeFileSync(join(stage, 'dist', 'third-party-notices.txt'), thirdPartyNotices([...sources, ...runtimes]));
    const { name, version } = manifest.parse(JSON.parse(readFileSync(underRoot('package.json'), 'utf8')));
    const file = join(into, `${name}-${target}-${version}.vsix`);
    await createVSIX({ cwd: stage, target, packagePath: file, allowMissingRepository: true, rewriteRelativeLinks: false });
    const { size } = statSync(file);
    if (size > limit) throw new Error(`${file} is too large: ${size} bytes, at most ${limit} expected.`);
    packaged.push({ target, file, size });
  }
  rmSync(stage, { recursive: true });
  return packaged;
}

/** What .vscodeignore lets through, without dist/, which was built afresh, and node_modules/, which is the target's. */
async function copyAllowed(stage: string): Promise<void> {
  const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  for (const file of files.filter(name => !/^(dist|node_modules)\//.test(name))) cpSync(join(root, file), join(stage, file));
  cpSync(underRoot('.vscodeignore'), join(stage, '.vscodeignore'));
}

/** The manifest without what only development needs; its dependencies are those that are not bundled. */
function writeManifest(stage: string, target: Target): void {
  const { scripts: _scripts, devDependencies: _dev, private: _private, ...rest } = manifest.parse(JSON.parse(readFileSync(underRoot('package.json'), 'utf8')));
  const names = runtimeOf(target).map(one => one.name);
  const dependencies = Object.fromEntries(names.map(name => [name, versionOf(name)]));
  writeFileSync(join(stage, 'package.json'), JSON.stringify({ ...rest, dependencies }, undefined, 2));
}

function copyRuntime(stage: string, target: Target): void {
  const modules = join(stage, 'node_modules');
  rmSync(modules, { recursive: true, force: true });
  for (const { name, files } of runtimeOf(target)) {
    for (const file of files) {
      const to = join(modules, name, file);
      mkdirSync(dirname(to), { recursive: true });
      cpSync(underRoot('node_modules', name, file), to, { recursive: true, filter: from => !/\.(map|d\.ts)$/.test(from) });
      if (to.endsWith('.node')) chmodSync(to, 0o755);
    }
    trimManifest(join(modules, name, 'package.json'));
  }
}

/** Drops what a copied package's manifest asks to be installed beside it and its install scripts need. */
function trimManifest(file: string): void {
  const { scripts: _scripts, devDependencies: _dev, dependencies, ...rest } = z.looseObject({}).parse(JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(file, JSON.stringify(dependencies === undefined ? rest : { ...rest, dependencies: { 'onnxruntime-common': versionOf('onnxruntime-common') } }, undefined, 2));
}

function versionOf(name: string): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(underRoot('node_modules', name, 'package.json'), 'utf8'))).version;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const named = process.argv.slice(2);
  const unknown = named.filter(name => !isTarget(name));
  if (unknown.length > 0) throw new Error(`Unknown target ${unknown.join(', ')}: expected ${targets.join(', ')}.`);
  for (const { file, size } of await packageFor(named.length > 0 ? named.filter(isTarget) : targets)) {
    console.log(`${file}  ${(size / 1e6).toFixed(1)} MB`);
  }
}
