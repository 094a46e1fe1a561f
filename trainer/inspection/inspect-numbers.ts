/** How a graph without a tokenizer is looked at whole: what it is given for a text are its numbers. */
import { basename } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Tensors } from '../engine/session.ts';
import type { Attention } from '../foreign/attention.ts';
import type { NumbersAttending } from '../foreign/opened.ts';
import { typedInput, type TypedInput } from '../foreign/typed-input.ts';
import type { Helm } from '../steering/helm.ts';
import { readerKeys } from '../steering/masked-ids.ts';
import { idsRefused } from './ids-refused.ts';
import { lookedPass } from './looked.ts';
import type { Inspectable } from './pass.ts';

interface Attending extends Pick<NumbersAttending, 'inputs' | 'attend'> {
  readonly runtime: Pick<Runtime, 'Tensor'>;
  readonly helm: Pick<Helm, 'mask'>;
}

export function inspectNumbers(model: string, { inputs, runtime, helm, attend }: Attending): Inspectable {
  const name = basename(model);
  const read = (text: string): TypedInput => {
    try {
      return typedInput(text, inputs, runtime);
    } catch (thrown) {
      const { message, hint } = Failure.from(thrown);
      throw new Failure('reads-numbers', `${name} has no tokenizer, and reads numbers: ${message}`, `Give token ids with spaces between, or tensors in JSON. ${hint}`, { cause: thrown });
    }
  };
  const run = async (feeds: Tensors, ids: readonly number[]): Promise<Attention> => {
    try {
      return await attend(feeds, 'all');
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (failure.code !== 'broken-model') throw failure;
      const { message, hint } = idsRefused(name, ids, failure);
      throw new Failure('reads-numbers', message, hint, { cause: thrown });
    }
  };
  return {
    reads: 'numbers',
    inspect: async ({ text, image, task }) => {
      if (image !== undefined || task !== undefined) throw new Failure('bad-argument', `The model ${name} reads numbers alone.`, 'Choose another model.');
      const { feeds, source } = read(text);
      const tokens = source?.tokens ?? [];
      const ids = tokens.map(token => Number(token.text));
      // No number stands for what is unknown: what is masked is hidden.
      if (source !== undefined) helm.mask({ ids, tokens, mask: undefined, keysOf: readerKeys, first: 0, model: name });
      return { ...lookedPass({ ...await run(feeds, ids), ...(source && { source }) }), reads: 'numbers' };
    },
  };
}
