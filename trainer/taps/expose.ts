/** Gives a model one more output for each tap that is asked for: its weights, `[batch, head, query, key]`. */
import { bodiesOf } from '../onnx/bodies.ts';
import { Edits } from '../onnx/edits.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { Appender } from './appender.ts';
import { byteSteps } from './byte-steps.ts';
import { Carrier } from './carry.ts';
import type { Tap } from './tap.ts';

export interface ExposeOptions {
  /** Rounded to `byteSteps` inside the graph: a quarter of the bytes to be brought out. Left out, float32. */
  readonly quantise?: 'uint8' | undefined;
  /** What else is to be different in the copy. */
  readonly edits?: Edits | undefined;
}

export interface Exposed {
  /** For `splice`. */
  readonly edits: Edits;
  /** Name of the output of each tap, by the tap's name; mostly the same. */
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Nothing that the model computes without them is another with them, but for one case: where ONNX Runtime would have fused an
 * attention that is read (`docs/attention-in-foreign-models.md`).
 * @param taps those that will be looked at: each costs a copy of its map in every run
 */
export function expose(model: OnnxModel, taps: readonly Tap[], { quantise, edits = new Edits() }: ExposeOptions = {}): Exposed {
  const names = namesIn(model);
  const carrier = new Carrier(model, edits, unusedPrefix('attention-scope', names));
  const taken = new Set(names);
  const outputs = new Map<string, string>();
  for (const { name, places } of taps) {
    const weights = carrier.bring(places);
    const output = unused(name, candidate => taken.has(candidate));
    taken.add(output);
    const to = carrier.main;
    if (quantise === undefined) to.node('Identity', [weights], {}, output);
    else to.cast(rounded(to, to.node('Mul', [weights, to.float(byteSteps)])), 'uint8', output);
    edits.of(model.graph).outputs.push({ name: output });
    outputs.set(name, output);
  }
  return { edits, outputs };
}

/** `Round` is only in operator sets from 11 on; what is rounded is not below 0. */
function rounded(to: Appender, value: string): string {
  return to.opset >= 11 ? to.node('Round', [value]) : to.node('Floor', [to.node('Add', [value, to.float(0.5)])]);
}

/** What new names may begin with, and a slash after it. @param names of all that there is */
export const unusedPrefix = (wanted: string, names: readonly string[]): string => unused(wanted, name => names.some(taken => taken.startsWith(`${name}/`)));

function unused(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  while (isTaken(name)) name += "'";
  return name;
}

/** Names of all values and nodes, in all graphs. */
export function namesIn({ graph, functions }: OnnxModel): readonly string[] {
  const names: string[] = [];
  for (const { body, nodes, initializers } of bodiesOf(graph, functions)) {
    for (const port of [...body.inputs, ...body.outputs]) names.push(typeof port === 'string' ? port : port.name);
    for (const { name } of initializers) names.push(name);
    for (const { name, inputs, outputs } of nodes) for (const part of [[name], inputs, outputs]) for (const each of part) names.push(each);
  }
  return names;
}
