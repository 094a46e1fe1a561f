/** The numbers behind one row of one head, as the model has them when it is run again over the same. */
import { Failure } from '../../../protocol/failure.ts';
import type { Arithmetic, ArithmeticParams } from '../../../protocol/inspection.ts';
import { layerInWords, noSuchHead, rowInWords } from '../../../protocol/map-name.ts';
import type { OpenModel } from '../../foreign/facets.ts';
import { nameOf, steer } from '../../steering/steering.ts';
import { byteSteps } from '../../taps/byte-steps.ts';
import type { HeldLayer, HeldPass } from '../held.ts';
import { passOf } from '../inspector.ts';
import { layerOf } from '../reading/find.ts';
import { headMatrix } from '../reading/matrix.ts';
import { Probe, type SeenRow } from './probe.ts';

/** A graph that gives out more may be computed in another order than the one that did not. */
const rounding = 1e-4;

/**
 * @param model the one that the pass is of
 * @throws Failure `bad-argument` where there is no such row, or its numbers cannot be told, saying why; and what the model throws
 */
export async function arithmeticOf(pass: HeldPass, params: Omit<ArithmeticParams, 'inspection'>, model: OpenModel, signal: AbortSignal): Promise<Arithmetic> {
  const { kind, layer, head, query } = params;
  const held = layerOf(pass, kind, layer);
  if (head >= held.heads) throw new Failure('bad-argument', noSuchHead(held, head), 'Choose one of these.');
  if (query >= held.rows) throw new Failure('bad-argument', `The maps of ${layerInWords(held)} have ${held.rows} rows; there is no ${rowInWords(query)}.`, 'Choose another row.');
  const { asked } = pass.inspection;
  const why = whyTold(pass, params) ?? (await model.helm.whyNoNumbers(held));
  if (why !== undefined) throw cannotTell(params, why);
  const probe = new Probe({ kind, layer, head, heads: held.heads, query });
  await model.helm.watch(probe, () => passOf(model, { asked, folder: pass.folder, image: pass.image }, signal));
  return chosen(probe, held, params);
}

/** Of a row that is told what to be, or a head that is silent, the numbers do not lead to what is shown. */
function whyTold({ inspection: { asked } }: HeldPass, { kind, layer, head, query }: Omit<ArithmeticParams, 'inspection'>): string | undefined {
  const steering = steer(asked.interventions, asked.text).layers.get(nameOf({ kind, layer }));
  if (steering?.isSilent(head) === true) return 'The head is knocked out: it writes nothing.';
  return steering?.rows(head).has(query) === true ? 'The row was told its weights: they come of no scores.' : undefined;
}

/** The row whose weights are those that are held: of several hypotheses, the one that was written. */
function chosen({ rows, isLaidOtherwise }: Probe, layer: HeldLayer, params: Omit<ArithmeticParams, 'inspection'>): Arithmetic {
  const { head, query } = params;
  const held = headMatrix(layer, head).row(query);
  const isRounded = layer.blocks.some(({ weights }) => weights instanceof Uint8Array);
  let best: { readonly seen: SeenRow; readonly off: number } | undefined;
  for (const seen of rows) {
    const off = distance(seen, held);
    if (best === undefined || off < best.off) best = { seen, off };
  }
  if (best === undefined && isLaidOtherwise) throw cannotTell(params, 'Its graph lays its numbers in a way that is not known here: they do not lead to its weights.');
  if (best === undefined || best.off > rounding + (isRounded ? 1 / byteSteps : 0)) throw cannotTell(params, 'The model ran again and did not come to the same weights.');
  const { row, firstKey } = best.seen;
  return { ...row, firstKey };
}

/** The furthest that a weight is from the one that is held; what is held beyond its keys is 0. */
function distance({ row: { weights }, firstKey }: SeenRow, held: Float32Array): number {
  let most = 0;
  held.forEach((weight, key) => (most = Math.max(most, Math.abs(weight - (weights[key - firstKey] ?? 0)))));
  return most;
}

function cannotTell({ kind, layer }: Omit<ArithmeticParams, 'inspection'>, why: string): Failure {
  return new Failure('bad-argument', `The numbers behind ${layerInWords({ kind, layer })} cannot be told. ${why}`, 'Choose another layer or row, or look at its weights.');
}
