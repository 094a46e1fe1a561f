/** attend --interventions: a pass as the model makes it by itself beside one under the interventions of a file. */
import type { Intervention } from '../../protocol/intervention.ts';
import type { Wanted } from '../foreign/attention.ts';
import type { OpenForeign } from '../foreign/open.ts';
import { withNumbersOnly } from '../inspection/no-numbers.ts';
import { withChange } from '../inspection/output-change.ts';
import type { Pass } from '../inspection/pass.ts';
import type { Head } from '../render/attention-json.ts';
import { readInterventions } from '../steering/parse.ts';
import type { WhatIf } from '../inspection/what-if.ts';
import { type Given, passesOf } from './passes.ts';
import { hasColour, isForPeople, print } from './standard-output.ts';

interface Shown {
  readonly json: boolean;
  readonly wanted: Wanted;
  readonly head: Head;
}

/** @returns the exit code */
export async function attendWhatIf(model: OpenForeign, file: string, given: Given, { json, wanted, head }: Shown): Promise<number> {
  const interventions = await readInterventions(file);
  const passes = await passesOf(model, given);
  const run = async (changes: readonly Intervention[]): Promise<Pass> => withNumbersOnly(await passes.run(changes));
  // Before anything is steered: what of a model only a run tells is known then.
  const before = await run([]);
  const whatIf: WhatIf = { interventions, before, after: withChange(before, await run(interventions)) };
  for (const warning of new Set([...before.warnings, ...whatIf.after.warnings])) process.stderr.write(`attention-scope: ${warning}\n`);
  if (json) {
    const { renderWhatIfJson } = await import('../render/what-if-json.ts');
    await print(renderWhatIfJson(whatIf, wanted, head));
  } else {
    const { renderWhatIf } = await import('../render/what-if-terminal.ts');
    await print(renderWhatIf(whatIf, { colour: isForPeople() && hasColour(), columns: process.stdout.columns ?? 80 }));
  }
  return 0;
}
