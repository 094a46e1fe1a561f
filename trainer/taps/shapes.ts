/**
 * Shapes as far as a graph gives them away before it runs: what it declares, what its weights are, and what its own reckoning
 * with lengths comes to. Nothing here is needed to be known; what is known must be right.
 */
import type { Dtype } from '../formats/dtype.ts';
import type { FlowValue, Step } from './flow.ts';
import { elementType } from './element-types.ts';
import { integerRules } from './integer-rules.ts';
import { shapeRule } from './shape-rules.ts';

/** A length that only a run tells is `undefined`. */
export type Length = number | undefined;
export type Lengths = readonly Length[];

export interface Shapes {
  /** `undefined` where not even the rank is known. */
  shape(value: FlowValue | undefined): Lengths | undefined;
  /** The elements of a short list of integers, or of one integer. */
  integers(value: FlowValue | undefined): Lengths | undefined;
  dtype(value: FlowValue | undefined): Dtype | undefined;
}

/** @param steps in the order in which they can be run */
export function inferShapes(values: readonly FlowValue[], steps: readonly Step[], stored: ReadonlyMap<FlowValue, readonly number[]>): Shapes {
  const inference = new Inference(stored);
  for (const value of values) inference.declare(value);
  for (const step of steps) inference.infer(step);
  return inference;
}

/** Axes of a shape, and elements of a list, beyond which nothing is kept: no model of attention comes near. */
const longest = 64;

class Inference implements Shapes {
  readonly #shapes = new Map<FlowValue, Lengths>();
  readonly #integers: Map<FlowValue, Lengths>;
  readonly #dtypes = new Map<FlowValue, Dtype>();

  constructor(stored: ReadonlyMap<FlowValue, readonly number[]>) {
    this.#integers = new Map(stored);
  }

  shape(value: FlowValue | undefined): Lengths | undefined {
    return value === undefined ? undefined : this.#shapes.get(value);
  }

  integers(value: FlowValue | undefined): Lengths | undefined {
    return value === undefined ? undefined : this.#integers.get(value);
  }

  dtype(value: FlowValue | undefined): Dtype | undefined {
    return value === undefined ? undefined : this.#dtypes.get(value);
  }

  declare(value: FlowValue): void {
    const { tensor, port } = value;
    const shape = tensor?.shape ?? port?.shape?.map(length => (typeof length === 'number' ? length : undefined));
    const dtype = tensor?.dtype ?? port?.dtype;
    if (shape !== undefined) this.#shapes.set(value, shape);
    if (dtype !== undefined) this.#dtypes.set(value, dtype);
  }

  infer(step: Step): void {
    const shapes = shapeRule(step, this);
    const integers = integerRules.get(step.operator)?.(step, this);
    step.outputs.forEach((output, index) => {
      if (output === undefined) return;
      const known = merged(this.#shapes.get(output), shapes[index]);
      if (known !== undefined && known.length <= longest) this.#shapes.set(output, known);
      const dtype = this.#dtypes.get(output) ?? elementType(step, index, this);
      if (dtype !== undefined) this.#dtypes.set(output, dtype);
    });
    const [first] = step.outputs;
    if (first !== undefined && integers !== undefined && integers.length <= longest) this.#integers.set(first, integers);
  }
}

/** Where both know a length, what the file declares is believed: where it is wrong, nothing is right. */
function merged(declared: Lengths | undefined, inferred: Lengths | undefined): Lengths | undefined {
  if (declared === undefined || inferred === undefined) return declared ?? inferred;
  return declared.length === inferred.length ? declared.map((length, axis) => length ?? inferred[axis]) : declared;
}
