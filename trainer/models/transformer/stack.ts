/** Layers of self-attention one upon the other: an encoder, or with a causal mask a language model. */
import type { Graph } from '../../graph/graph.ts';
import type { Value } from '../../graph/value.ts';
import type { MapPlace } from '../map-place.ts';
import type { ParameterSpec } from '../parameters.ts';
import { encoderLayer, encoderLayerParameters, finalNorm, finalNormParameters, type LayerContext } from './layer.ts';
import type { TransformerSizes } from './sizes.ts';

/** A stack by its name, and of how many layers; they are named `<name>.<layer>`. */
export interface Stack {
  readonly name: string;
  readonly layers: number;
}

export const layerNames = ({ name, layers }: Stack): string[] => Array.from({ length: layers }, (_, layer) => `${name}.${layer}`);

export function stackParameters(stack: Stack, sizes: TransformerSizes): ParameterSpec[] {
  return [...layerNames(stack).flatMap(name => encoderLayerParameters(name, sizes)), ...finalNormParameters(stack.name, sizes)];
}

/** The maps of a kind, one for each layer and head, read from `<output>.<layer>`. */
export function mapsOf(kind: MapPlace['kind'], layers: number, heads: number, output: string): MapPlace[] {
  return Array.from({ length: layers * heads }, (_, index) => {
    const layer = Math.floor(index / heads);
    return { kind, layer, head: index % heads, output: `${output}.${layer}` };
  });
}

export interface EncodedSequence {
  /** `[time · batch, width]` */
  readonly output: Value;
  /** Every layer's self-attention, `[batch, head, query, key]`. */
  readonly attention: readonly Value[];
}

/**
 * @param x embedded tokens or image patches, `[time · batch, width]`
 * @param maskBias broadcasts to `[batch, head, query, key]`: 0, or −1e9 where a query must not look; without one, each
 *   looks everywhere
 */
export function encodeSequence(context: LayerContext, stack: Stack, x: Value, maskBias: Value | undefined): EncodedSequence {
  const attention: Value[] = [];
  let output = x;
  for (const name of layerNames(stack)) {
    const layer = encoderLayer(context, name, output, maskBias);
    attention.push(layer.self);
    output = layer.output;
  }
  return { output: finalNorm(context, stack.name, output), attention };
}

/** `[1, 1, time, time]`: 0 up to the diagonal, −1e9 beyond. */
export function causalMask(graph: Graph, time: number): Value {
  const data = Float32Array.from({ length: time * time }, (_, index) => (index % time > Math.floor(index / time) ? -1e9 : 0));
  return graph.constant('float32', [1, 1, time, time], data);
}
