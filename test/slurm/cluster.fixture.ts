/** A real Slurm with targets that name it, and the command line to ask it with. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ClusterJob } from '../../protocol/cluster.ts';
import { buildCommandLine, eventsOf } from '../../trainer/training/training.fixture.ts';
import { Slurm } from './slurm.ts';

/** A name that would do harm in a shell that read it. */
const nasty = `shared "disk's" $(touch harm) \`touch harm\` ; touch harm & * 漢字`;

interface Told {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export class Cluster {
  /** What still runs, where a test was given up. */
  readonly #asked = new Set<ChildProcess>();

  private constructor(
    readonly slurm: Slurm,
    /** Everything but Slurm itself. */
    readonly folder: string,
    private readonly commandLine: string,
  ) {}

  /** Where runs of its targets are. */
  get runs(): string {
    return join(this.folder, nasty);
  }

  /** With the targets `here`, `behind` an ssh that knows the host `cluster`, and `elsewhere`, a partition that there is not. */
  static async start(): Promise<Cluster> {
    const [slurm, commandLine] = await Promise.all([Slurm.start(), buildCommandLine()]);
    const cluster = new Cluster(slurm, await mkdtemp(join(tmpdir(), 'cluster-')), commandLine);
    const target = { kind: 'slurm', runs: cluster.runs, node: process.execPath, program: dirname(commandLine), partition: 'main', extra: ['--comment=a $(touch harm) comment'] };
    const targets = { here: target, elsewhere: { ...target, partition: 'absent' }, behind: { ...target, host: 'cluster', data: cluster.folder } };
    await writeFile(join(cluster.folder, 'targets.json'), JSON.stringify(targets));
    return cluster;
  }

  async stop(): Promise<void> {
    for (const child of this.#asked) child.kill('SIGKILL');
    await this.slurm.stop();
    await rm(dirname(this.commandLine), { recursive: true, force: true });
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A folder for a config of its own. */
  async folderFor(name: string): Promise<string> {
    const folder = join(this.folder, name);
    await mkdir(folder);
    return folder;
  }

  ask(command: string, ...args: readonly string[]): Promise<Told> {
    return this.askIn(this.slurm.environment, command, ...args);
  }

  async askIn(environment: Readonly<Record<string, string>>, command: string, ...args: readonly string[]): Promise<Told> {
    const more = command === 'train' ? [] : ['--targets', join(this.folder, 'targets.json')];
    const child = spawn(process.execPath, [this.commandLine, command, ...args, ...more], { env: { ...process.env, ...environment }, cwd: this.folder });
    this.#asked.add(child);
    let out = '';
    let error = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
    const code = await new Promise<number | null>(resolve => child.once('close', resolve));
    this.#asked.delete(child);
    return { code, out, error };
  }

  async jobNamed(name: string): Promise<ClusterJob> {
    const { out, error } = await this.ask('jobs', '--target', 'here', '--json');
    const found = (JSON.parse(out || '[]') as ClusterJob[]).find(job => job.name === name);
    if (found === undefined) throw new Error(`no job ${name}: ${out}${error}`);
    return found;
  }
}

export const typesOf = async (run: string): Promise<string[]> => (await eventsOf(run).catch(() => [])).map(({ type }) => type);
export const stepsOf = async (run: string): Promise<number> => Math.max(0, ...(await eventsOf(run).catch(() => [])).map(({ step }) => step));
