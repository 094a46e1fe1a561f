import type { MapKind } from '../../protocol/trace.ts';

/** As the panel calls it, whose layers and heads count from 1: "Encoder: layer 1, head 4". */
export const drawnKinds: Readonly<Record<MapKind, string>> = { encoder: 'Encoder', decoder: 'Decoder', cross: 'Decoder, over the source', pooling: 'Pooling' };

/** "cross attention"; what a classifier pools with is no attention of a layer. */
export function kindName(kind: MapKind): string {
  return kind === 'pooling' ? kind : `${kind} attention`;
}
