/** How layers, heads and what heads do are called, wherever they are named. */
import type { HeadRole, InspectedLayer } from '../../protocol/inspection.ts';
import type { MapKind } from '../../protocol/trace.ts';

export const kindNames: Readonly<Record<MapKind, string>> = {
  encoder: 'Encoder, over the whole text',
  decoder: 'Decoder, over what stands before',
  cross: 'Decoder, over the source',
  pooling: 'Pooling, over every position',
};

export const roleNames: Readonly<Record<HeadRole, string>> = {
  previous: 'previous token', next: 'next token', first: 'first token', self: 'itself', duplicate: 'duplicate', induction: 'induction',
  positional: 'positional', separator: 'separator', diagonal: 'diagonal',
};

/** "Layer 3"; where the model has several kinds of attention, of which kind it is is told beside it. */
export function layerName({ layer }: Pick<InspectedLayer, 'layer'>): string {
  return `Layer ${layer + 1}`;
}

/** "Layer 3, head 5". */
export function headName({ layer, head }: { readonly layer: number; readonly head: number }): string {
  return `Layer ${layer + 1}, head ${head + 1}`;
}

/** Tells a layer from all others of its model. */
export function layerKey({ kind, layer }: Pick<InspectedLayer, 'kind' | 'layer'>): string {
  return `${kind} ${layer}`;
}
