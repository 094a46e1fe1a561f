/** attend --interventions: a pass as the model makes it by itself beside one under the interventions of a file. */
import type { Intervention } from '../../protocol/intervention.ts';
import type { Wanted } from '../foreign/attention.ts';
import type { OpenForeign } from '../foreign/open.ts';
import { passOf } from '../inspection/inspector.ts';
import { lookedPass } from '../inspection/looked.ts';
import type { Pass } from '../inspection/pass.ts';
import type { Head } from '../render/attention-json.ts';
import { readInterventions } from '../steering/parse.ts';
import { steer } from '../steering/steering.ts';
import type { WhatIf } from '../steering/what-if.ts';
import { readImageFile } from './image-file.ts';
import { hasColour, isForPeople, print } from './standard-output.ts';
import { wrongInput } from './wrong-input.ts';

interface Given {
  readonly text?: string | undefined;
  readonly input?: string | undefined;
  readonly image?: string | undefined;
}

interface Shown {
  readonly json: boolean;
  readonly wanted: Wanted;
  readonly head: Head;
}

/** @returns the exit code */
export async function attendWhatIf(model: OpenForeign, file: string, given: Given, { json, wanted, head }: Shown): Promise<number> {
  const interventions = await readInterventions(file);
  const pass = await passesOf(model, given);
  // Before anything is steered: what of a model only a run tells is known then.
  const before = await pass([]);
  const whatIf: WhatIf = { interventions, before, after: await pass(interventions) };
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

type Run = (interventions: readonly Intervention[]) => Promise<Pass>;

async function passesOf(model: OpenForeign, { text, input, image }: Given): Promise<Run> {
  const { attending } = model;
  if (text !== undefined && attending.text === undefined) throw wrongInput(model.id, 'texts', attending);
  if (image !== undefined && attending.image === undefined) throw wrongInput(model.id, 'images', attending);
  if (input !== undefined) {
    const { numbers } = attending;
    if (numbers === undefined) throw wrongInput(model.id, 'numbers', attending);
    const { readInputs } = await import('../foreign/read-inputs.ts');
    const feeds = await readInputs(input, numbers.inputs, numbers.runtime);
    return async interventions => {
      const { result, warnings } = await model.helm.hold(steer(interventions, ''), () => numbers.attend(feeds, 'all'));
      return lookedPass({ ...result, warnings: [...result.warnings, ...warnings] });
    };
  }
  const bytes = image === undefined ? undefined : await readImageFile(image);
  return interventions => passOf(model, { folder: model.id, image: bytes, asked: { model: model.id, text: text ?? image ?? '', languageId: '', beam: 1, interventions } });
}
