/**
 * The norms of the values that weights weigh (Kobayashi et al. 2020, without the output layer): those of the values as they enter the
 * product with the weights. Collected while a model runs.
 */
import { floats, type Tensors } from '../../engine/session.ts';
import type { NormsProbe } from '../../steering/probes.ts';
import type { ExposedNorms } from '../../taps/parts/norms.ts';
import type { Parts, PartValue } from '../../taps/parts/parts.ts';
import type { HeldLayer } from '../held.ts';
import { labelled, lineAlong, type Numbers, placeAt, through, type Told, UnknownLayout } from './numbers.ts';
import { layoutOf, mapPositions } from './row.ts';

/** One run: how many texts it was of, and by text and key what stands there, of a head. */
interface SeenNorms {
  readonly firstKey: number;
  readonly texts: number;
  readonly keys: number;
  readonly at: (map: number) => readonly number[];
}

export class ValueNorms implements NormsProbe {
  /** By the layer's name. */
  readonly #seen = new Map<string, SeenNorms[]>();

  look(name: string, places: readonly ExposedNorms[], tensors: Tensors, firstKey: number, heads: number): void {
    for (const place of places) {
      const { parts } = place;
      const values = valuesOf(parts);
      const told = toldBy(place, tensors);
      const { queries, keys, count } = layoutOf(parts.read, told(parts.read).dims);
      if (count === 0 || queries === 0 || keys === 0) continue;
      const at = (map: number): readonly number[] => {
        const weights = told(parts.weighing[parts.weights]);
        const axes = labelled(parts.weighing, told);
        const [weightAxes, valueAxes] = parts.weights === 'left' ? [axes.left, axes.right] : [axes.right, axes.left];
        const positions = parts.toWeighing.reduce((found, step) => through(step, found, 'on', told), mapPositions(parts.read, { queries, keys }, map, 0));
        const { data, dims } = told(values);
        const feature = valueAxes.find(axis => axis !== axes.summed && axes.out.includes(axis) && !weightAxes.includes(axis)) ?? '';
        return positions.map(position => data[lineAlong(feature, placeAt(position, weights.dims, weightAxes), valueAxes, { dims, data })[0] ?? -1] ?? NaN);
      };
      this.#seen.set(name, [...(this.#seen.get(name) ?? []), { firstKey, texts: count / heads, keys, at: memoised(at) }]);
    }
  }

  /** `[head][key]`; `undefined` where they are not known of every key, or are of hypotheses that were not written. */
  of(name: string, { kind, heads, columns }: Pick<HeldLayer, 'kind' | 'heads' | 'columns'>): Float32Array | undefined {
    const seen = this.#seen.get(name) ?? [];
    if (kind === 'decoder' && seen.some(({ texts }) => texts > 1)) return undefined;
    const norms = new Float32Array(heads * columns).fill(NaN);
    try {
      for (const { firstKey, keys, at } of seen) {
        for (let head = 0; head < heads; head++) norms.set(at(head).slice(0, Math.max(0, Math.min(keys, columns - firstKey))), head * columns + firstKey);
      }
    } catch (thrown) {
      if (thrown instanceof UnknownLayout) return undefined;
      throw thrown;
    }
    return norms.every(Number.isFinite) ? norms : undefined;
  }
}

const valuesOf = ({ weighing, weights }: Parts): PartValue => weighing[weights === 'left' ? 'right' : 'left'];

const nothing = new Float32Array();

/** What one place told of a run. It outlives the run, whose other tensors it does not hold: those of every step would stay. */
function toldBy({ parts, norms, shapes }: ExposedNorms, tensors: Tensors): Told {
  const known = new Map<string, Numbers>();
  for (const [value, output] of shapes) {
    const shape = tensors[output];
    if (shape !== undefined) known.set(value, { dims: [...floats(shape)], data: nothing });
  }
  const told = tensors[norms];
  if (told !== undefined) known.set(valuesOf(parts).name, { dims: told.dims, data: floats(told) });
  return ({ name }) => {
    const numbers = known.get(name);
    if (numbers === undefined) throw new UnknownLayout();
    return numbers;
  };
}

function memoised(at: (map: number) => readonly number[]): (map: number) => readonly number[] {
  const known = new Map<number, readonly number[]>();
  return map => {
    const found = known.get(map) ?? at(map);
    known.set(map, found);
    return found;
  };
}
