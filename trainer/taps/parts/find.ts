/** Finds the numbers behind the weights of a softmax: what is compared, scaled, masked, weighed. */
import type { FlowValue, Step } from '../flow.ts';
import { sides, tensors } from '../operators.ts';
import type { Comparison, Scores } from '../scores.ts';
import type { Shapes } from '../shapes.ts';
import type { SoftmaxSite } from '../softmax.ts';
import type { TapPlace } from '../tap.ts';
import type { Weighing } from '../values-product.ts';
import { behindLayout, outputsOf, search, wayOf } from '../walk.ts';
import type { AddedTerms, Parts, PartValue } from './parts.ts';
import { type FoundProduct, partValue, productAt } from './products.ts';
import { stepsOfWeights, stepsToScores } from './steps.ts';

export interface AttentionFlow {
  readonly site: SoftmaxSite;
  readonly scores: Scores;
  readonly weighing: Weighing;
  readonly place: TapPlace;
  readonly stored: ReadonlySet<FlowValue>;
  readonly shapes: Shapes;
}

/** @returns one sentence on why it cannot be told */
export function partsOf({ site, scores, weighing, place, stored, shapes }: AttentionFlow): Parts | string {
  const [comparison] = scores.products;
  const { reading } = place;
  const compared = comparison && productAt(comparison.step, shapes);
  const product = productAt(sides(weighing.step) === undefined ? sumBehind(weighing.step) : weighing.step, shapes);
  if (comparison === undefined || compared === undefined || product === undefined || reading.from !== 'value' || reading.quantised !== undefined) {
    return 'Its products are computed in 8 bits, or in a way whose numbers are not known here.';
  }
  const added = comparison.form === 'additive' ? sumOf(comparison, stored, shapes) : undefined;
  if (typeof added === 'string') return added;
  const way = wayTo(site.scores, comparison.step, new Set(scores.between));
  const at = weighing.way.findIndex(({ name, path }) => name === reading.value && path === place.path);
  const weights = sideOf(product, weighing.way.at(-1));
  if (way === undefined || at < 0 || weights === undefined) return 'How its scores lead to its weights cannot be followed.';
  const toScores = stepsToScores(way, shapes);
  const toRead = stepsOfWeights(weighing.way.slice(0, at + 1));
  const toWeighing = stepsOfWeights(weighing.way.slice(at));
  const why = [toScores, toRead, toWeighing].find(steps => typeof steps === 'string');
  if (typeof toScores === 'string' || typeof toRead === 'string' || typeof toWeighing === 'string') return why?.toString() ?? '';
  const read = { name: reading.value, path: place.path, dtype: reading.dtype, keysLast: reading.keysLast, oneQuery: reading.oneQuery === true };
  const parts: Parts = { compared: compared.product, added, toScores, scores: partValue(site.scores, shapes.dtype(site.scores)), toRead, read, toWeighing, weighing: product.product, weights };
  return standsInTurns(parts) ? 'It stands in a loop, whose turns are not told apart.' : parts;
}

/** Every value that has to be brought out, each once. */
export function valuesOf(parts: Parts): readonly PartValue[] {
  const { compared, added, toScores, scores, toRead, read, toWeighing, weighing } = parts;
  const ofSteps = [...toScores, ...toRead, ...toWeighing].flatMap(step => ('by' in step ? [step.by, step.after] : 'before' in step ? [step.before, step.after] : [step.after]));
  const values = [compared.left, compared.right, compared.out, ...(added === undefined ? [] : [added.out]), ...(added?.terms === undefined ? [] : [added.terms.left, added.terms.right]), scores, read, weighing.left, weighing.right, weighing.out, ...ofSteps];
  return [...new Map(values.map(value => [value.name, value])).values()];
}

const standsInTurns = (parts: Parts): boolean => valuesOf(parts).some(({ path }) => path.some(({ form }) => form === 'turns' || form === 'search'));

/** Of a product element by element: the sum of it. */
function sumBehind(step: Step): Step {
  const sum = outputsOf(step).flatMap(({ uses }) => uses).find(({ operator }) => operator === 'ReduceSum');
  return sum ?? step;
}

/** W q + U k, of v · tanh(W q + U k); what is added that is stored is a bias, and no query. */
function sumOf({ step }: Comparison, stored: ReadonlySet<FlowValue>, shapes: Shapes): AddedTerms | string {
  const operands = sides(step) ?? behindLayout(step.inputs[0])?.producer?.inputs ?? [];
  const tanh = operands.map(operand => behindLayout(operand)?.producer).find(producer => producer?.operator === 'Tanh');
  const out = behindLayout(tanh?.inputs[0]);
  if (out === undefined) return 'Its scores are of a tanh whose numbers are not known here.';
  const part = (value: FlowValue): PartValue => partValue(value, shapes.dtype(value));
  const [left, right] = out.producer?.operator === 'Add' ? out.producer.inputs : [];
  const isOfQuery = left !== undefined && right !== undefined && !stored.has(left) && !stored.has(right);
  return { terms: isOfQuery ? { left: part(left), right: part(right) } : undefined, out: part(out) };
}

function sideOf({ left, right }: FoundProduct, weights: FlowValue | undefined): Parts['weights'] | undefined {
  return left === weights ? 'left' : right === weights ? 'right' : undefined;
}

/** From what a step gives to what is made of it. */
function wayTo(end: FlowValue, from: Step, among: ReadonlySet<FlowValue>): readonly FlowValue[] | undefined {
  let way: readonly FlowValue[] | undefined;
  search([end], { depth: 24, values: 600 }, visit => {
    const { producer } = visit.value;
    if (producer === from) way ??= wayOf(visit).toReversed();
    return way !== undefined || producer === undefined || producer === from ? [] : tensors(producer).filter(value => among.has(value));
  });
  return way;
}
