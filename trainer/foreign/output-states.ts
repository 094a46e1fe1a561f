/** What a model that only reads gives of a text, where it is no class with a name: vectors, or scores. */
import type { Tensor, Tensors, TensorType } from '../engine/session.ts';
import { floatsOf } from './numbers.ts';

/** Which outputs are what; what a graph has not is left out. */
export interface StateOutputs {
  /** `[1, width]`, of the whole text. */
  readonly vector?: string | undefined;
  /** `[1, token, width]` */
  readonly tokens?: string | undefined;
  /** `[1, class]`, or `[1, token, vocabulary]`. */
  readonly scores?: string | undefined;
}

export interface OutputStates {
  /** What a text is compared by: its vector, or the mean of its tokens' (Reimers & Gurevych 2019, section 3). */
  readonly vector?: Float32Array | undefined;
  /** `[token][width]` */
  readonly tokens?: { readonly width: number; readonly numbers: Float32Array } | undefined;
  /** Of each class, or of what comes behind the last token. */
  readonly scores?: Float32Array | undefined;
}

const vectorNames: ReadonlySet<string> = new Set(['sentence_embedding', 'pooler_output']);
const tokenNames: ReadonlySet<string> = new Set(['last_hidden_state', 'token_embeddings']);

/** @param writesOn whether scores of tokens are of what comes behind them */
export function stateOutputs(outputs: readonly TensorType[], writesOn = false): StateOutputs {
  const of = (names: ReadonlySet<string>, rank: number): string | undefined => outputs.find(({ name, shape }) => names.has(name) && shape.length === rank)?.name;
  const scores = outputs.find(({ name, shape }) => name === 'logits' && (writesOn || shape.length === 2))?.name;
  const perToken = outputs.filter(({ type, shape, name }) => type === 'float32' && shape.length === 3 && name !== scores);
  // Exporters name an output as they like: where there is but one of numbers for each token, it is that.
  return { vector: of(vectorNames, 2), tokens: of(tokenNames, 3) ?? (perToken.length === 1 ? perToken[0]?.name : undefined), scores };
}

export const namesOf = ({ vector, tokens, scores }: StateOutputs): string[] => [vector, tokens, scores].filter(name => name !== undefined);

/** @param tensors that a run gave, of its first text */
export function statesIn(tensors: Tensors, outputs: StateOutputs): OutputStates {
  const given = (name: string | undefined): Tensor | undefined => (name === undefined ? undefined : tensors[name]);
  const [vector, states, scores] = [given(outputs.vector), given(outputs.tokens), given(outputs.scores)];
  const tokens = states && { width: widthOf(states), numbers: numbersOf(states) };
  return {
    vector: (vector && numbersOf(vector)) ?? (tokens && meanOver(tokens)),
    tokens,
    scores: scores && numbersOf(scores, widthOf(scores)),
  };
}

export function bytesOfStates({ vector, tokens, scores }: OutputStates): number {
  return [vector, tokens?.numbers, scores].reduce((sum, numbers) => sum + (numbers?.byteLength ?? 0), 0);
}

const widthOf = ({ dims }: Tensor): number => dims.at(-1) ?? 0;

/** Of the first text, the last ones alone: what is held of a vocabulary's scores is no part of those of every token. */
function numbersOf(tensor: Tensor, last = Infinity): Float32Array {
  const size = tensor.dims.slice(1).reduce((product, length) => product * length, 1);
  return floatsOf(tensor, Math.max(0, size - last), size).slice();
}

function meanOver({ width, numbers }: NonNullable<OutputStates['tokens']>): Float32Array {
  const mean = new Float32Array(width);
  numbers.forEach((number, index) => (mean[index % width] = (mean[index % width] ?? 0) + (number * width) / numbers.length));
  return mean;
}
