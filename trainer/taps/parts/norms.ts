/** Gives a model two more outputs for an attention: the norms of the values that its weights weigh, and where in them each stands. */
import type { Edits } from '../../onnx/edits.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { Appender } from '../appender.ts';
import { Carrier } from '../carry.ts';
import { namesIn, unusedPrefix } from '../expose.ts';
import type { Tap } from '../tap.ts';
import { partsAt } from './expose.ts';
import type { Parts, PartValue } from './parts.ts';

export interface ExposedNorms {
  readonly parts: Parts;
  /** Output that holds ‖value‖, of as many axes as the values, of which the features' has length 1. */
  readonly norms: string;
  /** Outputs that hold the lengths of axes, by the names of the values. */
  readonly shapes: ReadonlyMap<string, string>;
}

/** From here on axes are counted from the end, too. */
const oldest = 11;

/** Norms of values as they enter the product with the weights. Places of which they cannot be told are left out. */
export function exposeNorms(model: OnnxModel, edits: Edits, { name, places }: Pick<Tap, 'name' | 'places'>): readonly ExposedNorms[] {
  const prefix = unusedPrefix('attention-scope-norms', namesIn(model));
  const carrier = new Carrier(model, edits, `${prefix}/${name}/made`);
  const to = carrier.main;
  let count = 0;
  return places.flatMap((place): ExposedNorms[] => {
    const { node } = place;
    const parts = partsAt(place, to);
    const axis = parts && featureAxis(parts);
    if (parts === undefined || axis === undefined || to.opset < oldest) return [];
    const bring = ({ name: value, path, dtype }: PartValue): string =>
      carrier.bring([{ node, path, reading: { from: 'value', value, rank: undefined, keysLast: true, heads: undefined, dtype } }]);
    const give = (made: string): string => {
      const output = to.node('Identity', [made], {}, `${prefix}/${name}/${count++}`);
      edits.of(model.graph).outputs.push({ name: output });
      return output;
    };
    const { weighing, weights, toWeighing, read } = parts;
    const shaped = [read, weighing.left, weighing.right, weighing.out, ...toWeighing.map(({ after }) => after)];
    const shapes = new Map(shaped.map(value => [value.name, give(to.cast(to.node('Shape', [bring(value)]), 'float32'))] as const));
    return [{ parts, shapes, norms: give(norm(to, bring(weighing[weights === 'left' ? 'right' : 'left']), axis)) }];
  });
}

/** Which axis of the values is that of their features; `undefined` where it cannot be told before a run. */
function featureAxis({ weighing: { axes, left, right }, weights }: Parts): number | undefined {
  switch (axes.form) {
    case 'matrices': {
      const { isTransposed, isBatchInside } = weights === 'left' ? axes.right : axes.left;
      const isLast = (weights === 'left') !== isTransposed;
      return left.name === right.name ? undefined : isLast ? -1 : isBatchInside ? 0 : -2;
    }
    case 'letters': {
      const [own, others] = weights === 'left' ? [axes.right, axes.left] : [axes.left, axes.right];
      const at = [...own].findIndex(letter => !others.includes(letter) && axes.out.includes(letter));
      return at < 0 ? undefined : at;
    }
    case 'elements':
      return undefined;
  }
}

/** Axes are an input from operator set 18 on. */
function norm(to: Appender, values: string, axis: number): string {
  return to.opset < 18 ? to.node('ReduceL2', [values], { axes: [axis], keepdims: 1 }) : to.node('ReduceL2', [values, to.integers([axis])], { keepdims: 1 });
}
