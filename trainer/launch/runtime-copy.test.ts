import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startOf } from '../training/process-start.ts';
import { copyRuntime } from './runtime-copy.ts';

let home: string;
let product: string;
let cache: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'runtime-'));
  product = join(home, 'product');
  cache = join(home, 'cache');
  await put('package.json', '{"name":"attention-scope","version":"1.2.3"}');
  await put('dist/attention-scope.mjs', 'import "./chunks/a.mjs";');
  await put('dist/chunks/a.mjs', 'export {};');
  await put('dist/extension.cjs', '');
  await put('dist/attention-scope.mjs.map', '{}');
  await put('node_modules/onnxruntime-common/package.json', '{}');
  await put('node_modules/onnxruntime-common/dist/index.js', '');
  await put(`node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`, 'native');
  await put('node_modules/onnxruntime-node/bin/napi-v6/beos/mips/onnxruntime_binding.node', 'another machine’s');
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(product, path)), { recursive: true });
  await writeFile(join(product, path), content);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll('\\', '/')).toSorted();
}

/** As if nobody had touched it for two hours. */
async function age(copy: string): Promise<void> {
  const then = new Date(Date.now() - 2 * 3_600_000);
  for (const name of await readdir(join(copy, 'users'))) await utimes(join(copy, 'users', name), then, then);
  await utimes(copy, then, then);
}

test('a copy holds what a training needs on this machine, and is made once', async () => {
  const copy = await copyRuntime(product, cache);
  expect(copy).toMatch(/[/\\]1\.2\.3-[0-9a-f]{16}$/);
  expect((await filesIn(copy)).filter(name => !name.startsWith('users/'))).toEqual([
    'dist/attention-scope.mjs',
    'dist/chunks/a.mjs',
    `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`,
    'node_modules/onnxruntime-common/dist/index.js',
    'node_modules/onnxruntime-common/package.json',
    'package.json',
    'runtime.json',
  ].toSorted());
  const kept = join(copy, 'dist', 'chunks', 'a.mjs');
  const then = new Date(1_000_000_000_000);
  await utimes(kept, then, then);
  expect(await copyRuntime(product, cache)).toBe(copy);
  await utimes(kept, then, then);
  expect(await readdir(cache)).toEqual([copy.slice(cache.length + 1)]);
});

test('one that is broken is made anew', async () => {
  const copy = await copyRuntime(product, cache);
  await writeFile(join(copy, 'dist', 'chunks', 'a.mjs'), 'half');
  await rm(join(copy, 'package.json'));
  expect(await copyRuntime(product, cache)).toBe(copy);
  expect(await readFile(join(copy, 'dist', 'chunks', 'a.mjs'), 'utf8')).toBe('export {};');
  expect(await filesIn(copy)).toContain('package.json');
  expect(await readdir(cache)).toHaveLength(1);
});

test('of many that make one at once, all get the same, and it is whole', async () => {
  const copies = await Promise.all(Array.from({ length: 5 }, () => copyRuntime(product, cache)));
  expect(new Set(copies).size).toBe(1);
  expect(await readdir(cache)).toHaveLength(1);
});

test('another build gets a copy of its own; the old one stays while somebody runs from it, and goes with the next window after that', async () => {
  const old = await copyRuntime(product, cache);
  await put('dist/chunks/a.mjs', 'export { };');
  await age(old);
  const next = await copyRuntime(product, cache);
  expect(next).not.toBe(old);
  expect(await readdir(cache)).toHaveLength(2); // this process uses both

  const user = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  const gone = new Promise(resolve => user.once('exit', resolve));
  const { pid = 0 } = user;
  await rm(join(old, 'users'), { recursive: true });
  await mkdir(join(old, 'users'));
  await writeFile(join(old, 'users', 'other.json'), JSON.stringify({ pid, host: hostname(), started: await startOf(pid) }));
  await age(old);
  await copyRuntime(product, cache);
  expect(await readdir(cache)).toHaveLength(2);
  // A process that has got the same id since then is not the one that uses it.
  if (process.platform === 'linux') {
    await writeFile(join(old, 'users', 'other.json'), JSON.stringify({ pid, host: hostname(), started: 'another boot 1' }));
  } else {
    user.kill();
    await gone;
  }
  await age(old);
  await copyRuntime(product, cache);
  expect(await readdir(cache)).toEqual([next.slice(cache.length + 1)]);
  user.kill();
  await gone;
});
