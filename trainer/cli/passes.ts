/** Passes of a model over what the command line is given, whatever that is. */
import type { Intervention } from '../../protocol/intervention.ts';
import type { OpenForeign } from '../foreign/open.ts';
import { passOf } from '../inspection/inspector.ts';
import { lookedPass } from '../inspection/looked.ts';
import type { Pass } from '../inspection/pass.ts';
import { steer } from '../steering/steering.ts';
import { readImageFile } from './image-file.ts';
import { wrongInput } from './wrong-input.ts';

export interface Given {
  readonly text?: string | undefined;
  /** Where in it a second text begins. */
  readonly second?: number | undefined;
  readonly input?: string | undefined;
  readonly image?: string | undefined;
}

export interface Passes {
  readonly run: (interventions: readonly Intervention[]) => Promise<Pass>;
  /** The bytes of the image that was given. */
  readonly image?: Uint8Array | undefined;
}

/** @throws Failure `bad-argument` where it takes no such thing; and what reading that throws */
export async function passesOf(model: OpenForeign, { text, second, input, image: file }: Given): Promise<Passes> {
  const { attending } = model;
  if (text !== undefined && attending.text === undefined) throw wrongInput(model.id, 'texts', attending);
  if (file !== undefined && attending.image === undefined) throw wrongInput(model.id, 'images', attending);
  if (input !== undefined) {
    const { numbers } = attending;
    if (numbers === undefined) throw wrongInput(model.id, 'numbers', attending);
    const { readInputs } = await import('../foreign/read-inputs.ts');
    const feeds = await readInputs(input, numbers.inputs, numbers.runtime);
    return {
      run: async interventions => {
        const { result, warnings } = await model.helm.hold(steer(interventions, ''), () => numbers.attend(feeds, 'all'));
        return lookedPass({ ...result, warnings: [...result.warnings, ...warnings] });
      },
    };
  }
  const image = file === undefined ? undefined : await readImageFile(file);
  return {
    image,
    run: interventions => passOf(model, { folder: model.id, image, asked: { model: model.id, text: text ?? file ?? '', ...(second === undefined ? {} : { second }), languageId: '', beam: 1, interventions } }),
  };
}
