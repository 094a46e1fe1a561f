/** A toy language, a config of a few thousand parameters, and the real command line to train it with. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import * as esbuild from 'esbuild';
import { productRoot } from '../files/root.ts';
import type { Pair } from '../text/pairs.ts';
import type { PairSources, TranslationConfig } from '../tasks/translation/config.ts';
import { parseConfig } from './config.ts';
import { Random } from './random.ts';

const subjects = [['I', 'je'], ['you', 'tu'], ['we', 'nous'], ['they', 'ils']] as const;
const verbs = [['see', 'voir'], ['take', 'prendre'], ['like', 'aimer'], ['paint', 'peindre'], ['want', 'vouloir']] as const;
const adjectives = [['red', 'rouge'], ['small', 'petit'], ['old', 'vieux'], ['blue', 'bleu'], ['new', 'neuf']] as const;
const nouns = [['cat', 'chat'], ['dog', 'chien'], ['house', 'maison'], ['tree', 'arbre'], ['book', 'livre'], ['boat', 'bateau']] as const;

/** Sentences of a language where the adjective follows its noun in the one tongue and stands before it in the other. */
export function toyPairs(count: number, seed = 1): Pair[] {
  const all = subjects.flatMap(subject =>
    verbs.flatMap(verb =>
      adjectives.flatMap(adjective =>
        nouns.map(noun => ({
          source: `${subject[0]} ${verb[0]} the ${adjective[0]} ${noun[0]}.`,
          target: `${subject[1]} ${verb[1]} le ${noun[1]} ${adjective[1]}.`,
        })),
      ),
    ),
  );
  return new Random(seed, 'toy').shuffle(all).slice(0, count);
}

export const asTable = (pairs: readonly Pair[]): string => pairs.map(({ source, target }) => `${source}\t${target}\n`).join('');

/** A corpus of which all that is held out is drawn. */
export const tableOf = (file: string): PairSources => ({ corpus: { kind: 'tsv', file }, validation: undefined, test: undefined });

type Settings = Partial<TranslationConfig['training']>;

export function toyConfig(training: Settings = {}, data = 'toy.tsv'): TranslationConfig {
  const config = parseConfig(
    {
      name: 'toy',
      task: 'translation',
      languages: { source: 'en', target: 'fr' },
      data: { format: 'tsv', file: data },
      split: { validation: 20, test: 20 },
      vocabulary: { size: 330 },
      model: { kind: 'recurrent-translator', embedding: 16, hidden: 20, encoder: { hidden: 20 }, attention: { score: 'additive', width: 16 } },
      training: {
        epochs: 4,
        tokensPerBatch: 192,
        learningRate: 0.01,
        warmupSteps: 10,
        buckets: [[10, 10], [16, 16]],
        validateEvery: 15,
        logEvery: 1,
        threads: 1,
        ...training,
      },
    },
    'toy.json',
  );
  if (config.task !== 'translation') throw new Error('the toy is a translator');
  return config;
}

/** Writes the corpus and the config; returns the config's path. */
export async function writeToy(folder: string, training: Settings = {}, pairs = toyPairs(400)): Promise<string> {
  await writeFile(join(folder, 'toy.tsv'), asTable(pairs));
  const file = join(folder, 'toy.json');
  await writeFile(file, JSON.stringify(toyConfig(training)));
  return file;
}

/** Bundles the command line as the product does; under the project, where its packages are found. */
export async function buildCommandLine(): Promise<string> {
  const outfile = join(productRoot, 'test-output', `train-${process.pid}`, 'attention-scope.mjs');
  await esbuild.build({
    entryPoints: [join(productRoot, 'trainer', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['onnxruntime-node', 'onnxruntime-web'],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
}

/** `attention-scope train …`, running. */
export class Training {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Ended>;
  #out = '';

  constructor(commandLine: string, args: readonly string[], options: { readonly before?: string; readonly environment?: NodeJS.ProcessEnv } = {}) {
    const command = [process.execPath, commandLine, 'train', ...args];
    const { before, environment: env = process.env } = options;
    this.process =
      before === undefined
        ? spawn(process.execPath, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env })
        : spawn('sh', ['-c', `${before}; exec "$@"`, 'sh', ...command], { stdio: ['ignore', 'pipe', 'pipe'], env });
    let error = '';
    this.process.stdout.setEncoding('utf8').on('data', (text: string) => (this.#out += text));
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
    // A process that this one started may still hold the pipes: what counts is this one's own end.
    this.ended = new Promise(resolve =>
      this.process.once('exit', (code, signal) => setTimeout(() => resolve({ code, signal, out: this.#out, error }), 100)),
    );
  }

  /** Resolves once the output holds this, or with false once the process has ended. */
  async printed(pattern: RegExp): Promise<boolean> {
    let over = false;
    void this.ended.then(() => (over = true));
    while (!pattern.test(this.#out) && !over) await new Promise(resolve => setTimeout(resolve, 5));
    return !over;
  }

  async kill(signal: NodeJS.Signals): Promise<Ended> {
    this.process.kill(signal);
    return this.ended;
  }
}

interface SeenEvent {
  readonly type: string;
  readonly step: number;
  readonly [key: string]: unknown;
}

export interface WrittenEvent extends SeenEvent {
  readonly attempt: number;
}

export async function eventsOf(run: string): Promise<WrittenEvent[]> {
  const text = await readFile(join(run, 'events.jsonl'), 'utf8');
  return text.split('\n').flatMap((line): WrittenEvent[] => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

/** What a run measured at each step, of the highest attempt, without what a clock has a part in. */
export async function measured(run: string): Promise<unknown[]> {
  return (await seenByReaders(run)).filter(({ type }) => type === 'step' || type === 'validation');
}

/** What happened at each step, of each type the highest attempt, without what a clock or the machine has a part in. */
export async function seenByReaders(run: string): Promise<SeenEvent[]> {
  const kept = new Map<string, WrittenEvent[]>();
  for (const event of await eventsOf(run)) {
    const key = `${event.step} ${event.type}`;
    const known = kept.get(key)?.filter(({ attempt }) => attempt === event.attempt) ?? [];
    kept.set(key, [...known, event]);
  }
  return [...kept.values()]
    .flat()
    .toSorted((one, other) => one.step - other.step || one.type.localeCompare(other.type))
    .map(({ type, step, time: _time, attempt: _attempt, tokensPerSecond: _speed, memory: _memory, processors: _processors, ...rest }) => ({ type, step, ...rest }));
}
