/** The layers and heads that are asked for, or why there are none. */
import { Failure } from '../../../protocol/failure.ts';
import { layerInWords, layersInWords, noSuchHead } from '../../../protocol/map-name.ts';
import type { MapKind } from '../../../protocol/trace.ts';
import type { HeldLayer, HeldPass } from '../held.ts';
import { headMatrix, type Matrix, scaledColumns } from './matrix.ts';

/** Of one kind, from the first to the last. @throws Failure `bad-argument` where there is none */
export function layersOf({ layers }: HeldPass, kind: MapKind): readonly [HeldLayer, ...HeldLayer[]] {
  const [first, ...others] = layers.filter(layer => layer.kind === kind);
  if (first !== undefined) return [first, ...others];
  const kinds = [...new Set(layers.map(layer => layer.kind))];
  throw new Failure('bad-argument', `There are no maps of kind ${kind}; there are ${kinds.join(', ') || 'none at all'}.`, 'Choose one of those there are.');
}

/** @throws Failure `bad-argument` */
export function layerOf(pass: HeldPass, kind: MapKind, number: number): HeldLayer {
  const layers = layersOf(pass, kind);
  const found = layers.find(({ layer }) => layer === number);
  if (found !== undefined) return found;
  throw new Failure('bad-argument', `There are no maps of ${layerInWords({ kind, layer: number })}; there are of ${layersInWords(layers)}.`, 'Choose one of these.');
}

/** Maps of some heads, each weight times the norm of its value where that is wanted. @throws Failure `bad-argument` */
export function headsOf(layer: HeldLayer, { heads }: { readonly heads: readonly number[] | 'all' }, valueWeighted: boolean): Matrix[] {
  const chosen = heads === 'all' ? Array.from({ length: layer.heads }, (_, head) => head) : heads;
  if (chosen.length === 0) throw new Failure('bad-argument', 'A map was asked for of no head at all.', 'Choose at least one.');
  return chosen.map(head => headOf(layer, head, valueWeighted));
}

/** @throws Failure `bad-argument` */
export function headOf(layer: HeldLayer, head: number, valueWeighted: boolean): Matrix {
  const { heads, columns, values } = layer;
  if (!Number.isInteger(head) || head < 0 || head >= heads) {
    throw new Failure('bad-argument', noSuchHead(layer, head), 'Choose one of these.');
  }
  const matrix = headMatrix(layer, head);
  if (!valueWeighted) return matrix;
  if (values === undefined) {
    throw new Failure('bad-argument', `The values of ${layerInWords(layer)} are not known in this model.`, 'Look at its weights as they are.');
  }
  return scaledColumns(matrix, values.subarray(head * columns, (head + 1) * columns));
}
