/** One row of one head, from the tensors of a run: every number that leads to it. */
import type { Arithmetic } from '../../../protocol/inspection.ts';
import type { AddedTerms, Parts, PartStep } from '../../taps/parts/parts.ts';
import { labelled, lineAlong, type Numbers, placeAt, spreadPosition, through, type Told, UnknownLayout } from './numbers.ts';

/** Of which row. */
export interface RowPlace {
  readonly head: number;
  readonly heads: number;
  /** Among the queries of the run. */
  readonly query: number;
}

/** What is told of a row, apart from where its keys stand. */
export type Row = Arithmetic extends infer One ? (One extends Arithmetic ? Omit<One, 'firstKey'> : never) : never;

/** From here down a score is −∞ to any softmax of float32. */
const lowest = -1e30;

/** How many texts, or hypotheses, a run was of. */
export function textsIn({ read }: Parts, told: Told, heads: number): number {
  const { count } = layoutOf(read, told(read).dims);
  return count / heads;
}

/**
 * @param text which of those that the run was of
 * @returns `undefined` where the run has no such query
 * @throws UnknownLayout where the numbers do not lead to the row
 */
export function rowOf(parts: Parts, told: Told, { head, heads, query }: RowPlace, text: number): Row | undefined {
  const weights = told(parts.read);
  const { queries, keys } = layoutOf(parts.read, weights.dims);
  if (query >= queries) return undefined;
  const positions = mapPositions(parts.read, { queries, keys }, text * heads + head, query);
  const row = positions.map(position => weights.data[position] ?? 0);
  const scored = parts.toRead.toReversed().reduce((at, step) => through(step, at, 'back', told), positions);
  const scores = told(parts.scores);
  if (scores.data.length !== weights.data.length) throw new UnknownLayout();
  const summed = summedUp(parts, told, positions, row);
  const found = compared(parts, told, scored.map(position => scores.data[position] ?? 0), scored, row);
  check(softmax(found.scores), row, { within: 1e-6, of: 1e-5 });
  return { ...found, weights: row, ...summed };
}

interface MapSize {
  readonly queries: number;
  readonly keys: number;
}

/** What a tensor of weights is of: so many maps, text by text and head by head. */
export function layoutOf({ keysLast, oneQuery }: Parts['read'], dims: readonly number[]): MapSize & { readonly count: number } {
  const [beforeLast = 1, last = 1] = dims.length < 2 ? [1, ...dims] : dims.slice(-2);
  const [queries, keys] = oneQuery ? [1, last] : keysLast ? [beforeLast, last] : [last, beforeLast];
  return { queries, keys, count: dims.reduce((size, length) => size * length, 1) / (queries * keys) };
}

/** Where the weights of one row stand in it. */
export function mapPositions({ keysLast }: Parts['read'], { queries, keys }: MapSize, map: number, query: number): readonly number[] {
  return Array.from({ length: keys }, (_, key) => (keysLast ? (map * queries + query) * keys + key : (map * keys + key) * queries + query));
}

type Compared = Row extends infer One ? (One extends Row ? Omit<One, 'weights' | 'values' | 'output'> : never) : never;

