/** Reverse-mode differentiation: walks a graph from its loss back to its inputs and appends the nodes that compute gradients. */
import type { Operator } from '../attributes.ts';
import type { Graph, Node } from '../graph.ts';
import { filled } from '../operators/constants.ts';
import { fusedMatmul, gemm } from '../operators/linear.ts';
import { sum } from '../operators/reduce.ts';
import { concat } from '../operators/shape.ts';
import { fixedShape, type Value } from '../value.ts';
import type { ColumnSumContribution, Contribution, ProductContribution, RowsContribution } from './contribution.ts';
import { addUp } from './elementwise.ts';
import { addRowsUp } from './lookup.ts';
import { vjps } from './table.ts';
import type { Vjp } from './vjp.ts';

/** The gradient of one input. */
export interface Gradient {
  /** Same shape as the input; `undefined` where only rows of it were looked up. */
  readonly dense: Value | undefined;
  /** To be added to the rows of the input named by `indices`. */
  readonly rows: readonly RowsContribution[];
}

/**
 * Appends to `graph` the computation of d loss / d input for each of `inputs`.
 * @param loss a scalar, or a tensor whose elements are summed
 * @throws where an operator on the way has no gradient, naming it
 */
export function differentiate(loss: Value, inputs: readonly Value[]): Map<Value, Gradient> {
  const { graph } = loss;
  const wanted = dependents(graph, inputs);
  const contributions = new Map<Value, Contribution[]>([
    [loss, [{ kind: 'dense', value: filled(loss, fixedShape(loss), 1) }]],
  ]);

  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some(output => contributions.has(output) && wanted.has(output))) continue;
    const outputGradients = node.outputs.map(output => whole(output, gather(contributions.get(output) ?? [])));
    const vjp = vjpOf(node);
    vjp(node, outputGradients).forEach((contribution, index) => {
      const input = node.inputs[index];
      if (contribution === undefined || input === undefined || !wanted.has(input)) return;
      const known = contributions.get(input);
      if (known === undefined) contributions.set(input, [contribution]);
      else known.push(contribution);
    });
  }
  return new Map(inputs.map(input => [input, gather(contributions.get(input) ?? [])]));
}

/**
 * Every value that depends on one of `inputs`, and those themselves: only their gradients are computed. What was detached
 * counts as depending on nothing.
 */
function dependents(graph: Graph, inputs: readonly Value[]): Set<Value> {
  const found = new Set<Value>(inputs);
  for (const node of graph.nodes) {
    if (node.operator === 'Detach') continue;
    if (node.inputs.some(input => input !== undefined && found.has(input))) {
      for (const output of node.outputs) found.add(output);
    }
  }
  return found;
}

function vjpOf(node: Node): Vjp {
  const vjp: Vjp<never> | undefined = vjps[node.operator];
  if (vjp === undefined) throw new Error(`${node.operator} (${node.name}) has no gradient`);
  return vjp as Vjp<Operator>;
}

/** Adds up what all uses of a value contributed to its gradient. */
function gather(contributions: readonly Contribution[]): Gradient {
  const terms = contributions.flatMap(contribution => (contribution.kind === 'dense' ? [contribution.value] : []));
  const products = contributions.filter(contribution => contribution.kind === 'product');
  const columnSums = contributions.filter(contribution => contribution.kind === 'column-sum');
  const rows = contributions.filter(contribution => contribution.kind === 'rows');
  return { dense: addUp([...terms, ...multiply(products), ...sumColumns(columnSums)]), rows };
}

/** The gradient of a value on the way, looked-up rows included. */
function whole(value: Value, { dense, rows }: Gradient): Value | undefined {
  return addUp([...(dense === undefined ? [] : [dense]), ...rows.map(looked => addRowsUp(value, looked))]);
}

/** Σ Lᵢᵀ Rᵢ as (L₁ … Lₙ stacked)ᵀ (R₁ … Rₙ stacked), for products alike in all but their inner length. */
function multiply(products: readonly ProductContribution[]): Value[] {
  const groups = new Map<string, ProductContribution[]>();
  for (const product of products) {
    const { operator, alpha, left, right } = product;
    const key = [operator, alpha, ...left.shape.toSpliced(-2, 1), '×', ...right.shape.toSpliced(-2, 1)].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), product]);
  }
  return [...groups.values()].map(group => {
    const [first] = group;
    if (first === undefined) throw new Error('an empty group of products');
    const left = stack(group.map(product => product.left), first.left.rank - 2);
    const right = stack(group.map(product => product.right), first.right.rank - 2);
    const options = { transA: true, alpha: first.alpha };
    return first.operator === 'Gemm' ? gemm(left, right, undefined, options) : fusedMatmul(left, right, options);
  });
}

function sumColumns(contributions: readonly ColumnSumContribution[]): Value[] {
  if (contributions.length === 0) return [];
  return [sum(stack(contributions.map(({ rows }) => rows), 0), [0], { keepAxes: false })];
}

/** Joins values along an axis; the same list is joined once, however many gradients need it. */
function stack(parts: readonly Value[], axis: number): Value {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return concat(parts, axis);
  const known = first.graph.nodes.findLast(
    node =>
      node.operator === 'Concat' &&
      node.inputs.length === parts.length &&
      'axis' in node.attributes && node.attributes.axis === axis &&
      node.inputs.every((input, index) => input === parts[index]),
  );
  return known?.outputs[0] ?? concat(parts, axis);
}
