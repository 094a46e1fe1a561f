/** Maps as they were read, told as a pass of a model (foreign/attention.ts): its tokens are the rows and columns of these. */
import type { Attention, ShownMaps } from '../../foreign/attention.ts';
import type { Patch } from '../../../protocol/classification.ts';
import type { MapChoice } from '../../../protocol/inspection.ts';
import type { SourceSide } from '../../../protocol/trace.ts';
import type { ReadSide } from './read-out.ts';

export interface ReadMaps {
  readonly model: string;
  readonly kind: MapChoice['kind'];
  readonly layer: number;
  readonly rows: ReadSide;
  readonly columns: ReadSide;
  /** Heads, or a single map; each `[row][column]`. */
  readonly maps: readonly Float32Array[];
  readonly image: Attention['image'] | undefined;
  readonly warnings: readonly string[];
}

export function attentionOfRead({ model, kind, layer, rows, columns, maps, image, warnings }: ReadMaps): Attention {
  const shown: ShownMaps = { kind, layer, heads: maps.length, queries: rows.labels.length, keys: columns.labels.length, weights: joined(maps) };
  const [queries, keys] = [sideOf(rows), sideOf(columns)];
  return {
    model,
    ...(columns.axis.side === 'source' ? { source: keys } : {}),
    ...(columns.axis.side === 'target' ? { read: keys } : {}),
    ...(rows.axis.side === 'target' && columns.axis.side !== 'target' ? { target: queries } : {}),
    ...(image !== undefined && columns.axis.side === 'image' ? { image: { ...image, patches: patchesOf(image.patches, columns) } } : {}),
    maps: [shown],
    layers: [{ kind, layer, heads: maps.length }],
    warnings,
  };
}

function joined(maps: readonly Float32Array[]): Float32Array {
  const [only] = maps;
  if (only !== undefined && maps.length === 1) return only;
  const weights = new Float32Array(maps.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const map of maps) {
    weights.set(map, at);
    at += map.length;
  }
  return weights;
}

function sideOf({ axis: { text, tokens, words }, labels }: ReadSide): SourceSide {
  return {
    text,
    words,
    tokens: labels.map(({ first, end, text: written }) => {
      const members = tokens.slice(first, end).filter(({ special }) => !special);
      const at = tokens[first]?.start ?? 0;
      return { text: written, start: members[0]?.start ?? at, end: members.at(-1)?.end ?? at };
    }),
  };
}

function patchesOf(patches: readonly Patch[], { labels }: ReadSide): Patch[] {
  return labels.flatMap(({ first }) => patches[first] ?? []);
}
