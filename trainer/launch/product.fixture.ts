/** The product as it is installed somewhere, its server as the editor starts it, and what has become of its runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { createProtocolConnection, type ProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { productRoot } from '../files/root.ts';
import { findWriter, type FoundWriter } from '../training/run-lock.ts';
import { eventsOf, type WrittenEvent } from '../training/training.fixture.ts';
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

/** A window: the server, and the client's end of its connection. */
export class Window {
  private constructor(
    readonly server: ChildProcess,
    readonly connection: ProtocolConnection,
  ) {}

  /** @param cache where copies of the product go, instead of the user's */
  static async open(product: string, cache: string): Promise<Window> {
    const server = spawn(process.execPath, [join(product, 'dist', 'attention-scope.mjs'), 'serve', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, XDG_CACHE_HOME: cache },
    });
    const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
    connection.listen();
    await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions: { threads: 1 } });
    await connection.sendNotification('initialized', {});
    return new Window(server, connection);
  }

  /** Kills the server as a crash would. */
  async kill(): Promise<void> {
    this.connection.dispose();
    const gone = new Promise(resolve => this.server.once('exit', resolve));
    this.server.kill('SIGKILL');
    await gone;
  }
}

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
