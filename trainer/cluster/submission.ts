/** What submitting a run and submitting a sweep have in common: what is looked up there first, and the words for sbatch. */
import { resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import type { TrainingConfig } from '../training/config.ts';
import { corpusFiles } from './corpus-files.ts';
import { command, lastLines, quote, type Answer } from './shell.ts';
import type { NamedTarget } from './target.ts';

/**
 * Lines of a script that name things, and look for what a job needs: Slurm, Node, the program, the data. Where something is
 * missing it prints what and ends.
 * @param program where ours lies, where the target does not say
 * @param origin the config's own path, where nodes see it too
 */
export function lookups(target: NamedTarget, configs: readonly TrainingConfig[], program: string, origin: string | undefined): string {
  const { ATTENTION_SCOPE_DATA: own } = process.env;
  const data = target.data ?? (target.host !== undefined || own === undefined || own === '' ? undefined : resolve(own));
  const folders = [...(data === undefined ? [] : [data]), ...(origin === undefined ? [] : [folderOf(origin)])];
  const files = [...new Set(configs.flatMap(corpusFiles))];
  return `
refuse() { printf 'refused\\t%s\\t%s\\n' "$1" "$2"; exit 0; }
write() { printf '%s' "$2" >"$1.aside" && { sync "$1.aside" 2>/dev/null || :; } && mv -f -- "$1.aside" "$1"; }
node=${quote(target.node ?? 'node')} program=${quote(program)} data=${quote(data ?? '')} origin=${quote(origin ?? '')} runs=${quote(target.runs)}
command -v sbatch >/dev/null || refuse slurm ''
command -v "$node" >/dev/null || refuse node "$node"
if [ -f "$program/attention-scope.mjs" ]; then program=$program/attention-scope.mjs
elif [ -f "$program/dist/attention-scope.mjs" ]; then program=$program/dist/attention-scope.mjs
else refuse program "$program"; fi
${files.map(file => missingUnless(file, folders)).join('\n')}
mkdir -p -- "$runs" 2>/dev/null && [ -w "$runs" ] || refuse runs "$runs"`;
}

function missingUnless(file: string, folders: readonly string[]): string {
  const places = file.startsWith('/') ? [file] : folders.map(folder => `${folder}/${file}`);
  return `${places.map(place => `[ -e ${quote(place)} ] || `).join('')}refuse data ${quote(file)}`;
}

/** Of a path there: with slashes, whatever this machine's own have. */
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '/';

/** Options of sbatch that the target and the config decide. */
export function resources(target: NamedTarget, threads: number): string {
  const { partition, account, time, cpus = threads, memory, gpus, extra = [] } = target;
  const asked = { partition, account, time, 'cpus-per-task': String(cpus), mem: memory, gpus };
  const given = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
  return command([...given, ...extra]);
}

/** Options that make a job one that can be ended and begun again at any time; a minute before its end it is told so. */
export const restartable = '--parsable --requeue --open-mode=append --signal=B:USR1@60';

/**
 * What a script printed, as lines of a word and its value.
 * @throws Failure `bad-argument`, `no-such-file` where it refused or did not come to its end
 */
export function answerOf({ out, error, code }: Answer, target: NamedTarget): ReadonlyMap<string, string> {
  const lines = out.split('\n').map(line => line.split('\t'));
  const [, reason = '', what = ''] = lines.find(([word]) => word === 'refused') ?? [];
  if (reason !== '') throw refusal(reason, what, target, lastLines(error));
  if (code !== 0) throw new Failure('no-such-file', `${placeOf(target)} could not do it: ${lastLines(error) || `it ended with ${code}`}.`, 'Check the target’s folders and their permissions there.');
  return new Map(lines.flatMap(([word = '', ...rest]) => (word === '' ? [] : [[word, rest.join('\t')]])));
}

const placeOf = ({ host, name }: NamedTarget): string => host ?? `This machine (target "${name}")`;

function refusal(reason: string, what: string, target: NamedTarget, said: string): Failure {
  const place = placeOf(target);
  switch (reason) {
    case 'slurm':
      return new Failure('no-such-file', `${place} has no sbatch on its PATH.`, 'Name as "host" of the target a machine that submits jobs to Slurm.');
    case 'node':
      return new Failure('no-such-file', `${place} has no Node "${what}".`, 'Name as "node" of the target the absolute path of Node 20 or newer, on a file system that the nodes share.');
    case 'program':
      return new Failure('no-such-file', `${place} has no attention-scope.mjs in ${what}.`, 'Copy the folder of the extension, or of the project once it is built, to a file system that the nodes share, and name it as "program" of the target.');
    case 'data':
      return new Failure(
        'no-such-file',
        `The config names ${what}, which ${place} has ${what.startsWith('/') ? 'not' : target.data === undefined ? 'nowhere: the target names no folder of data' : `not in ${target.data}`}.`,
        'Copy it there; relative names are looked for in the folder "data" of the target.',
      );
    case 'runs':
      return new Failure('no-such-file', `${place} cannot write into ${what}.`, 'Name as "runs" of the target a folder of yours on a file system that the nodes share.');
    case 'exists':
      return new Failure('bad-argument', `${what} is there already on ${place}.`, 'Add --resume to go on with it, or choose another name.');
    case 'absent':
      return new Failure('no-such-file', `${what} is not there on ${place}, so nothing can be resumed.`, 'Submit it without --resume.');
    case 'changed':
      return new Failure('bad-argument', `${what} on ${place} was made of another spec or base.`, 'Undo the change, or give the sweep another "name".');
    case 'ended':
      return new Failure('bad-argument', `All runs of ${what} are finished.`, 'There is nothing to go on with.');
    case 'busy':
      return new Failure('bad-argument', `Job ${what} still has it.`, 'Wait for it, or cancel it with attention-scope cancel.');
    default:
      return new Failure('bad-argument', `Slurm refused the job: ${said || 'it did not say why'}.`, 'Correct the target, docs/cluster.md explains each key.');
  }
}
