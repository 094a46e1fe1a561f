/** `attention-scope submit`: a run as a job of a cluster. */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { configName, originName, originOf, originText } from '../launch/origin.ts';
import { readConfig } from '../training/config.ts';
import { jobRecordAround, jobRecordName } from './job-record.ts';
import { trainScript, trainScriptName } from './job-scripts.ts';
import { programFolder } from './program.ts';
import { quote, runShell } from './shell.ts';
import { answerOf, lookups, resources, restartable } from './submission.ts';
import type { NamedTarget } from './target.ts';

export interface Submission {
  /** Path of the config, on this machine. */
  readonly config: string;
  /** The config that this one was copied from, beside which relative corpora lie; itself where this is left out. */
  readonly origin?: string;
  readonly target: NamedTarget;
  /** What the run's folder is called; the config's name where this is left out, with a number where that is taken. */
  readonly name?: string | undefined;
  /** Submit the run of that name again, which was stopped or interrupted. */
  readonly resume?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Submitted {
  /** The run's folder there. */
  readonly folder: string;
  /** Slurm's number. */
  readonly job: string;
}

/**
 * Makes the run's folder there and hands the job to Slurm, both or neither.
 * @throws Failure `bad-config`, `no-such-file` for what is missing here or there, `bad-argument` where Slurm refuses it,
 *   `no-answer` where the cluster cannot be reached
 */
export async function submitRun({ config: file, origin: from = file, target, name, resume = false, signal }: Submission): Promise<Submitted> {
  const config = await readConfig(file);
  const text = await readFile(file, 'utf8');
  // Another machine may not have the folder that the config lies in, or another one of that name.
  const origin = target.host === undefined ? resolve(from) : undefined;
  const record = jobRecordAround({ target: target.name, submitted: new Date().toISOString() });
  const script = `
${lookups(target, [config], await programFolder(target), origin)}
${resume ? existing(folderName(name ?? config.name)) : fresh(folderName(name ?? config.name))}
write "$run/${configName}" ${quote(text)} && write "$run/${trainScriptName}" ${quote(trainScript)} || exit 1
${origin === undefined ? '' : `write "$run/${originName}" ${quote(originText(origin))} || exit 1`}
job=$(sbatch ${restartable} ${resources(target, config.training.threads)} --job-name="attention-scope \${run##*/}" --chdir="$run" --output="$run/output.log" \\
  "$run/${trainScriptName}" "$node" "$program" "$data" "$origin" "$run") || { ${resume ? '' : withdrawal} refuse sbatch; }
job=\${job%%;*}
write "$run/${jobRecordName}" ${quote(record.before)}"$job"${quote(record.after)}
printf 'folder\\t%s\\njob\\t%s\\n' "$run" "$job"`;
  const answer = answerOf(await runShell(script, { host: target.host, signal }), target);
  return submittedOf(answer);
}

/** Submits a run again, by its folder on this machine, with what it was trained with. @throws Failure as `submitRun` does, and `bad-argument` for what is no such run */
export async function resubmitRun(folder: string, target: NamedTarget, signal?: AbortSignal): Promise<Submitted> {
  const origin = await originOf(folder);
  return submitRun({ config: join(folder, configName), origin, target, name: basename(folder), resume: true, signal });
}

/** What was written before sbatch refused. */
const withdrawal = `rm -f -- "$run/${configName}" "$run/${originName}" "$run/${trainScriptName}"; rmdir -- "$run";`;

/** @throws Failure `no-answer` */
export function submittedOf(answer: ReadonlyMap<string, string>): Submitted {
  const [folder, job] = [answer.get('folder'), answer.get('job')];
  if (folder === undefined || job === undefined || !/^\d+$/.test(job)) {
    throw new Failure('no-answer', `sbatch did not tell the number of the job (found "${job?.slice(0, 80) ?? 'nothing'}").`, 'See with squeue whether it is queued.');
  }
  return { folder, job };
}

/** A name that no other run has; two who submit at once get two. */
const fresh = (name: string): string => `
number=1 run=$runs/${name}
until mkdir -- "$run" 2>/dev/null; do
  [ -e "$run" ] || refuse runs "$runs"
  number=$((number + 1)) run=$runs/${name}-$number
  [ "$number" -le 10000 ] || refuse exists "$run"
done`;

const existing = (name: string): string => `
run=$runs/${name}
[ -f "$run/${configName}" ] || refuse absent "$run"
job=$(sed -n 's/.*"job":"\\([0-9]*\\)".*/\\1/p' "$run/${jobRecordName}" 2>/dev/null)
[ -z "$job" ] || [ -z "$(squeue --noheader --jobs="$job" 2>/dev/null)" ] || refuse busy "$job"`;

/** @throws Failure `bad-argument`; a name that is one needs no quoting */
export function folderName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  throw new Failure('bad-argument', `A run cannot be called "${name.slice(0, 120)}".`, 'Use letters, digits, ".", "_" and "-", at most 100 of them.');
}
