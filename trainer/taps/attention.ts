/** What is known of one attention: of what over what, how many heads, where it is read. */
import type { AttentionKind } from '../../protocol/trace.ts';
import { isCausal, type MaskContext } from './causal.ts';
import type { FlowValue, Step } from './flow.ts';
import { givesScores } from './from-operator.ts';
import type { FusedSite } from './fused.ts';
import { headsOfScores } from './heads.ts';
import type { Named } from './numbering.ts';
import { areOfOne, haveCache, originsOf, type Origins } from './origins.ts';
import { partsOf } from './parts/find.ts';
import { whyNotFused } from './parts/fused.ts';
import { readingOf } from './reading.ts';
import { type Comparison, scoresBehind } from './scores.ts';
import type { SoftmaxSite } from './softmax.ts';
import type { Path, TapPlace, Untapped } from './tap.ts';
import { weighingOf } from './values-product.ts';

export type Context = MaskContext;

const none: Origins = { made: new Set(), fed: new Set(), names: [] };

export interface Found extends Named {
  readonly kind: AttentionKind;
  readonly heads: number | undefined;
  readonly operator: string;
  readonly step: Step;
  readonly place: TapPlace;
}

/** `undefined` where the softmax is none of attention: a classifier's, a router's, a gate's. */
export async function attentionAtSoftmax(site: SoftmaxSite, context: Context): Promise<Found | Untapped | undefined> {
  const { weights } = context;
  const weighing = weighingOf(site.weights, weights);
  const scores = weighing === undefined ? undefined : scoresBehind(site.scores, weights);
  if (weighing === undefined || scores === undefined) return undefined;
  const weighed = originsOf(weighing.values, weights);
  const sources = scores.products.map(comparison => sourcesOf(comparison, weighed, weights));
  const [nearest] = sources;
  const own = sources.find(({ ofOne }) => ofOne) ?? nearest;
  if (own === undefined) return undefined;
  const { step, operator } = site;
  const masks = step.operator === 'com.microsoft.BiasSoftmax' ? [...scores.asides, ...step.inputs.slice(1)] : scores.asides;
  const labels = labelsOf(step, [site.weights.name, scores.products[0]?.step.node.name ?? ''], [own.queries, own.keys, weighed]);
  const kind = own.ofOne ? await selfKind(own.cached, masks.filter(mask => mask !== undefined), labels, context) : 'cross';
  const heads = headsOfScores(weighing.way, scores, context.shapes);
  const place = readingOf(site, weighing.way, heads, context.shapes);
  const refusal = refusalOf(step, place.path, own.keys);
  const parts = refusal === undefined ? partsOf({ site, scores, weighing, place, stored: weights, shapes: context.shapes }) : '';
  return refusal ?? { kind, heads, operator, step, place: { ...place, parts }, labels };
}

export async function attentionAtFused(site: FusedSite, context: Context): Promise<Found | Untapped> {
  const { step, operator, query, key, reading, heads } = site;
  const refuse = (why: string): Untapped => ({ operator, node: nodeName(step), why });
  if (typeof reading === 'string') return refuse(reading);
  if (givesScores(operator) && step.path.some(({ form }) => form === 'call')) {
    return refuse('It stands in a function of the model, in which values have no declared type, and ONNX Runtime does not tell that of its scores.');
  }
  const queries = query === undefined ? none : originsOf(query, context.weights);
  const keys = key === undefined ? queries : originsOf(key, context.weights);
  const ofOne = key === undefined || areOfOne(queries, keys, context.weights);
  const stored = step.inputs.flatMap(input => (input !== undefined && context.weights.has(input) ? [input.name] : []));
  const labels = labelsOf(step, stored.slice(0, 2), [queries, keys]);
  const kind = ofOne ? await selfKind(site.looksBack || haveCache(queries, keys), site.masks, labels, context) : 'cross';
  const why = whyNotFused(step.node, reading, step.path);
  return refusalOf(step, step.path, keys) ?? { kind, heads, operator, step, place: { node: step.node, path: step.path, reading, ...(why === undefined ? {} : { parts: why }) }, labels };
}

interface Sources {
  readonly queries: Origins;
  readonly keys: Origins;
  readonly ofOne: boolean;
  readonly cached: boolean;
}

/** @param weighed origins of the values: keys are of what they are of */
function sourcesOf(comparison: Comparison, weighed: Origins, weights: ReadonlySet<FlowValue>): Sources {
  const terms = (comparison.form === 'product' ? [comparison.left, comparison.right] : comparison.terms).map(term => originsOf(term, weights));
  const [first, second] = terms;
  if (first === undefined || second === undefined) {
    // One term alone: what is attended to scores itself.
    return { queries: first ?? none, keys: first ?? none, ofOne: true, cached: false };
  }
  const swapped = areOfOne(first, weighed, weights) && !areOfOne(second, weighed, weights);
  const [queries, keys] = swapped ? [second, first] : [first, second];
  return { queries, keys, ofOne: areOfOne(queries, keys, weights), cached: haveCache(queries, keys) };
}

async function selfKind(looksBack: boolean, masks: readonly FlowValue[], labels: readonly string[], context: Context): Promise<AttentionKind> {
  if (looksBack || (await isCausal(masks, context))) return 'decoder';
  // Where the mask is fed whole, only the names can tell.
  const told = labels.find(label => /encoder|decoder/i.test(label)) ?? '';
  return /decoder/i.test(told) && !/encoder/i.test(told) ? 'decoder' : 'encoder';
}

/** From the surest on: where the node stands, its own values, the weights that project its queries, keys, values. */
function labelsOf({ node, path }: Step, own: readonly string[], origins: readonly Origins[]): readonly string[] {
  const stand = [...path.map(enclosure => enclosure.node.name), node.name].join('/');
  return [stand, ...own, ...origins.map(({ names }) => names.find(name => /\d/.test(name) && /layer|block|(?<![a-z0-9])h[./]\d|coder/i.test(name)) ?? '')];
}

/** Places that nothing can be carried out of. */
function refusalOf(step: Step, path: Path, keys: Origins): Untapped | undefined {
  const turns = path.filter(({ form }) => form === 'turns');
  const [turn] = turns;
  const search = path.find(({ form }) => form === 'search');
  const refuse = (why: string): Untapped => ({ operator: step.operator, node: nodeName(step), why });
  if (search !== undefined) {
    return refuse(`It stands in a graph that ${search.node.operator} runs by itself and gives nothing out of; that graph can be taken out and run.`);
  }
  if (turns.length > 1) return refuse('It stands in a loop inside a loop.');
  if (turn?.node.operator === 'Loop' && [...keys.made, ...keys.fed].some(value => value.path.includes(turn))) {
    return refuse('It stands in a Loop over keys that grow with every turn, and a Loop gives out only what stays of one shape.');
  }
  return undefined;
}

const nodeName = ({ node, outputs }: Step): string => (node.name === '' ? (outputs.find(output => output !== undefined)?.name ?? '') : node.name);
