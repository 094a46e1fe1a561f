/** Tensors as they came out of a run, and where in them something stands. */
import type { PartStep, PartValue, Product, ProductAxes } from '../../taps/parts/parts.ts';

export interface Numbers {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** The numbers of a value of the graph. */
export type Told = (value: PartValue) => Numbers;

/** Thrown where a graph lays its numbers in a way that is not known here. */
export class UnknownLayout extends Error {}

function indicesAt(position: number, dims: readonly number[]): number[] {
  const indices = new Array<number>(dims.length).fill(0);
  let rest = position;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const length = dims[axis] ?? 1;
    indices[axis] = rest % length;
    rest = Math.floor(rest / length);
  }
  return indices;
}

function positionOf(indices: readonly number[], dims: readonly number[]): number {
  return dims.reduce((position, length, axis) => position * length + (indices[axis] ?? 0), 0);
}

/** Where what is spread over `dims` (axes of length 1, or that it lacks in front) stands in itself. */
export function spreadPosition(position: number, dims: readonly number[], own: readonly number[]): number {
  const indices = indicesAt(position, dims).slice(dims.length - own.length);
  return positionOf(own.map((length, axis) => (length === 1 ? 0 : (indices[axis] ?? 0))), own);
}

/** Where numbers stood before a step, or stand behind it. */
export function through(step: PartStep, positions: readonly number[], direction: 'back' | 'on', told: Told): readonly number[] {
  if (step.form !== 'turned') return positions;
  const after = told(step.after).dims;
  const perm = step.perm ?? after.map((_, axis) => after.length - 1 - axis);
  const before = new Array<number>(after.length).fill(1);
  perm.forEach((from, to) => (before[from] = after[to] ?? 1));
  return positions.map(position => {
    if (direction === 'on') {
      const indices = indicesAt(position, before);
      return positionOf(perm.map(from => indices[from] ?? 0), after);
    }
    const indices = new Array<number>(after.length).fill(0);
    indicesAt(position, after).forEach((index, to) => (indices[perm[to] ?? 0] = index));
    return positionOf(indices, before);
  });
}

type Axis = string;

/** Which axes of its operands and of what comes out are the same. */
export interface LabelledProduct {
  readonly left: readonly Axis[];
  readonly right: readonly Axis[];
  readonly out: readonly Axis[];
  readonly summed: Axis;
}

/** @throws UnknownLayout */
export function labelled({ axes, left, right, out }: Product, told: Told): LabelledProduct {
  const ranks = { left: told(left).dims.length, right: told(right).dims.length, out: told(out).dims.length };
  switch (axes.form) {
    case 'matrices':
      return ofMatrices(axes, ranks);
    case 'letters': {
      const [leftAxes, rightAxes, outAxes] = [[...axes.left], [...axes.right], [...axes.out]];
      const [summed, ...others] = leftAxes.filter(letter => rightAxes.includes(letter) && !outAxes.includes(letter));
      if (summed === undefined || others.length > 0) throw new UnknownLayout();
      return { left: leftAxes, right: rightAxes, out: outAxes, summed };
    }
    case 'elements': {
      const rank = Math.max(ranks.left, ranks.right);
      const all = Array.from({ length: rank }, (_, axis) => `axis ${axis}`);
      const summed = all.at(axes.summed) ?? '';
      return { left: all.slice(rank - ranks.left), right: all.slice(rank - ranks.right), out: axes.isKept ? all : all.filter(axis => axis !== summed), summed };
    }
  }
}

function ofMatrices({ left, right }: ProductAxes & { readonly form: 'matrices' }, ranks: Readonly<Record<'left' | 'right' | 'out', number>>): LabelledProduct {
  const batch = (count: number): Axis[] => Array.from({ length: Math.max(0, count) }, (_, axis) => `batch ${count - 1 - axis}`);
  const laid = ({ isTransposed, isBatchInside }: typeof left, rank: number, rows: Axis, columns: Axis): Axis[] => {
    const [first, last] = isTransposed ? [columns, rows] : [rows, columns];
    return isBatchInside ? [first, ...batch(rank - 2), last] : [...batch(rank - 2), first, last];
  };
  // A vector has only the axis that is summed over.
  return {
    left: ranks.left === 1 ? ['summed'] : laid(left, ranks.left, 'row', 'summed'),
    right: ranks.right === 1 ? ['summed'] : laid(right, ranks.right, 'summed', 'column'),
    out: [...batch(ranks.out - (ranks.left === 1 ? 0 : 1) - (ranks.right === 1 ? 0 : 1)), ...(ranks.left === 1 ? [] : ['row']), ...(ranks.right === 1 ? [] : ['column'])],
    summed: 'summed',
  };
}

/** Indices by axis. */
export type Place = ReadonlyMap<Axis, number>;

export const placeAt = (position: number, dims: readonly number[], axes: readonly Axis[]): Map<Axis, number> => {
  const indices = indicesAt(position, dims);
  return new Map(axes.map((axis, at) => [axis, indices[at] ?? 0]));
};

/** Positions along one axis of an operand; its other axes stand at `place`. */
export function lineAlong(axis: Axis, place: Place, axes: readonly Axis[], { dims }: Numbers): readonly number[] {
  const at = axes.indexOf(axis);
  const indices = dims.map((length, index) => (length === 1 ? 0 : (place.get(axes[index] ?? '') ?? 0)));
  return Array.from({ length: at < 0 ? 0 : (dims[at] ?? 0) }, (_, index) => positionOf(indices.map((other, where) => (where === at ? index : other)), dims));
}
