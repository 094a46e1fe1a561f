/** A sweep as a job array: a task a run, and a job that reports once all of them have ended. */
import { configName, originName, originText } from '../../launch/origin.ts';
import { jobRecordAround, jobRecordName } from '../job-record.ts';
import { reportScript, reportScriptName, trainScript, trainScriptName } from '../job-scripts.ts';
import { programFolder } from '../program.ts';
import { command, quote, runShell } from '../shell.ts';
import { answerOf, lookups, resources, restartable } from '../submission.ts';
import { type Submitted, submittedOf } from '../submit.ts';
import type { NamedTarget } from '../target.ts';
import { reportLogName, sweepRecordName } from './folder.ts';
import { labelOf, planSweep, type PlannedRun, type SweepPlan } from './plan.ts';
import { sweepRecordText } from './record.ts';
import type { SweepSpec } from './spec.ts';

export interface SubmittedSweep extends Submitted, Pick<SweepPlan, 'note'> {
  /** How many it has. */
  readonly runs: number;
}

export interface SweepSubmission {
  readonly spec: SweepSpec;
  readonly target: NamedTarget;
  /** Submit again what is not finished of a sweep that is there. */
  readonly resume?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the sweep's folder there with one for each run, and hands the array and the report to Slurm.
 * @throws Failure `bad-config`, `no-such-file` for what is missing here or there, `bad-argument` where the sweep is there
 *   already or Slurm refuses it, `no-answer` where the cluster cannot be reached
 */
export async function submitSweep({ spec, target, resume = false, signal }: SweepSubmission): Promise<SubmittedSweep> {
  const { runs, note } = planSweep(spec);
  const origin = target.host === undefined ? spec.baseFile : undefined;
  const record = jobRecordAround({ target: target.name, submitted: new Date().toISOString(), tasks: runs.length });
  const threads = Math.max(...runs.map(({ config }) => config.training.threads));
  const limit = spec.atOnce === undefined ? '' : `%${spec.atOnce}`;
  const script = `
${lookups(target, runs.map(({ config }) => config), await programFolder(target), origin)}
run=$runs/${spec.name}
last=${runs.length - 1}
${resume ? existing(sweepRecordText(spec, runs)) : fresh(spec, runs, origin)}
job=$(sbatch ${restartable} ${resources(target, threads)} --array="$tasks${limit}" --job-name="attention-scope \${run##*/}" --chdir="$run" --output="$run/%4a/output.log" \\
  "$run/${trainScriptName}" "$node" "$program" "$data" "$origin" "$run") || refuse sbatch
job=\${job%%;*}
write "$run/${jobRecordName}" ${quote(record.before)}"$job"${quote(record.after)}
sbatch --parsable --requeue --dependency=afterany:"$job" ${reporting(target)} --job-name="attention-scope \${run##*/} report" --chdir="$run" --output="$run/${reportLogName}" \\
  "$run/${reportScriptName}" "$node" "$program" "$run" >/dev/null || refuse sbatch
printf 'folder\\t%s\\njob\\t%s\\n' "$run" "$job"`;
  const answer = answerOf(await runShell(script, { host: target.host, signal, seconds: 600 }), target);
  return { ...submittedOf(answer), runs: runs.length, note };
}

/** A folder without its record is what a submission left that was cut short. */
const fresh = (spec: SweepSpec, runs: readonly PlannedRun[], origin: string | undefined): string => `
[ ! -e "$run/${sweepRecordName}" ] || refuse exists "$run"
put() {
  mkdir -p -- "$run/$1" && printf '%s' "$2" >"$run/$1/${configName}" && printf '%s' "$3" >"$run/$1/label.json" || refuse runs "$run/$1"
  ${origin === undefined ? ':' : `printf '%s' ${quote(originText(origin))} >"$run/$1/${originName}"`}
}
${runs.map(run => `put ${run.folder} ${quote(run.text)} ${quote(labelText(run))}`).join('\n')}
write "$run/${trainScriptName}" ${quote(trainScript)} && write "$run/${reportScriptName}" ${quote(reportScript)} && write "$run/${sweepRecordName}" ${quote(sweepRecordText(spec, runs))} || refuse runs "$run"
tasks=0-$last`;

export const labelText = (run: PlannedRun): string => `${JSON.stringify({ name: labelOf(run) || run.folder })}\n`;

const existing = (record: string): string => `
[ -f "$run/${sweepRecordName}" ] || refuse absent "$run"
[ "$(cat -- "$run/${sweepRecordName}"; echo .)" = ${quote(`${record}.`)} ] || refuse changed "$run"
job=$(sed -n 's/.*"job":"\\([0-9]*\\)".*/\\1/p' "$run/${jobRecordName}" 2>/dev/null)
[ -z "$job" ] || [ -z "$(squeue --noheader --jobs="$job" 2>/dev/null)" ] || refuse busy "$job"
tasks= task=0
while [ "$task" -le "$last" ]; do
  tail -n 1 -- "$run/$(printf %04d "$task")/events.jsonl" 2>/dev/null | grep -q '"type":"finished"' || tasks=$tasks\${tasks:+,}$task
  task=$((task + 1))
done
[ -n "$tasks" ] || refuse ended "$run"`;

/** What the report needs is little, but it goes where the runs go. */
function reporting({ partition, account, time, extra = [] }: NamedTarget): string {
  const given = Object.entries({ partition, account, time }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
  return command([...given, ...extra]);
}
