/** attention-scope runs: which runs there are, and how far they are. */
import { resolve } from 'node:path';
import { badArgument, readArguments, type Command } from './command.ts';
import { hasColour, isForPeople, print } from './standard-output.ts';

export const runsCommand: Command = {
  help: `attention-scope runs FOLDER [--json]

Lists the runs in FOLDER and in the folders that group them there: where each is, its loss, the measure it is judged by and the
best value of that. Logs of other programs are listed too: TensorBoard's event files, trainer_state.json, CSV and JSON lines.

  --json  prints one JSON object a run (protocol/runs.ts, RunSummary)
`,
  run: async args => {
    const { values, positionals } = readArguments('runs', args, { json: { type: 'boolean', default: false } });
    const [folder, ...others] = positionals;
    if (folder === undefined || others.length > 0) throw badArgument('runs', 'One FOLDER is expected.');
    const { listRuns } = await import('../runs/list-runs.ts');
    const runs = await listRuns(resolve(folder));
    if (values.json) {
      for (const run of runs) await print(JSON.stringify(run));
      return 0;
    }
    if (runs.length === 0) {
      await print(`There are no runs in ${resolve(folder)}.`);
      return 0;
    }
    const { renderRuns } = await import('../runs/runs-table.ts');
    await print(renderRuns(runs, { colour: isForPeople() && hasColour() }));
    return 0;
  },
};
