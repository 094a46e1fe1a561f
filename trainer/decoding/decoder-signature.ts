/**
 * What a decoder's inputs and outputs say of how it is run (docs/formats.md, "A decoder"): an input X that has an output
 * next_X is a state; an input that the encoder gives and that has none is what the decoder looks at in each step.
 */
import { brokenModel } from '../checkpoints/manifest.ts';
import type { TensorType } from '../engine/session.ts';
import type { LoadedGraph } from '../steering/own-graph.ts';

/** What a decoder hands on from step to step. */
export type DecoderState =
  /** `[beam, width]`, starting as the encoder says or at zero. */
  | { readonly kind: 'fixed'; readonly name: string; readonly width: number; readonly fromEncoder: boolean }
  /** `[beam, source]`, starting at zero. */
  | { readonly kind: 'source'; readonly name: string }
  /** `[past, beam, width]`: each step gives one more row, `[1, beam, width]`. */
  | { readonly kind: 'growing'; readonly name: string; readonly width: number };

/** An output that holds attention: `[beam, keys]`, or `[beam, heads, keys]`. */
export interface MapOutput {
  readonly name: string;
  readonly heads: number;
  readonly rank: 2 | 3;
  /** Over the source, or over what was written so far, the token just read included. */
  readonly keys: 'source' | 'past';
}

export interface DecoderSignature {
  /** Outputs of the encoder that the decoder takes as they are. */
  readonly looksAt: readonly string[];
  readonly states: readonly DecoderState[];
  /** Whether it asks for the number of the step, `position` int64 `[1]`. */
  readonly position: boolean;
  readonly maps: readonly MapOutput[];
  readonly vocabulary: number;
}

type Ports = Pick<LoadedGraph, 'inputs' | 'outputs'>;

const next = (name: string): string => `next_${name}`;

/**
 * @param encoder of a model that has one
 * @throws Failure `broken-model`, naming the input or output that does not fit
 */
export function decoderSignature(decoder: Ports, file: string, vocabulary: number, encoder?: Ports): DecoderSignature {
  const outputs = new Map(decoder.outputs.map(output => [output.name, output]));
  const encoded = new Map((encoder?.outputs ?? []).map(output => [output.name, output]));
  const inputs = new Set(decoder.inputs.map(({ name }) => name));
  const wrong = (tensor: TensorType, side: 'input' | 'output', expected: string): Error =>
    brokenModel(`${file}: ${side} "${tensor.name}" is ${tensor.type} [${tensor.shape.join(', ')}]; expected was ${expected}.`);

  const looksAt: string[] = [];
  const states: DecoderState[] = [];
  for (const input of decoder.inputs) {
    const { name, shape, type } = input;
    if (name === 'previous') {
      if (type !== 'int64' || shape.length !== 1) throw wrong(input, 'input', 'int64 [beam]');
    } else if (name === 'position') {
      if (type !== 'int64' || shape.length !== 1) throw wrong(input, 'input', 'int64 [1]');
    } else if (outputs.has(next(name))) {
      states.push(stateOf(input, encoded.has(name)) ?? raise(wrong(input, 'input', 'float32 [beam, n], [beam, source] or [past, beam, n]')));
    } else if (encoded.has(name)) {
      looksAt.push(name);
      const given = encoded.get(name)?.shape.at(-1);
      if (given !== shape.at(-1)) throw wrong(input, 'input', `${given} features, as the encoder gives`);
    } else {
      throw brokenModel(`${file} wants an input "${name}" that is not known.`);
    }
  }
  if (!inputs.has('previous')) throw brokenModel(`${file} has no input "previous"; it has: ${[...inputs].join(', ')}.`);
  const scores = outputs.get('log_probs');
  if (scores === undefined) throw brokenModel(`${file} has no output "log_probs"; it has: ${[...outputs.keys()].join(', ')}.`);
  if (scores.type !== 'float32' || scores.shape.length !== 2 || scores.shape[1] !== vocabulary) {
    throw wrong(scores, 'output', `float32 [beam, ${vocabulary}]`);
  }
  const maps = decoder.outputs
    .filter(({ name }) => /^(self_)?attention(\.|$)/.test(name))
    .map(output => mapOf(output) ?? raise(wrong(output, 'output', 'float32 [beam, keys] or [beam, heads, keys]')));
  return { looksAt, states, position: inputs.has('position'), maps, vocabulary };
}

function stateOf({ name, type, shape }: TensorType, fromEncoder: boolean): DecoderState | undefined {
  const [first, second, third] = shape;
  if (type !== 'float32') return undefined;
  if (shape.length === 3 && typeof first === 'string' && typeof third === 'number') return { kind: 'growing', name, width: third };
  if (shape.length !== 2) return undefined;
  return typeof second === 'number' ? { kind: 'fixed', name, width: second, fromEncoder } : { kind: 'source', name };
}

function mapOf({ name, type, shape }: TensorType): MapOutput | undefined {
  const heads = shape.length === 3 ? shape[1] : 1;
  if (type !== 'float32' || typeof heads !== 'number' || (shape.length !== 2 && shape.length !== 3)) return undefined;
  return { name, heads, rank: shape.length, keys: name.startsWith('self_') ? 'past' : 'source' };
}

function raise(error: Error): never {
  throw error;
}
