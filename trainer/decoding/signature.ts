/** Holds a loaded graph against what this program feeds it and reads from it. */
import { brokenModel } from '../checkpoints/manifest.ts';
import type { TensorType } from '../engine/session.ts';
import type { LoadedGraph } from '../steering/own-graph.ts';

/** What an input or output must be; a length that is free is given by a name. */
export interface Expected {
  readonly type: 'int64' | 'float32';
  readonly shape: readonly (number | string)[];
}

export interface Signature {
  readonly inputs: Readonly<Record<string, Expected>>;
  readonly outputs: Readonly<Record<string, Expected>>;
}

/** @throws Failure `broken-model`, naming the first input or output that is missing or different */
export function checkSignature(session: Pick<LoadedGraph, 'inputs' | 'outputs'>, file: string, signature: Signature): void {
  for (const [kind, found, expected] of [
    ['input', session.inputs, signature.inputs],
    ['output', session.outputs, signature.outputs],
  ] as const) {
    for (const [name, wanted] of Object.entries(expected)) {
      const actual = found.find(tensor => tensor.name === name);
      if (actual === undefined) {
        const names = found.map(tensor => tensor.name).join(', ');
        throw brokenModel(`${file} has no ${kind} "${name}"; it has: ${names}.`);
      }
      if (!fits(actual, wanted)) {
        throw brokenModel(`${file}: ${kind} "${name}" is ${show(actual)}; expected was ${show(wanted)}.`);
      }
    }
    // Outputs beyond those are fine; an input that nobody feeds is not.
    const unknown = kind === 'input' ? found.find(tensor => !Object.hasOwn(expected, tensor.name)) : undefined;
    if (unknown !== undefined) throw brokenModel(`${file} wants an input "${unknown.name}" that is not known.`);
  }
}

function fits(actual: TensorType, wanted: Expected): boolean {
  return (
    actual.type === wanted.type &&
    actual.shape.length === wanted.shape.length &&
    wanted.shape.every((length, axis) => {
      const found = actual.shape[axis];
      return typeof length === 'string' ? typeof found === 'string' : found === length;
    })
  );
}

function show({ type, shape }: { readonly type: string; readonly shape: readonly (number | string)[] }): string {
  return `${type} [${shape.join(', ')}]`;
}
