/**
 * Finds attention in a graph that someone else made: where a softmax is taken of a comparison of two things that the model has
 * made, and weighs a third; and operators that do all of it at once.
 */
import type { OnnxModel } from '../onnx/model.ts';
import { attentionAtFused, attentionAtSoftmax, type Context, type Found } from './attention.ts';
import { fusedAt } from './fused.ts';
import { flowOf } from './flow.ts';
import { readIntegers } from './integers.ts';
import { inOrder } from './order.ts';
import { tapsOf } from './pairing.ts';
import { inferShapes } from './shapes.ts';
import { softmaxAt } from './softmax.ts';
import type { Path, Tap, Untapped } from './tap.ts';
import { weightsOf } from './weights.ts';

export interface FoundTaps {
  /** Encoder, decoder, cross; each by layer. */
  readonly taps: readonly Tap[];
  readonly untapped: readonly Untapped[];
}

/** Models have some hundreds. What looks like one is searched around, and a made-up file must not keep the machine busy. */
const [mostAttentions, mostLooks] = [2000, 20_000];

/**
 * Reads nothing of the file but short lists of integers and corners of masks.
 * @throws Failure `broken-model` where functions call each other without end or a constant is not there; `no-such-file`
 */
export async function findTaps(model: OnnxModel): Promise<FoundTaps> {
  const flow = flowOf(model);
  const steps = inOrder(flow.steps);
  const weights = weightsOf(flow.values, steps);
  const shapes = inferShapes(flow.values, steps, await readIntegers(model, flow));
  const context: Context = { model, weights, shapes, stored: new Map() };
  const found: Found[] = [];
  const untapped: Untapped[] = [];
  let looks = 0;
  for (const step of steps) {
    const fused = fusedAt(step, shapes);
    const softmax = fused === undefined ? softmaxAt(step, { shapes, opset: opsetAt(step.path, model) }) : undefined;
    if (fused === undefined && softmax === undefined) continue;
    if (++looks > mostLooks || found.length + untapped.length === mostAttentions) {
      untapped.push({ operator: step.operator, node: step.node.name, why: 'This and what comes after it is not looked at: there is more than any model is known to have.' });
      break;
    }
    const attention = fused !== undefined ? await attentionAtFused(fused, context) : softmax === undefined ? undefined : await attentionAtSoftmax(softmax, context);
    if (attention === undefined) continue;
    if ('why' in attention) untapped.push(attention);
    else found.push(attention);
  }
  return { taps: tapsOf(found), untapped };
}

/** Version of ONNX's own operator set where something stands: a function may have one of its own. */
function opsetAt(path: Path, { opsets }: OnnxModel): number {
  const call = path.findLast(enclosure => enclosure.form === 'call');
  return call?.body.opsets.get('') ?? opsets.get('') ?? 1;
}
