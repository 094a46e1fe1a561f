/** What a graph's own reckoning with shapes comes to: one integer, or a short list of them. */
import { crossings, type Step } from './flow.ts';
import { integerAttribute, integersAttribute } from './attributes.ts';
import type { Length, Lengths, Shapes } from './shapes.ts';

type Rule = (step: Step, shapes: Shapes) => Lengths | undefined;

const same: Rule = ({ inputs }, shapes) => shapes.integers(inputs[0]);

const elementwise = (of: (left: number, right: number) => number): Rule => ({ inputs }, shapes) => {
  const [left, right] = [shapes.integers(inputs[0]), shapes.integers(inputs[1])];
  if (left === undefined || right === undefined || (left.length !== right.length && left.length !== 1 && right.length !== 1)) return undefined;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index): Length => {
    const [one, other] = [left, right].map(list => (list.length === 1 ? list[0] : list[index]));
    return one === undefined || other === undefined ? undefined : of(one, other);
  });
};

/** `Shape` may be asked for a stretch of axes (operator set 15). */
const shape: Rule = (step, shapes) => {
  const lengths = shapes.shape(step.inputs[0]);
  return lengths?.slice(integerAttribute(step, 'start') ?? 0, integerAttribute(step, 'end') ?? lengths.length);
};

const constant: Rule = step => {
  const one = integerAttribute(step, 'value_int');
  return one === undefined ? integersAttribute(step, 'value_ints') : [one];
};

const concat: Rule = ({ inputs }, shapes) => {
  const parts = inputs.map(input => shapes.integers(input) ?? unknownList(shapes.shape(input)));
  return parts.includes(undefined) ? undefined : parts.flatMap(part => part ?? []);
};

/** A list whose length is known and whose numbers are not. */
function unknownList(shape: Lengths | undefined): Lengths | undefined {
  const length = shape === undefined ? undefined : (shape[0] ?? (shape.length === 0 ? 1 : undefined));
  return length === undefined || length > 64 ? undefined : Array.from({ length }, () => undefined);
}

const gather: Rule = ({ inputs }, shapes) => {
  const [list, indices] = [shapes.integers(inputs[0]), shapes.integers(inputs[1])];
  return list === undefined ? undefined : indices?.map(index => (index === undefined ? undefined : list.at(index)));
};

const slice: Rule = (step, shapes) => {
  const list = shapes.integers(step.inputs[0]);
  const bound = (attribute: string, input: number): Length => (integersAttribute(step, attribute) ?? shapes.integers(step.inputs[input]))?.[0];
  const [start, end] = [bound('starts', 1), bound('ends', 2)];
  const stride = step.inputs[4] === undefined ? 1 : shapes.integers(step.inputs[4])?.[0];
  return start === undefined || end === undefined || stride !== 1 ? undefined : list?.slice(start, end);
};

/** Where a length is `-1` an exporter often puts another in its place: what does not depend on that is kept. */
const where: Rule = ({ inputs }, shapes) => {
  const [one, other] = [shapes.integers(inputs[1]), shapes.integers(inputs[2])];
  if (one === undefined || other === undefined || one.length !== other.length) return undefined;
  return one.map((length, index) => (length === other[index] ? length : undefined));
};

export const integerRules: ReadonlyMap<string, Rule> = new Map(Object.entries<Rule>({
  Shape: shape, Constant: constant, Concat: concat, Gather: gather, Slice: slice, Where: where,
  Identity: same, Cast: same, Squeeze: same, Unsqueeze: same, Reshape: same, [crossings.out]: same,
  Add: elementwise((left, right) => left + right),
  Sub: elementwise((left, right) => left - right),
  Mul: elementwise((left, right) => left * right),
  Div: elementwise((left, right) => Math.trunc(left / right)),
}));
