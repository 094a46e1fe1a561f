import type { MapKind } from '../../protocol/trace.ts';

/** "cross attention"; what a classifier pools with is no attention of a layer. */
export function kindName(kind: MapKind): string {
  return kind === 'pooling' ? kind : `${kind} attention`;
}
