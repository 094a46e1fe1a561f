/**
 * How maps are called in a message that is read beside the page, where layers and heads count from 1, as well as at a command line,
 * where they count from 0: both are said, the name as the page has it and the spelling that a command takes.
 */
import { type MapKind, mapKinds } from './trace.ts';

/** What a kind of attention is called: `short` before a layer, "Encoder: layer 1, head 4"; `long` where one is chosen, or told from others. */
export const kindNames: Readonly<Record<MapKind, { readonly short: string; readonly long: string }>> = {
  encoder: { short: 'Encoder', long: 'Encoder, over the whole text' },
  decoder: { short: 'Decoder', long: 'Decoder, over what stands before' },
  cross: { short: 'Decoder, over the source', long: 'Decoder, over the source' },
  pooling: { short: 'Pooling', long: 'Pooling, over every position' },
};

/** What the rows of a map are called, and its columns. */
export interface MapSides {
  readonly rows: string;
  readonly columns: string;
}

/** A row looks, a column is looked at: of one text over itself, or of what was written over what was given. */
export const sideNames: Readonly<Record<MapKind, MapSides>> = {
  encoder: { rows: 'from', columns: 'to' }, decoder: { rows: 'from', columns: 'to' },
  cross: { rows: 'output', columns: 'input' }, pooling: { rows: 'output', columns: 'input' },
};

interface Layer {
  readonly kind: MapKind;
  readonly layer: number;
}

/** “Encoder: layer 1” (encoder:0) */
export function layerInWords({ kind, layer }: Layer): string {
  return `“${kindNames[kind].short}: layer ${layer + 1}” (${kind}:${layer})`;
}

/** “Encoder: layers 1, 4” (encoder:0, encoder:3); “Pooling: layer 1” (pooling:0) */
export function layersInWords(layers: readonly Layer[]): string {
  return mapKinds.flatMap(kind => {
    const numbers = [...new Set(layers.filter(layer => layer.kind === kind).map(({ layer }) => layer))];
    if (numbers.length === 0) return [];
    return `“${kindNames[kind].short}: ${numbers.length === 1 ? 'layer' : 'layers'} ${numbers.map(layer => layer + 1).join(', ')}” (${numbers.map(layer => `${kind}:${layer}`).join(', ')})`;
  }).join('; ');
}

/** “Encoder: layer 1, head 4” (encoder:0:3) */
export function headInWords({ kind, layer, head }: Layer & { readonly head: number | 'mean' }): string {
  return `“${kindNames[kind].short}: layer ${layer + 1}, ${head === 'mean' ? 'mean of its heads' : `head ${head + 1}`}” (${kind}:${layer}:${head})`;
}

/** There is no “Encoder: layer 1, head 4” (encoder:0:3); that layer has 3 heads, encoder:0:0 to encoder:0:2. */
export function noSuchHead({ kind, layer, heads }: Layer & { readonly heads: number }, head: number): string {
  const own = heads === 1 ? `one head, ${kind}:${layer}:0` : `${heads} heads, ${kind}:${layer}:0 to ${kind}:${layer}:${heads - 1}`;
  return `There is no ${headInWords({ kind, layer, head })}; that layer has ${own}.`;
}

/** row 3 (query 2): as a reader counts, and as data do. */
export function rowInWords(query: number): string {
  return `row ${query + 1} (query ${query})`;
}

/** step 3 ("step": 2) */
export function stepInWords(step: number): string {
  return `step ${step + 1} ("step": ${step})`;
}

/** Columns that are named one by one; of more than these, how many. */
const mostNamed = 4;

/** column 3 (key 2); columns 3, 4 (keys 2, 3); 12 columns from column 3 (key 2) on */
export function columnsInWords(keys: readonly number[]): string {
  const [first = 0] = keys;
  if (keys.length === 1) return `column ${first + 1} (key ${first})`;
  if (keys.length > mostNamed) return `${keys.length} columns from ${columnsInWords([first])} on`;
  return `columns ${keys.map(key => key + 1).join(', ')} (keys ${keys.join(', ')})`;
}
