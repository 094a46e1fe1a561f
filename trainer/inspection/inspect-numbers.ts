/** How a graph without a tokenizer is looked at whole: what it is given for a text are its numbers. */
import { basename } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Tensors } from '../engine/session.ts';
import type { Attention } from '../foreign/attention.ts';
import type { NumbersAttending } from '../foreign/opened.ts';
import { typedInput, type TypedInput } from '../foreign/typed-input.ts';
import { lookedPass } from './looked.ts';
import type { Inspectable } from './pass.ts';

type Attending = Pick<NumbersAttending, 'inputs' | 'attend'> & { readonly runtime: Pick<Runtime, 'Tensor'> };

export function inspectNumbers(model: string, { inputs, runtime, attend }: Attending): Inspectable {
  const name = basename(model);
  const read = (text: string): TypedInput => {
    try {
      return typedInput(text, inputs, runtime);
    } catch (thrown) {
      const { message, hint } = Failure.from(thrown);
      throw new Failure('reads-numbers', `${name} has no tokenizer, and reads numbers: ${message}`, `Give token ids with spaces between, or tensors in JSON. ${hint}`, { cause: thrown });
    }
  };
  const run = async (feeds: Tensors): Promise<Attention> => {
    try {
      return await attend(feeds, 'all');
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (failure.code !== 'broken-model') throw failure;
      // One of the numbers may be no id of its vocabulary.
      throw new Failure('reads-numbers', failure.message, `Give other numbers. ${failure.hint}`, { cause: thrown });
    }
  };
  return {
    reads: 'numbers',
    inspect: async ({ text, image, task }) => {
      if (image !== undefined || task !== undefined) throw new Failure('bad-argument', `The model ${name} reads numbers alone.`, 'Choose another model.');
      const { feeds, source } = read(text);
      return lookedPass({ ...await run(feeds), ...(source && { source }) });
    },
  };
}
