/** How a graph without a tokenizer is looked at whole: what it is given for a text are its numbers. */
import { Failure } from '../../protocol/failure.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { NumbersAttending } from '../foreign/opened.ts';
import { typedInput, type TypedInput } from '../foreign/typed-input.ts';
import { lookedPass } from './looked.ts';
import type { Inspectable } from './pass.ts';

type Attending = Pick<NumbersAttending, 'inputs' | 'attend'> & { readonly runtime: Pick<Runtime, 'Tensor'> };

export function inspectNumbers(model: string, { inputs, runtime, attend }: Attending): Inspectable {
  const read = (text: string): TypedInput => {
    try {
      return typedInput(text, inputs, runtime);
    } catch (thrown) {
      const { message, hint } = Failure.from(thrown);
      throw new Failure('reads-numbers', `${model} has no tokenizer, and reads numbers: ${message}`, `Give token ids with spaces between, or tensors in JSON. ${hint}`, { cause: thrown });
    }
  };
  return {
    reads: 'numbers',
    inspect: async ({ text, image, task }) => {
      if (image !== undefined || task !== undefined) throw new Failure('bad-argument', `The model ${model} reads numbers alone.`, 'Choose another model.');
      const { feeds, source } = read(text);
      return lookedPass({ ...await attend(feeds, 'all'), ...(source && { source }) });
    },
  };
}