function compared({ compared: product, added, toScores }: Parts, told: Told, scores: readonly number[], scored: readonly number[], weights: readonly number[]): Compared {
  const [left, right, out] = [told(product.left), told(product.right), told(product.out)];
  if (out.data.length < scores.length) throw new UnknownLayout();
  const axes = labelled(product, told);
  const { positions, follow } = backTo(toScores, scored, told);
  const lines = positions.map(position => {
    const place = placeAt(position, out.dims, axes.out);
    return { left: lineAlong(axes.summed, place, axes.left, left), right: lineAlong(axes.summed, place, axes.right, right) };
  });
  const isSame = (side: 'left' | 'right'): boolean => lines.every(line => line[side][0] === lines[0]?.[side][0]);
  const side = isSame('left') ? 'left' : 'right';
  const other = side === 'left' ? 'right' : 'left';
  if (!isSame(side)) throw new UnknownLayout();
  const [one, many] = side === 'left' ? [left, right] : [right, left];
  const query = numbersAt(one, lines[0]?.[side] ?? []);
  const keys = lines.map(line => numbersAt(many, line[other]));
  const given = positions.map(position => (out.data[position] ?? 0) / product.factor);
  const exact = keys.map(key => dot(query, key));
  exact.forEach(({ sum, size }, key) => near(sum, given[key] ?? 0, 1e-6 + 1e-5 * size));
  const products = product.factor === 1 ? given : exact.map(({ sum }) => Math.fround(sum));
  const { scale, mask, hidden } = follow(product.factor);
  const isHidden = scores.map((score, key) => weights[key] === 0 && (hidden[key] === true || score <= lowest));
  const shown = scores.map((score, key) => (isHidden[key] === true ? null : score));
  shown.forEach((score, key) => {
    if (score === null) return;
    const [scaled, masked] = [(products[key] ?? 0) * scale, mask[key] ?? 0];
    near(scaled + masked, score, 1e-6 + 1e-5 * (Math.abs(masked) + Math.abs(scale) * (exact[key]?.size ?? 0)));
  });
  if (added === undefined) return { score: 'dot-product', query, keys, products, scale, mask: mask.map((value, key) => (isHidden[key] === true ? null : value)), scores: shown };
  // Of an additive score nothing is scaled; what is masked has no weight.
  if (scale !== 1 || mask.some((value, key) => value !== 0 && weights[key] !== 0)) throw new UnknownLayout();
  const seen = shown.map((score, key) => (mask[key] === 0 ? score : null));
  return { score: 'additive', ...termsOf(added, told, lines.map(line => line[other]), many), direction: query, tanh: keys, scores: seen };
}

interface Term {
  readonly positions: readonly number[];
  readonly numbers: readonly number[];
}

/** What is compared are v and the tanh of a sum, at these positions, key by key. */
function termsOf({ terms, out }: AddedTerms, told: Told, positions: readonly (readonly number[])[], tanh: Numbers): AddedSides {
  const sum = told(out);
  if (sum.data.length !== tanh.data.length) throw new UnknownLayout();
  if (terms !== undefined) return sidesOf(positions.map(at => termsAt(terms, sum, told, at, tanh)));
  const keys = positions.map(at => numbersAt(sum, at));
  keys.forEach((key, index) => key.forEach((value, at) => near(Math.tanh(value), tanh.data[positions[index]?.[at] ?? -1] ?? NaN, 1e-5)));
  return { keys };
}

/** The two terms of the sum of which the tanh at these positions was taken. */
function termsAt({ left, right }: NonNullable<AddedTerms['terms']>, sum: Numbers, told: Told, positions: readonly number[], tanh: Numbers): readonly [Term, Term] {
  const [one, other] = [left, right].map((value): Term => {
    const term = told(value);
    const at = positions.map(position => spreadPosition(position, sum.dims, term.dims));
    return { positions: at, numbers: numbersAt(term, at) };
  });
  if (one === undefined || other === undefined) throw new UnknownLayout();
  positions.forEach((position, at) => near(Math.tanh((one.numbers[at] ?? 0) + (other.numbers[at] ?? 0)), tanh.data[position] ?? 0, 1e-5));
  return [one, other];
}

type AddedSides = Pick<Extract<Row, { readonly score: 'additive' }>, 'query' | 'keys'>;

/** The query's term is the same for every key. */
function sidesOf(terms: readonly (readonly [Term, Term])[]): AddedSides {
  const isSame = (side: 0 | 1): boolean => terms.every(term => term[side].positions[0] === terms[0]?.[side].positions[0]);
  // Of one key alone both are; then the first term is taken for the query, as where it does not depend on the key.
  const query = terms.length > 1 && isSame(1) ? 1 : 0;
  if (!isSame(query)) throw new UnknownLayout();
  return { query: terms[0]?.[query].numbers ?? [], keys: terms.map(term => term[query === 0 ? 1 : 0].numbers) };
}

interface Followed {
  readonly scale: number;
  readonly mask: readonly number[];
  readonly hidden: readonly boolean[];
}

/** From scores back to the products, and from there on again with what is done to them. */
function backTo(steps: readonly PartStep[], scored: readonly number[], told: Told): { readonly positions: readonly number[]; readonly follow: (factor: number) => Followed } {
  const after: (readonly number[])[] = [];
  let positions = scored;
  for (const step of steps.toReversed()) {
    after.unshift(positions);
    positions = through(step, positions, 'back', told);
  }
  return { positions, follow: factor => follow(steps, after, scored.length, factor, told) };
}

