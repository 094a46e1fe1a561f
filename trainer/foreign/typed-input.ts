/** What a graph without a tokenizer is fed with, as somebody types it where a text is asked for. */
import { Failure } from '../../protocol/failure.ts';
import type { SourceSide } from '../../protocol/trace.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Tensors, TensorType } from '../engine/session.ts';
import { checkFeeds, describe, inputsFromJson, parseJson } from './json-input.ts';
import { tensorOf } from './numbers.ts';

export interface TypedInput {
  readonly feeds: Tensors;
  /** Of a row of token ids: the text, each number a token; of JSON nobody knows what its tokens are. */
  readonly source?: SourceSide;
}

/**
 * Token ids for the input that takes them, "5 2 9"; or tensors by the names of all inputs, in JSON.
 * @throws Failure `bad-argument`, naming what was found and what the graph takes
 */
export function typedInput(text: string, inputs: readonly TensorType[], runtime: Pick<Runtime, 'Tensor'>): TypedInput {
  if (/^\s*\{/.test(text)) return { feeds: inputsFromJson(parseJson(text, 'The input'), inputs, runtime) };
  const words = Array.from(text.matchAll(/[^\s,;[\]]+/g), ({ 0: word, index }) => ({ text: word, start: index, end: index + word.length }));
  const ids = words.map(word => Number(word.text));
  const wrong = words[ids.findIndex(id => !Number.isSafeInteger(id))];
  if (wrong !== undefined) throw new Failure('bad-argument', `“${wrong.text}” is no token id.`, describe(inputs));
  if (ids.length === 0) throw new Failure('bad-argument', 'No numbers were given.', describe(inputs));
  const port = inputs.find(({ type }) => type === 'int64' || type === 'int32');
  if (port === undefined) throw new Failure('bad-argument', 'The graph takes no token ids.', `Give its tensors in JSON. ${describe(inputs)}`);
  const shape = port.shape.map((_, axis) => (axis === port.shape.length - 1 ? ids.length : 1));
  const feeds = { [port.name]: tensorOf(runtime, port.type, ids, shape) };
  checkFeeds(feeds, inputs);
  return { feeds, source: { text, tokens: words, words } };
}
