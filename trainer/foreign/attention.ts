/** What a foreign model looked at in one pass: maps of its layers, and what their rows and columns are. */
import type { TextAttention } from '../../protocol/checkpoint.ts';
import type { Patch } from '../../protocol/classification.ts';
import { Failure } from '../../protocol/failure.ts';
import { layerInWords, layersInWords, noSuchHead } from '../../protocol/map-name.ts';
import type { MapId, MapKind, SourceSide } from '../../protocol/trace.ts';
import { type LayerId, type LayerKey, type LayerMaps, isSameLayer, mapOf } from './layer-maps.ts';
import type { OutputStates } from './output-states.ts';

/** An image, and what stands for each position: the whole of it, for one that is of no place. */
export interface AttendedImage {
  readonly width: number;
  readonly height: number;
  readonly patches: readonly Patch[];
}

/** A model's layer that can be looked at. */
export interface LayerInfo extends LayerId {
  /** `null`: known only when it runs. */
  readonly heads: number | null;
}

/** Maps as they are shown: of a layer's attention, or of a classifier's pooling. */
export interface ShownMaps extends Omit<LayerMaps, 'kind'> {
  readonly kind: MapKind;
}

export interface ShownLayer extends LayerKey {
  readonly heads: number | null;
}

export interface Attention {
  readonly model: string;
  /** What was given; nothing where it was numbers. */
  readonly source?: SourceSide;
  readonly image?: AttendedImage;
  /** What the model wrote, where it writes; its start token first. */
  readonly target?: SourceSide;
  /** What it read while it wrote, where `target` is without the start token: that, and all that it wrote but the last. */
  readonly read?: SourceSide;
  /** Of the layers that were asked for. */
  readonly maps: readonly ShownMaps[];
  /** What else came out, of a graph that is fed numbers. */
  readonly states?: OutputStates;
  /** Every layer there is. */
  readonly layers: readonly ShownLayer[];
  readonly warnings: readonly string[];
}

/** Which layers are wanted; `all`, or the one of a map, or the first that there is. */
export type Wanted = 'all' | LayerKey | undefined;

/**
 * The layers to fetch of those that there are.
 * @param model names the model in messages
 * @throws Failure `bad-argument` where there is no such layer
 */
export function chooseLayers<Layer extends LayerKey>(wanted: Wanted, layers: readonly Layer[], model: string): readonly Layer[] {
  if (wanted === 'all') return layers;
  const found = wanted === undefined ? layers[0] : layers.find(layer => isSameLayer(layer, wanted));
  if (found !== undefined) return [found];
  if (wanted === undefined) return [];
  const known = layers.length === 0 ? 'no attention of it can be read' : `it has ${layersInWords(layers)}`;
  throw new Failure('bad-argument', `${model} has no ${layerInWords(wanted)}; ${known}.`, 'Choose one of these.');
}

export type Side = 'source' | 'target' | 'read';

/** What the rows and columns of a layer's maps are. */
export function sidesOf({ kind }: LayerKey, { target, read }: Pick<Attention, 'target' | 'read'>): { readonly queries: Side; readonly keys: Side } {
  if (kind === 'decoder' && read !== undefined) return { queries: 'read', keys: 'read' };
  return textSides(kind, target !== undefined);
}

function textSides(kind: MapKind, writes: boolean): Pick<TextAttention, 'queries' | 'keys'> {
  return { queries: kind !== 'encoder' && writes ? 'target' : 'source', keys: kind === 'decoder' && writes ? 'target' : 'source' };
}

/** @throws Failure `bad-argument` where a layer has no such head */
export function checkHead(head: number | 'mean', maps: ShownMaps): void {
  if (head === 'mean' || head < maps.heads) return;
  throw new Failure('bad-argument', noSuchHead(maps, head), 'Choose one of these.');
}

/**
 * One map of a text, as the editor is told it.
 * @throws Failure `bad-argument` where there is no such head, or no map at all
 */
export function textAttention(attention: Attention, wanted: MapId | undefined): TextAttention {
  const { model, source, target, layers, warnings } = attention;
  const maps = wanted === undefined ? attention.maps[0] : attention.maps.find(one => isSameLayer(one, wanted));
  if (maps === undefined || maps.kind === 'pooling' || source === undefined) {
    throw new Failure('bad-argument', `No attention of ${model} can be read.`, 'Inspect it: the list of its operators says why.');
  }
  const head = wanted?.head ?? (maps.heads === 1 ? 0 : 'mean');
  checkHead(head, maps);
  return {
    model,
    source,
    ...(target === undefined ? {} : { target }),
    map: { kind: maps.kind, layer: maps.layer, head },
    layers: layers.flatMap(({ kind, layer, heads }) => (kind === 'pooling' ? [] : { kind, layer, heads: heads ?? attention.maps.find(one => isSameLayer(one, { kind, layer }))?.heads ?? 1 })),
    ...textSides(maps.kind, target !== undefined),
    weights: Array.from(mapOf(maps, head)),
    warnings,
  };
}
