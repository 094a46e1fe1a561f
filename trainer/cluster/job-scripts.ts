/**
 * What a node runs: constant texts. What differs from job to job they are given as arguments, which no shell reads as words
 * of its own.
 */
import { configName } from '../launch/origin.ts';
import { sharedPool } from '../training/allocator.ts';

/** The file's name in the folder of a run, or of a sweep. */
export const trainScriptName = 'job.sh';
export const reportScriptName = 'report.sh';

/**
 * The training is one process, which is asked to end once: Slurm itself asks all that a job consists of. Were there another one
 * between, or did the script hand that on, it would be asked twice, which ends it without saving.
 */
const alone = Object.entries(sharedPool).map(([name, value]) => `${name}=${value}; export ${name}`).join('\n');

/**
 * Trains a run, and goes on with it where an earlier start of the job left it: after a node failed, a higher job took its place,
 * or its time was over. Asked to end (scancel), the run saves first. When its time is nearly over it saves and queues
 * itself again, unless nothing was saved since it began: it would only ever begin.
 */
export const trainScript = `#!/bin/sh
# Written by attention-scope. Arguments: Node, the program, the data's folder or nothing, where the config came from or
# nothing, and the run's folder: of a sweep its own, in which each task has one by its number.
node=$1 program=$2 data=$3 origin=$4 run=$5
job=$SLURM_JOB_ID
if [ -n "$SLURM_ARRAY_TASK_ID" ]; then
  run=$run/$(printf %04d "$SLURM_ARRAY_TASK_ID")
  job=\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
fi
[ -z "$data" ] || export ATTENTION_SCOPE_DATA="$data"
${alone}
latest() { ls "$run/checkpoints" 2>/dev/null | tail -n 1; }
before=$(latest)
set -- train "$run/${configName}" --run-dir "$run"
[ -z "$origin" ] || set -- "$@" --origin "$origin"
[ ! -d "$run/checkpoints" ] || set -- "$@" --resume
"$node" "$program" "$@" &
training=$!
isOver=
trap 'isOver=yes; kill -TERM "$training"' USR1
trap : TERM
while :; do
  wait "$training"
  status=$?
  # A signal ends the waiting, not what is waited for.
  [ "$status" -gt 128 ] && kill -0 "$training" 2>/dev/null || break
done
if [ -n "$isOver" ] && tail -n 1 "$run/events.jsonl" | grep -q '"type":"stopped"'; then
  if [ "$(latest)" = "$before" ]; then
    echo 'Its time was over before anything was saved: ask for more time.'
  else
    echo 'Its time is over; it is queued again to go on.'
    scontrol requeue "$job"
  fi
fi
exit "$status"
`;

/** Writes a sweep's leaderboard once all its tasks have ended. */
export const reportScript = `#!/bin/sh
# Written by attention-scope. Arguments: Node, the program, the sweep's folder.
exec "$1" "$2" sweep "$3" --report
`;
