/** From a model's attention over a text to what is drawn. */
import type { TapInfo, TextAttention } from '../../../protocol/checkpoint.ts';
import { rowsOf } from '../../../protocol/classified-words.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import type { AttentionKind, MapId, SourceSide } from '../../../protocol/trace.ts';
import type { MapData, MapFocus } from '../../map/data.ts';
import { largestOf, levelOf } from '../../map/scale.ts';
import type { Choice } from '../../panel/select.ts';
import { PassView, type Unit } from '../../panel/view.ts';

/** A word of one of the map's axes. */
export interface AxisWord {
  readonly axis: 'query' | 'key';
  readonly word: number;
}

/** What is derived from an attention, computed when first asked for. */
export class AttentionView {
  /** What looked: the map's rows. */
  readonly queries: SourceSide;
  /** What was looked at: its columns. */
  readonly keys: SourceSide;
  /** Whether the text looks at itself. */
  readonly isSelf: boolean;
  readonly #pass: PassView;
  readonly #maps = new Map<Unit, MapData>();

  constructor(attention: TextAttention) {
    const side = (name: 'source' | 'target'): SourceSide => (name === 'source' ? attention.source : (attention.target ?? attention.source));
    this.queries = side(attention.queries);
    this.keys = side(attention.keys);
    this.isSelf = attention.queries === attention.keys;
    const rows = rowsOf(attention.weights, this.queries.tokens.length).map(weights => ({ firstSource: 0, weights }));
    this.#pass = new PassView({ source: this.keys, target: this.queries, rows });
  }

  map(unit: Unit): MapData {
    const known = this.#maps.get(unit);
    if (known !== undefined) return known;
    const data = this.#pass.map(unit);
    // Over a long text even the largest weight is small.
    const map = { ...data, full: largestOf(data.weights) };
    this.#maps.set(unit, map);
    return map;
  }

  /** The word that a row or column stands for, or belongs to. */
  wordOf(unit: Unit, axis: AxisWord['axis'], index: number): number | undefined {
    return this.#pass.wordOf(unit, axis === 'query' ? 'target' : 'source', index);
  }

  focus(unit: Unit, lit: AxisWord | undefined): MapFocus {
    return this.#pass.focus(unit, lit === undefined ? undefined : { side: lit.axis === 'query' ? 'target' : 'source', word: lit.word });
  }

  /** How strongly the words of an axis are lit, 0…10, when a word of the other one is pointed at; the strongest most. */
  levels(axis: AxisWord['axis'], lit: AxisWord | undefined): readonly number[] {
    if (lit === undefined || lit.axis === axis) return [];
    const { weights } = this.map('words');
    const linked = lit.axis === 'query' ? Array.from(weights[lit.word] ?? []) : weights.map(row => row[lit.word] ?? 0);
    const most = Math.max(0, ...linked);
    return linked.map(weight => (most > 0 ? levelOf(weight / most) : 0));
  }
}

export type Layer = TextAttention['layers'][number];

/** The layers to choose among. Of a model whose layers are all of one kind, that is not said. */
export function layerChoices(layers: readonly Layer[]): Choice[] {
  const several = new Set(layers.map(({ kind }) => kind)).size > 1;
  return layers.map(layer => ({ key: layerKey(layer), name: several ? `${kindNames[layer.kind].long}: layer ${layer.layer + 1}` : `Layer ${layer.layer + 1}` }));
}

export function layerKey({ kind, layer }: Pick<MapId, 'kind' | 'layer'>): string {
  return `${kind} ${layer}`;
}

/** The heads of a layer, their mean before them where there are several. */
export function headChoices({ heads }: Pick<Layer, 'heads'>): Choice[] {
  const each = Array.from({ length: heads }, (_, head) => ({ key: String(head), name: `Head ${head + 1}` }));
  return heads === 1 ? each : [{ key: 'mean', name: 'Mean of heads' }, ...each];
}

/** The map of a layer that is like the one that was drawn: of the same head, where it has that. */
export function mapOf({ kind, layer, heads }: Layer, head: MapId['head']): MapId {
  if (heads === 1) return { kind, layer, head: 0 };
  return { kind, layer, head: head === 'mean' || head < heads ? head : 'mean' };
}

/** The taps of each kind, in the order in which a model computes them. */
export function tapsByKind(taps: readonly TapInfo[]): readonly { readonly kind: AttentionKind; readonly taps: readonly TapInfo[] }[] {
  const order: readonly AttentionKind[] = ['encoder', 'decoder', 'cross'];
  return order
    .map(kind => ({ kind, taps: taps.filter(tap => tap.kind === kind).toSorted((one, other) => one.layer - other.layer) }))
    .filter(group => group.taps.length > 0);
}
