/** What a model's inputs are for, where that can be told: what a text is fed to, and what is written token by token. */
import type { Value } from '../graph/value.ts';
import type { ImportedModel } from './import.ts';

/** What the numbers are that come out: Keras' models tend to end in probabilities, not in scores. */
export type OutputNumbers = 'probabilities' | 'log-probabilities' | 'independent probabilities' | 'scores';

export type Roles = { readonly numbers: OutputNumbers } & Uses;

type Uses =
  /** Numbers for a text as a whole: a classifier. */
  | { readonly kind: 'text'; readonly text: string; readonly output: string }
  /** Numbers for each token: a tagger, or a language model. */
  | { readonly kind: 'tokens'; readonly text: string; readonly output: string }
  /** Numbers for the token that follows each of `target`, of a text that says in it what `source` says. */
  | { readonly kind: 'encoder-decoder'; readonly source: string; readonly target: string; readonly output: string };

/**
 * By shapes: a text is `[batch, length]` of token ids, what is told of each token `[batch, length, …]`.
 * @param open the same model with all lengths of time open: where a file fixes them, equal numbers tell nothing
 */
export function rolesOf(model: ImportedModel, open: () => ImportedModel | undefined): Roles | undefined {
  const [output] = model.outputs;
  const uses = usesOf(model, open);
  return uses === undefined || output === undefined ? undefined : { ...uses, numbers: numbersOf(output) };
}

function usesOf(model: ImportedModel, open: () => ImportedModel | undefined): Uses | undefined {
  const texts = model.inputs.filter(isText);
  const [first, second] = texts;
  const [output] = model.outputs;
  // What else it is fed nobody could tell from a text.
  if (first === undefined || output === undefined || texts.length !== model.inputs.length) return undefined;
  if (second === undefined) {
    if (output.rank === 2) return { kind: 'text', text: first.name, output: output.name };
    return output.rank === 3 && output.shape[1] === first.shape[1] ? { kind: 'tokens', text: first.name, output: output.name } : undefined;
  }
  if (texts.length > 2 || output.rank !== 3) return undefined;
  const target = targetByLength(model) ?? targetByLength(open()) ?? targetByName([first.name, second.name]);
  if (target === undefined) return undefined;
  return { kind: 'encoder-decoder', source: target === first.name ? second.name : first.name, target, output: output.name };
}

/** By the operator that the output comes from. */
function numbersOf(output: Value): OutputNumbers {
  const node = output.graph.producers.get(output);
  const [before] = node?.inputs ?? [];
  switch (node?.operator) {
    case 'Identity':
      return before === undefined ? 'scores' : numbersOf(before);
    case 'Softmax':
      return 'probabilities';
    case 'LogSoftmax':
      return 'log-probabilities';
    case 'Sigmoid':
      return 'independent probabilities';
    default:
      return 'scores';
  }
}

const isText = ({ type, rank }: Value): boolean => type === 'int64' && rank === 2;

/** The one input that is as long as the output, where lengths have names. */
function targetByLength(model: ImportedModel | undefined): string | undefined {
  const length = model?.outputs[0]?.shape[1];
  if (typeof length !== 'string') return undefined;
  const [found, another] = model?.inputs.filter(({ shape }) => shape[1] === length) ?? [];
  return another === undefined ? found?.name : undefined;
}

function targetByName(names: readonly string[]): string | undefined {
  const [found, another] = names.filter(name => /dec|target|tgt|output/i.test(name));
  return another === undefined ? found : undefined;
}
