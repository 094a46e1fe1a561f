/**
 * A real Slurm of two nodes on this machine, from Debian's packages: a key and a munged of its own, a controller and a slurmd
 * a node, all in a temporary folder and on ports that nobody uses.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel'];

/** Why the tests on a real Slurm cannot run here; nothing where they can. */
export const slurmMissing = missing();
if (slurmMissing !== undefined) console.log(`Skipped: runs on a real Slurm. ${slurmMissing}`);

function missing(): string | undefined {
  if (process.platform !== 'linux') return 'It wants Linux.';
  const absent = programs.filter(program => spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin"; command -v ${program}`]).status !== 0);
  if (absent.length > 0) return `There is no ${absent.join(', ')}; on Debian: apt install slurm-wlm munge`;
  return process.getuid?.() === 0 ? undefined : 'Several nodes on one machine want root.';
}

export const nodes = ['n1', 'n2'] as const;
export type Node = (typeof nodes)[number];

export class Slurm {
  readonly #daemons = new Map<string, ChildProcess>();

  private constructor(
    /** Everything of it; short, since the path of a socket may not be long. */
    readonly folder: string,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Starts it, and waits until both nodes take jobs. */
  static async start(): Promise<Slurm> {
    const folder = await mkdtemp(join(tmpdir(), 'slurm-'));
    const slurm = new Slurm(folder, { SLURM_CONF: join(folder, 'slurm.conf'), PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` });
    try {
      await slurm.#begin();
      return slurm;
    } catch (thrown) {
      const logs = await Promise.all(['munged', 'slurmctld', ...nodes].map(name => readFile(join(folder, `${name}.log`), 'utf8').catch(() => '')));
      await slurm.stop();
      throw new Error(`Slurm did not start: ${logs.join('\n').slice(-4000)}`, { cause: thrown });
    }
  }

  async #begin(): Promise<void> {
    const { folder } = this;
    for (const name of ['state', ...nodes]) await mkdir(join(folder, name));
    await writeFile(join(folder, 'munge.key'), randomBytes(128), { mode: 0o600 });
    const [controller, ...ports] = await freePorts(1 + nodes.length);
    const host = hostname();
    await writeFile(join(folder, 'slurm.conf'), `
ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmUser=root
AuthType=auth/munge
# A job that is queued again waits as long as its first credential holds: at least five seconds.
AuthInfo=socket=${folder}/munge.socket,cred_expire=5
CryptoType=crypto/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=300
TCPTimeout=2
KillWait=30
MessageTimeout=5
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=100000
${nodes.map((name, index) => `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=2 RealMemory=1000 State=UNKNOWN`).join('\n')}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`);
    this.#run('munged', ['--foreground', '--force', `--socket=${folder}/munge.socket`, `--key-file=${folder}/munge.key`, `--pid-file=${folder}/munged.pid`, `--log-file=${folder}/munged.log`, `--seed-file=${folder}/munge.seed`, '--num-threads=2']);
    await until(() => spawnSync('munge', ['--no-input', `--socket=${folder}/munge.socket`], { env: this.#env }).status === 0, 'munged');
    this.#run('slurmctld', ['-D']);
    for (const node of nodes) this.startNode(node);
    await until(() => this.states().every(state => state === 'idle'), 'both nodes', 60);
  }

  /** Runs one of Slurm's own programs. @throws Error with what it said */
  ask(program: string, ...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(program, args, { env: this.#env, encoding: 'utf8', timeout: 20_000 });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
    return stdout;
  }

  /** Each node's state: `idle`, `allocated`, `down` … */
  states(): string[] {
    const { stdout } = spawnSync('sinfo', ['--noheader', '--Node', '--format=%T'], { env: this.#env, encoding: 'utf8' });
    const states = stdout.split('\n').filter(line => line !== '');
    return states.length === nodes.length ? states : ['unknown'];
  }

  startNode(node: Node): void {
    this.#run(node, ['-D', '-N', node], 'slurmd');
  }

  /** Kills a node as a power cut does: its daemon and all that it runs. That it is down Slurm is told, which else waits for SlurmdTimeout. */
  async killNode(node: Node): Promise<void> {
    const daemon = this.#daemons.get(node);
    if (daemon?.pid === undefined) throw new Error(`${node} does not run`);
    const gone = new Promise(resolve => daemon.once('exit', resolve));
    const family = [daemon.pid, ...(await this.#stepsOf(node))];
    for (const pid of family) kill(pid);
    await gone;
    this.#daemons.delete(node);
    this.ask('scontrol', 'update', `NodeName=${node}`, 'State=DOWN', 'Reason=power cut');
  }

  /** Where a job runs. */
  nodeOf(job: string): Node | undefined {
    const node = this.ask('squeue', '--noheader', `--jobs=${job}`, '--format=%N').trim();
    return nodes.find(one => one === node);
  }

  /**
   * Begins a job that was queued again on another node than it was on. It would wait for its first credential to be void, which only
   * its first node knows.
   */
  async beginElsewhere(job: string, than: Node): Promise<void> {
    await until(() => this.ask('squeue', '--noheader', `--jobs=${job}`, '--format=%T').trim() === 'PENDING', `job ${job} to be queued again`, 60);
    this.ask('scontrol', 'update', `JobId=${job}`, 'StartTime=now', `ExcNodeList=${than}`);
  }

  async stop(): Promise<void> {
    spawnSync('scancel', ['--user=root', '--signal=KILL', '--full'], { env: this.#env, timeout: 10_000 });
    for (const node of nodes) for (const pid of await this.#stepsOf(node)) kill(pid);
    for (const daemon of this.#daemons.values()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const gone = new Promise(resolve => daemon.once('exit', resolve));
      daemon.kill('SIGKILL');
      await gone;
    }
    for (const node of nodes) for (const pid of await this.#stepsOf(node)) kill(pid);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #env(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.environment };
  }

  #run(name: string, args: readonly string[], program = name): void {
    const daemon = spawn(program, args, { env: this.#env, stdio: 'ignore' });
    daemon.once('error', () => undefined);
    this.#daemons.set(name, daemon);
  }

  /** What runs on a node, slurmstepd first, so that nobody is left to tell of the others' end. */
  async #stepsOf(node: Node): Promise<number[]> {
    const { stdout } = spawnSync('ps', ['-e', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' });
    const all = stdout.split('\n').map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).flatMap(found => (found === null ? [] : [{ pid: Number(found[1]), parent: Number(found[2]), name: found[3] }]));
    const own = await Promise.all(all.map(async ({ pid }) => {
      // A process is known by the environment that Slurm gave it.
      const variables = (await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')).split('\0');
      return variables.includes(`SLURM_CONF=${this.environment['SLURM_CONF']}`) && variables.includes(`SLURMD_NODENAME=${node}`) ? [pid] : [];
    }));
    const pids = own.flat();
    const daemons = all.filter(({ pid, name }) => name === 'slurmstepd' && all.some(one => one.parent === pid && pids.includes(one.pid)));
    return [...daemons.map(({ pid }) => pid), ...pids];
  }
}

export async function until(condition: () => boolean | Promise<boolean>, what: string, seconds = 30): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what}: nothing within ${seconds} s`);
    await delay(100);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return server;
  }));
  const ports = servers.flatMap(server => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? [address.port] : [];
  });
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}