function follow(steps: readonly PartStep[], after: readonly (readonly number[])[], keys: number, factor: number, told: Told): Followed {
  let scale = factor;
  const [mask, hidden] = [new Array<number>(keys).fill(0), new Array<boolean>(keys).fill(false)];
  steps.forEach((step, index) => {
    const positions = after[index] ?? [];
    switch (step.form) {
      case 'turned':
        break;
      case 'times':
      case 'over': {
        const by = spread(told(step.by), positions, told(step.after));
        const [first = 1] = by;
        if (by.some(value => value !== first)) throw new UnknownLayout();
        const times = step.form === 'times' ? first : 1 / first;
        scale *= times;
        mask.forEach((value, key) => (mask[key] = value * times));
        break;
      }
      case 'plus':
      case 'minus':
        spread(told(step.by), positions, told(step.after)).forEach((value, key) => {
          mask[key] = (mask[key] ?? 0) + (step.form === 'plus' ? value : -value);
        });
        break;
      case 'hidden': {
        const [from, to] = [told(step.before), told(step.after)];
        spread(from, positions, to).forEach((value, key) => (hidden[key] ||= value !== to.data[positions[key] ?? 0]));
        break;
      }
    }
  });
  return { scale, mask: mask.map(Math.fround), hidden };
}

function spread(numbers: Numbers, positions: readonly number[], over: Numbers): readonly number[] {
  return positions.map(position => numbers.data[spreadPosition(position, over.dims, numbers.dims)] ?? 0);
}

/** What the weights weigh, and what comes of it. */
function summedUp({ toWeighing, weighing, weights: side }: Parts, told: Told, read: readonly number[], row: readonly number[]): Pick<Row, 'values' | 'output'> {
  const axes = labelled(weighing, told);
  const [weights, values, out] = [told(weighing[side]), told(weighing[side === 'left' ? 'right' : 'left']), told(weighing.out)];
  const [weightAxes, valueAxes] = side === 'left' ? [axes.left, axes.right] : [axes.right, axes.left];
  const positions = toWeighing.reduce((at, step) => through(step, at, 'on', told), read);
  const places = positions.map(position => placeAt(position, weights.dims, weightAxes));
  const [place] = places;
  const isSpread = (axis: string): boolean => !weightAxes.includes(axis) || weights.dims[weightAxes.indexOf(axis)] === 1;
  const features = valueAxes.filter((axis, at) => axis !== axes.summed && axes.out.includes(axis) && (!weightAxes.includes(axis) || (isSpread(axis) && (values.dims[at] ?? 1) > 1)));
  const [feature] = features;
  if (feature === undefined || features.length > 1 || place === undefined) throw new UnknownLayout();
  const lines = places.map(at => numbersAt(values, lineAlong(feature, at, valueAxes, values)));
  const output = numbersAt(out, lineAlong(feature, place, axes.out, out));
  output.forEach((sum, at) => {
    const { sum: expected, size } = dot(row, lines.map(line => line[at] ?? 0));
    near(expected * weighing.factor, sum, 1e-6 + 1e-5 * size);
  });
  return { values: lines, output };
}

function numbersAt({ data }: Numbers, positions: readonly number[]): readonly number[] {
  return positions.map(position => data[position] ?? 0);
}

/** Also the sum of what is summed up without signs, which rounding goes by. */
function dot(one: readonly number[], other: readonly number[]): { readonly sum: number; readonly size: number } {
  let [sum, size] = [0, 0];
  one.forEach((value, at) => {
    const product = value * (other[at] ?? 0);
    sum += product;
    size += Math.abs(product);
  });
  return { sum, size };
}

function softmax(scores: readonly (number | null)[]): readonly number[] {
  const largest = scores.reduce<number>((most, score) => Math.max(most, score ?? -Infinity), -Infinity);
  const powers = scores.map(score => (score === null ? 0 : Math.exp(score - largest)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}

function check(found: readonly number[], expected: readonly number[], { within, of }: { readonly within: number; readonly of: number }): void {
  found.forEach((value, at) => near(value, expected[at] ?? 0, within + of * Math.abs(expected[at] ?? 0)));
}

/** @throws UnknownLayout, also where one of them is no number */
function near(one: number, other: number, most: number): void {
  if (!(Math.abs(one - other) <= most)) throw new UnknownLayout();
}
