/** Tensors for a graph's inputs, as a person writes them in JSON: nested lists by the inputs' names. */
import { Failure } from '../../protocol/failure.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Tensor, Tensors, TensorType } from '../engine/session.ts';
import { isRecord } from '../huggingface/json.ts';
import { isNumeric, tensorOf } from './numbers.ts';

/** More numbers than these are given in a file of tensors. */
const mostElements = 16_000_000;
const deepest = 8;

/** A tensor that was written down: what it holds, row by row. */
interface Written {
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

/**
 * `{"input_ids": [[101, 2023, 102]], "mask": {"shape": [1, 3], "data": [1, 1, 1]}}`: nested lists tell the shape by
 * themselves; `shape` and `data` are for what they cannot say, such as a length of 0. Truth values are 0 and 1.
 * @param inputs of the graph
 * @throws Failure `bad-argument`, naming the input, what was found and what was expected
 */
export function inputsFromJson(json: unknown, inputs: readonly TensorType[], runtime: Pick<Runtime, 'Tensor'>): Tensors {
  if (!isRecord(json)) throw wrong('The input is not an object of tensors by name', describe(inputs));
  const feeds: Tensors = {};
  for (const [name, value] of Object.entries(json)) {
    const port = inputs.find(one => one.name === name);
    if (port === undefined) throw wrong(`The graph has no input "${name}"`, describe(inputs));
    feeds[name] = tensorFor(port, written(value, name), runtime);
  }
  checkFeeds(feeds, inputs);
  return feeds;
}

/** @param what it is called in messages @throws Failure `bad-argument` */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new Failure('bad-argument', `${what} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`, 'Give {"name": [[numbers]]}.', { cause: thrown });
  }
}

/** @throws Failure `bad-argument` where an input is missing, or of another type or shape than the graph declares */
export function checkFeeds(feeds: Tensors, inputs: readonly TensorType[]): void {
  for (const port of inputs) {
    const tensor = feeds[port.name];
    if (tensor === undefined) throw wrong(`The input "${port.name}" is missing`, `Give ${show(port)}.`);
    const fits = tensor.type === port.type &&
      (port.shape.length === 0 || tensor.dims.length === port.shape.length) &&
      port.shape.every((length, axis) => typeof length === 'string' || length === tensor.dims[axis]);
    if (!fits) throw wrong(`The input "${port.name}" is ${tensor.type} [${tensor.dims.join(', ')}]; ${show(port)} was expected`, 'Give it in that shape.');
  }
}

function tensorFor(port: TensorType, { shape, values }: Written, runtime: Pick<Runtime, 'Tensor'>): Tensor {
  if (port.type === 'string') return new runtime.Tensor('string', values.map(String), [...shape]);
  const text = values.find(value => typeof value === 'string');
  if (text !== undefined) throw wrong(`The input "${port.name}" holds the text ${JSON.stringify(text)}; ${port.type} was expected`, 'Give numbers.');
  if (!isNumeric(port.type)) throw wrong(`The input "${port.name}" is of ${port.type}, which JSON cannot hold`, 'It cannot be given.');
  const numbers = values.map(Number);
  if (/^u?int/.test(port.type) && !numbers.every(Number.isSafeInteger)) {
    throw wrong(`The input "${port.name}" holds ${numbers.find(value => !Number.isSafeInteger(value))}; whole numbers were expected`, 'Give whole numbers.');
  }
  return tensorOf(runtime, port.type, numbers, shape);
}

function written(value: unknown, name: string): Written {
  if (!isRecord(value)) return nested(value, name);
  const { shape, data, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) throw wrong(`The input "${name}" has a key "${other}"`, 'Give a list, or an object of "shape" and "data".');
  const flat = nested(data, name).values;
  if (shape === undefined) return { shape: [flat.length], values: flat };
  const lengths = Array.isArray(shape) ? shape.filter(length => typeof length === 'number' && Number.isSafeInteger(length) && length >= 0) : undefined;
  if (lengths === undefined || lengths.length !== (shape as unknown[]).length) {
    throw wrong(`The "shape" of the input "${name}" is ${JSON.stringify(shape)?.slice(0, 80)}`, 'Give a list of whole numbers.');
  }
  const count = lengths.reduce((product: number, length: number) => product * length, 1);
  if (count !== flat.length) throw wrong(`The input "${name}" of shape [${lengths.join(', ')}] has ${flat.length} numbers; ${count} were expected`, 'Give as many.');
  return { shape: lengths, values: flat };
}

function nested(value: unknown, name: string): Written {
  const shape: number[] = [];
  const values: (number | string)[] = [];
  const walk = (part: unknown, depth: number): void => {
    if (Array.isArray(part)) {
      if (depth >= deepest) throw wrong(`The input "${name}" has more than ${deepest} axes`, 'Give fewer.');
      if (shape.length === depth) {
        if (values.length > 0) throw ragged(name);
        shape.push(part.length);
      } else if (shape[depth] !== part.length) throw ragged(name);
      for (const one of part) walk(one, depth + 1);
      return;
    }
    if (depth !== shape.length) throw ragged(name);
    if (typeof part !== 'number' && typeof part !== 'boolean' && typeof part !== 'string') {
      throw wrong(`The input "${name}" holds ${JSON.stringify(part) ?? 'nothing'}`, 'Give numbers, in nested lists.');
    }
    if (values.length >= mostElements) throw wrong(`The input "${name}" has over ${mostElements.toLocaleString('en')} numbers`, 'Give them in a safetensors or npz file.');
    values.push(typeof part === 'boolean' ? Number(part) : part);
  };
  walk(value, 0);
  return { shape, values };
}

const ragged = (name: string): Failure => wrong(`The lists of the input "${name}" differ in length or depth`, 'Give lists of one length on each axis.');

const show = ({ name, type, shape }: TensorType): string => `"${name}": ${type} [${shape.join(', ')}]`;
/** What a graph is fed with, in a sentence. */
export const describe = (inputs: readonly TensorType[]): string => `The graph takes ${inputs.map(show).join('; ')}.`;

function wrong(message: string, hint: string): Failure {
  return new Failure('bad-argument', `${message}.`, hint);
}
