/** The maps of a classification or a trace by name, to be chosen among. */
import type { ClassifierMap } from '../../protocol/classification.ts';
import type { MapId } from '../../protocol/trace.ts';
import type { Choice } from './select.ts';

export interface MapChoice {
  /** Tells it from the others, also after a reload. */
  readonly key: string;
  readonly name: string;
  /** Which of the classification's maps it is, or is the mean of. */
  readonly indices: readonly number[];
}

/** What the class is read from: there is always one. */
export const pooling: MapChoice = { key: 'pooling', name: 'Pooling', indices: [] };

/** Each head of the pooling, and their mean, where there are several. */
export function poolingChoices(maps: readonly ClassifierMap[]): MapChoice[] {
  const indices = indicesOf(maps, map => map.kind === 'pooling');
  const [only, ...others] = indices;
  if (others.length === 0) return [{ ...pooling, indices: only === undefined ? [] : [only] }];
  return [
    { ...pooling, name: 'Pooling, mean of heads', indices },
    ...indices.map((index, head) => ({ key: `pooling-${head}`, name: `Pooling, head ${head + 1}`, indices: [index] })),
  ];
}

/** Each head of each layer of the encoder, and the mean of a layer's heads before them. */
export function encoderChoices(maps: readonly ClassifierMap[]): MapChoice[] {
  const layers = [...new Set(maps.filter(map => map.kind === 'encoder').map(map => map.layer))].sort((one, other) => one - other);
  return layers.flatMap(layer => {
    const indices = indicesOf(maps, map => map.kind === 'encoder' && map.layer === layer);
    const name = `Layer ${layer + 1}`;
    if (indices.length === 1) return [{ key: `layer-${layer}`, name, indices }];
    return [
      { key: `layer-${layer}`, name: `${name}, mean of heads`, indices },
      ...indices.map((index, head) => ({ key: `layer-${layer}-${head}`, name: `${name}, head ${head + 1}`, indices: [index] })),
    ];
  });
}

/** The maps that a trace's rows could be of. Of a model whose maps are all of one kind, that is not said. */
export function traceChoices(maps: readonly MapId[]): Choice[] {
  const kinds = new Set(maps.map(map => map.kind));
  return maps.map(map => {
    const head = map.head === 'mean' ? 'mean of heads' : `head ${map.head + 1}`;
    return { key: traceKey(map), name: `${kinds.size > 1 ? `${kindNames[map.kind]}, layer` : 'Layer'} ${map.layer + 1}, ${head}` };
  });
}

export function traceKey({ kind, layer, head }: MapId): string {
  return `${kind} ${layer} ${head}`;
}

const kindNames: Readonly<Record<MapId['kind'], string>> = { cross: 'To the source', encoder: 'Among source words', decoder: 'Among all words' };

function indicesOf(maps: readonly ClassifierMap[], wanted: (map: ClassifierMap) => boolean): number[] {
  return maps.flatMap((map, index) => (wanted(map) ? [index] : []));
}

/** The mean of maps of the same size, `[query][key]`. */
export function meanOf(maps: readonly (readonly Float32Array[])[]): Float32Array[] {
  const [first = []] = maps;
  return first.map((row, query) => row.map((_, key) => maps.reduce((sum, map) => sum + (map[query]?.[key] ?? 0), 0) / maps.length));
}
