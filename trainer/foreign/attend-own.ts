/** What a model that was trained here looks at, told as that of any other. */
import type { TextAttention } from '../../protocol/checkpoint.ts';
import type { TextClassification } from '../../protocol/classification.ts';
import { Failure } from '../../protocol/failure.ts';
import type { MapId, Trace } from '../../protocol/trace.ts';
import { meanOfRows } from './classifier-maps.ts';
import type { Attender, AttendRequest } from './facets.ts';

/** Of what writes: the map that a trace's rows are of, whatever it wrote. */
export function attendTrace(write: (request: AttendRequest & { readonly map?: MapId | undefined }) => Promise<Trace>): Attender['attend'] {
  return async request => {
    const trace = await write(request);
    const { model, source, target, map, maps, rows, warnings } = trace;
    if (map === undefined) throw new Failure('bad-argument', `The model ${model} has no attention.`, 'Choose another model.');
    const columns = source.tokens.length;
    const weights = new Array<number>(rows.length * columns).fill(0);
    rows.forEach((row, query) => row.weights.forEach((weight, offset) => (weights[query * columns + row.firstSource + offset] = weight)));
    return { model, source, target, map, layers: layersOf(maps), queries: 'target', keys: 'source', weights, warnings };
  };
}

function layersOf(maps: readonly MapId[]): TextAttention['layers'] {
  const layers = new Map<string, { kind: MapId['kind']; layer: number; heads: number }>();
  for (const { kind, layer, head } of maps) {
    const known = layers.get(`${kind} ${layer}`) ?? { kind, layer, heads: 0 };
    layers.set(`${kind} ${layer}`, { ...known, heads: head === 'mean' ? known.heads : known.heads + 1 });
  }
  return [...layers.values()];
}

/** Of a classifier: one of its encoder's maps, or the mean of a layer's. */
export function attendClassification(classify: (request: AttendRequest) => Promise<TextClassification>): Attender['attend'] {
  return async request => {
    const { model, source, maps, weights, warnings } = await classify(request);
    const shown = maps.flatMap((map, index) => (map.kind === 'encoder' ? [{ ...map, weights: weights[index] ?? [] }] : []));
    const layer = request.map?.layer ?? shown[0]?.layer;
    const head = request.map?.head ?? 'mean';
    const chosen = shown.filter(map => map.layer === layer && (head === 'mean' || map.head === head));
    const [first] = chosen;
    if (first === undefined || (request.map !== undefined && request.map.kind !== 'encoder')) {
      const known = [...new Set(shown.map(map => map.layer))].join(', ');
      throw new Failure('bad-argument', `The model ${model} has no such map; it has encoder attention of ${known === '' ? 'no layer' : `layers ${known}`}.`, 'Choose one of these.');
    }
    const layers = [...new Set(shown.map(map => map.layer))].map(one => ({ kind: 'encoder' as const, layer: one, heads: shown.filter(map => map.layer === one).length }));
    return { model, source, map: { kind: 'encoder', layer: first.layer, head }, layers, queries: 'source', keys: 'source', weights: meanOfRows(chosen.map(({ weights: one }) => one)), warnings };
  };
}
