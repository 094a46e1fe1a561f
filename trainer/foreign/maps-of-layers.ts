/** The maps that a model of others gives, in the words of a trace. */
import { Failure } from '../../protocol/failure.ts';
import { headInWords, layersInWords, noSuchHead } from '../../protocol/map-name.ts';
import type { MapId } from '../../protocol/trace.ts';
import type { LayerInfo } from './attention.ts';
import { isSameLayer, type LayerId } from './layer-maps.ts';

/** By layer; where a layer has several heads, their mean before them. Of heads that only a run tells, the mean alone. */
export function mapsOf(layers: readonly LayerInfo[], kind: MapId['kind']): MapId[] {
  return layers
    .filter(layer => layer.kind === kind)
    .flatMap(({ layer, heads }): MapId[] => {
      const each = Array.from({ length: heads ?? 0 }, (_, head): MapId => ({ kind, layer, head }));
      return each.length === 1 ? each : [{ kind, layer, head: 'mean' }, ...each];
    });
}

/**
 * The map to show: the one that is asked for, or that stands for the others.
 * @param model names the model in messages
 * @returns nothing where there is none at all
 * @throws Failure `bad-argument` where the model has no such map
 */
export function chooseMap(wanted: MapId | undefined, layers: readonly LayerInfo[], usual: LayerId | undefined, model: string): MapId | undefined {
  if (wanted === undefined) {
    const layer = usual && layers.find(one => isSameLayer(one, usual));
    return layer === undefined ? undefined : { kind: layer.kind, layer: layer.layer, head: layer.heads === 1 ? 0 : 'mean' };
  }
  const layer = layers.find(one => isSameLayer(one, wanted));
  if (layer !== undefined && usual?.kind === wanted.kind) {
    const { heads } = layer;
    if (wanted.head === 'mean' || heads === null || wanted.head < heads) return wanted;
    throw new Failure('bad-argument', noSuchHead({ ...layer, heads }, wanted.head), 'Choose one of these.');
  }
  const known = layersInWords(layers.filter(({ kind }) => kind === usual?.kind));
  throw new Failure('bad-argument', `${model} has no map ${headInWords(wanted)} to show here; it has ${known || 'none'}.`, 'Choose one of these.');
}

/** Which of a layer's rows are taken the mean of. */
export function headsOfMap({ head }: MapId, rows: number): number[] {
  return head === 'mean' ? Array.from({ length: rows }, (_, index) => index) : [head];
}
