/** Our gradients of a test case, and the same by central finite differences. */
import type { Operator } from '../attributes.ts';
import { Graph } from '../graph.ts';
import { mul } from '../operators/elementwise.ts';
import { sum } from '../operators/reduce.ts';
import { type Feeds, loadGraph, numbers, type RunGraph } from '../run.fixture.ts';
import { fixedShape, type Value } from '../value.ts';
import { addRowsUp } from './lookup.ts';
import { type Gradient, differentiate } from './backward.ts';
import { Draw, letters, type Operand, type OperatorCase } from './cases/operator-case.ts';

export type Precision = 'float32' | 'float64';
type Reals = Float32Array | Float64Array;

export interface CheckedCase {
  /** Numbers of each operand by its letter. */
  readonly operands: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Reals | BigInt64Array }>;
  /** What the operator's result is multiplied with before it is summed up. */
  readonly cotangent: { readonly shape: readonly number[]; readonly data: Reals };
  /** Our gradients, by letter; zeros where there is none. */
  readonly gradients: ReadonlyMap<string, Reals>;
  /** The same by finite differences. */
  readonly differences: ReadonlyMap<string, Reals>;
}

/** Half the distance between the two points of a difference: h² against rounding error / h. */
const halfStep: Readonly<Record<Precision, number>> = { float32: 1e-2, float64: 1e-5 };

/**
 * Builds the case, differentiates it, runs it.
 * @throws Error where the graph does not hold the operator the case is for
 */
export async function checkCase(operator: Operator, { operands, build }: OperatorCase, precision: Precision): Promise<CheckedCase> {
  const graph = new Graph(`${operator} and its gradient`);
  const inputs = operands.map(({ kind, shape }, index) => graph.input(letter(index), kind === 'real' ? precision : 'int64', shape));
  const result = build(...inputs);
  if (!graph.nodes.some(node => node.operator === operator)) throw new Error(`no ${operator} in its own test`);

  const shape = fixedShape(result);
  const cotangent = reals(precision, new Draw(operator, 'cotangent').real(shape).numbers);
  const weighed = mul(result, graph.constant(precision, shape, cotangent));
  const loss = shape.length === 0 ? weighed : sum(weighed, [...shape.keys()], { keepAxes: false });
  const differentiated = inputs.filter(input => input.type === precision);
  graph.output(loss, 'loss');
  for (const [input, gradient] of differentiate(loss, differentiated)) outputWhole(graph, input, gradient);

  const feeds = Object.fromEntries(operands.map((operand, index) => [letter(index), typed(precision, operand)]));
  const run = await loadGraph(graph);
  const outputs = await run(feeds);
  const gradients = new Map<string, Reals>();
  const differences = new Map<string, Reals>();
  for (const { name } of differentiated) {
    const gradient = `gradient.${name}`;
    const around = await centralDifferences(run, feeds, name, halfStep[precision]);
    gradients.set(name, outputs.has(gradient) ? numbers(outputs, gradient) : new Float64Array(around.length));
    differences.set(name, around);
  }
  const given = operands.map((operand, index) => [letter(index), { shape: operand.shape, data: typed(precision, operand) }] as const);
  return { operands: new Map(given), cotangent: { shape, data: cotangent }, gradients, differences };
}

/** Makes a gradient an output, looked-up rows added up. */
export function outputWhole(graph: Graph, input: Value, { dense, rows }: Gradient): void {
  const terms = [...(dense === undefined ? [] : [dense]), ...rows.map(looked => addRowsUp(input, looked))];
  const [first, ...rest] = terms;
  if (first === undefined) return;
  const total = rest.reduce<Value>((left, right) => graph.node('Add', [left, right], {})[0] ?? left, first);
  graph.output(total, `gradient.${input.name}`);
}

/** ∂ loss / ∂ x ≈ (loss(x + h) − loss(x − h)) / 2h, one number of the input at a time. */
export async function centralDifferences(run: RunGraph, feeds: Feeds, name: string, half: number): Promise<Float64Array> {
  const around = feeds[name];
  if (!(around instanceof Float32Array || around instanceof Float64Array)) throw new Error(`${name} holds no real numbers`);
  const moved = around.slice();
  const lossAt = async (index: number, value: number): Promise<{ at: number; loss: number }> => {
    moved[index] = value;
    const outputs = await run({ ...feeds, [name]: moved });
    const loss = Number(numbers(outputs, 'loss')[0]);
    return { at: Number(moved[index]), loss };
  };
  const differences = new Float64Array(around.length);
  for (let index = 0; index < around.length; index++) {
    const value = Number(around[index]);
    const above = await lossAt(index, value + half);
    const below = await lossAt(index, value - half);
    moved[index] = value;
    differences[index] = (above.loss - below.loss) / (above.at - below.at);
  }
  return differences;
}

/** The largest distance between two lists of numbers, relative to the largest of the numbers; tiny lists count as zero. */
export function distance(found: ArrayLike<number>, expected: ArrayLike<number>, negligible: number): number {
  const pairs = Array.from(expected, (number, index) => [number, found[index] ?? Number.NaN] as const);
  const largest = pairs.reduce((most, [number]) => Math.max(most, Math.abs(number)), 0);
  const furthest = pairs.reduce((most, [number, other]) => Math.max(most, Math.abs(number - other)), 0);
  return furthest <= negligible ? 0 : furthest / largest;
}

function typed(precision: Precision, { kind, numbers: list }: Operand): Reals | BigInt64Array {
  return kind === 'whole' ? BigInt64Array.from(list, BigInt) : reals(precision, list);
}

function reals(precision: Precision, list: readonly number[]): Reals {
  return precision === 'float64' ? Float64Array.from(list) : Float32Array.from(list);
}

function letter(index: number): string {
  const found = letters[index];
  if (found === undefined) throw new Error(`an operator of ${index + 1} operands`);
  return found;
}

