/** The product as it is installed somewhere, its server as the editor starts it, and what has become of its runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { createProtocolConnection, type ProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { controlRunMethod, type ControlRunParams, type RunWish, startRunMethod, type StartRunParams, type StartRunResult } from '../../protocol/runs.ts';
import { failureErrorCode } from '../../protocol/server.ts';
import { productRoot } from '../files/root.ts';
import { findWriter, type FoundWriter } from '../training/run-lock.ts';
import { eventsOf, type WrittenEvent, writeToy } from '../training/training.fixture.ts';
import { queueFolder } from './queue-folder.ts';

/** Bundles the product into a folder of its own, as it would lie in a folder of extensions. */
export async function installProduct(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'product-'));
  await esbuild.build({
    entryPoints: { 'attention-scope': join(productRoot, 'trainer', 'main.ts') },
    outdir: join(folder, 'dist'),
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['onnxruntime-node', 'onnxruntime-web'],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  await writeFile(join(folder, 'package.json'), await readFile(join(productRoot, 'package.json')));
  await mkdir(join(folder, 'node_modules'));
  for (const name of ['onnxruntime-node', 'onnxruntime-common', 'onnxruntime-web']) {
    await symlink(join(productRoot, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
  return folder;
}

/** Where copies of a product go, instead of the user's cache. */
export const cacheOf = (product: string): string => join(product, 'cache');

/** A window: the server, and the client's end of its connection. */
export class Window {
  private constructor(
    readonly server: ChildProcess,
    readonly connection: ProtocolConnection,
  ) {}

  /** @param home where all windows of a test keep what they keep for their user; copies of the product are shared by all tests of a file */
  static async open(product: string, home: string): Promise<Window> {
    const server = spawn(process.execPath, [join(product, 'dist', 'attention-scope.mjs'), 'serve', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, XDG_CACHE_HOME: cacheOf(product), XDG_STATE_HOME: join(home, 'state') },
    });
    const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
    connection.listen();
    await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions: { threads: 1 } });
    await connection.sendNotification('initialized', {});
    return new Window(server, connection);
  }

  start(config: string, runs: string, atOnce = 1): Promise<StartRunResult> {
    return this.connection.sendRequest(startRunMethod, { config, runs, atOnce } satisfies StartRunParams);
  }

  async control(folder: string, wish: RunWish, atOnce = 1): Promise<void> {
    await this.connection.sendRequest(controlRunMethod, { folder, wish, atOnce } satisfies ControlRunParams);
  }

  /** Kills the server as a crash would. */
  async kill(): Promise<void> {
    this.connection.dispose();
    const gone = new Promise(resolve => this.server.once('exit', resolve));
    this.server.kill('SIGKILL');
    await gone;
  }
}

/** A config of this name in a folder of its own, with its corpus beside it. */
export async function writeNamedToy(home: string, name: string, training: Parameters<typeof writeToy>[1] = {}): Promise<string> {
  const folder = join(home, 'configs', name);
  await mkdir(folder, { recursive: true });
  const file = await writeToy(folder, training);
  await writeFile(file, (await readFile(file, 'utf8')).replace('"name":"toy"', `"name":"${name}"`));
  return file;
}

/** Trains until it is stopped. */
export const endless = { epochs: 1000, patience: 1000, validateEvery: 200 };

/** Code and message of what a request fails with. @throws Error where it does not */
export async function failureOf(request: Promise<unknown>): Promise<{ code: string; message: string }> {
  const thrown: unknown = await request.then(() => undefined, (error: unknown) => error);
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === failureErrorCode) return (thrown as unknown as { data: { code: string; message: string } }).data;
  throw new Error('the request did not fail as it should have', { cause: thrown });
}

export function killNow(process_: { readonly pid: number } | undefined): void {
  if (process_ === undefined) throw new Error('there is nothing to kill');
  process.kill(process_.pid, 'SIGKILL');
}

export const trains = async (run: string): Promise<boolean> => (await typesOf(run)).includes('step') && (await writerOf(run)) !== undefined;

/** Who trains a run, where somebody does. */
export async function writerOf(run: string): Promise<FoundWriter | undefined> {
  const writer = await findWriter(run);
  return writer?.lives === true ? writer : undefined;
}

export const queueOf = (runs: string): Promise<FoundWriter | undefined> => writerOf(queueFolder(runs));

export async function typesOf(run: string): Promise<string[]> {
  return (await happened(run)).map(({ type }) => type);
}

export async function happened(run: string): Promise<WrittenEvent[]> {
  return eventsOf(run).catch(() => []);
}

/** Resolves once that is so. @throws Error where it is not within two minutes */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const began = Date.now(); Date.now() - began < 120_000; ) {
    if (await isSo()) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`${what}: not within two minutes`);
}

export const hasEnded = async (run: string, type = 'finished'): Promise<boolean> => (await typesOf(run)).at(-1) === type && (await writerOf(run)) === undefined;

/** Kills whatever still trains in a folder of runs, and what looks after it; by the ids that they have written down themselves. */
export async function endAll(runs: string): Promise<void> {
  const queue = await queueOf(runs);
  if (queue !== undefined) process.kill(queue.pid, 'SIGKILL');
  for (const name of await readdir(runs).catch((): string[] => [])) {
    const writer = await writerOf(join(runs, name));
    if (writer !== undefined) process.kill(writer.pid, 'SIGKILL');
  }
  await rm(runs, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
