/**
 * The layers of a Transformer (Vaswani et al. 2017, section 3.1), normalized after each sub-layer as there or before it
 * (Xiong et al. 2020, figure 1). Rows are time-major, `[time · batch, width]`.
 */
import type { Graph } from '../../graph/graph.ts';
import { add, mul, relu } from '../../graph/operators/elementwise.ts';
import { layerNormalization } from '../../graph/operators/normalize.ts';
import { fixedShape, type Value } from '../../graph/value.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';
import {
  crossAttention,
  crossAttentionParameters,
  type HeadLayout,
  project,
  selfAttention,
  selfAttentionParameters,
} from './multi-head-attention.ts';
import type { Rotation } from './positions.ts';
import type { TransformerSizes } from './sizes.ts';

/** Applies a dropout mask at a site, or nothing. */
export type Dropout = (site: string, x: Value) => Value;

/** Outside of training nothing is dropped. */
export const noDropout: Dropout = (_site, x) => x;

/** Masks as inputs of a training graph, `dropout.<site>` `[rows, width]`, or none at all. */
export function dropoutInputs(graph: Graph, wanted: boolean): Dropout {
  return wanted ? (site, x) => mul(x, graph.input(`dropout.${site}`, 'float32', fixedShape(x))) : noDropout;
}

type LayerSizes = Pick<TransformerSizes, 'width' | 'inner'>;

/** A layer with self-attention alone: of an encoder, or of a language model. */
export function encoderLayerParameters(name: string, { width, inner }: LayerSizes): ParameterSpec[] {
  return [
    ...normParameters(`${name}.attention_norm`, width),
    ...selfAttentionParameters(`${name}.attention`, width),
    ...normParameters(`${name}.feed_forward_norm`, width),
    ...feedForwardParameters(`${name}.feed_forward`, width, inner),
  ];
}

export function decoderLayerParameters(name: string, sizes: LayerSizes): ParameterSpec[] {
  return [
    ...encoderLayerParameters(name, sizes),
    ...normParameters(`${name}.cross_attention_norm`, sizes.width),
    ...crossAttentionParameters(`${name}.cross_attention`, sizes.width),
  ];
}

/** The norm after the last layer; where each sub-layer is followed by its own there is none. */
export function finalNormParameters(name: string, { norm: place, width }: Pick<TransformerSizes, 'norm' | 'width'>): ParameterSpec[] {
  return place === 'pre' ? normParameters(`${name}.norm`, width) : [];
}

function normParameters(name: string, width: number): ParameterSpec[] {
  return [
    { name: `${name}.gain`, shape: [width], start: { kind: 'ones' } },
    { name: `${name}.bias`, shape: [width], start: { kind: 'zeros' } },
  ];
}

function feedForwardParameters(name: string, width: number, inner: number): ParameterSpec[] {
  return [
    { name: `${name}.inner`, shape: [inner, width], start: { kind: 'glorot' } },
    { name: `${name}.inner_bias`, shape: [inner], start: { kind: 'zeros' } },
    { name: `${name}.outer`, shape: [width, inner], start: { kind: 'glorot' } },
    { name: `${name}.outer_bias`, shape: [width], start: { kind: 'zeros' } },
  ];
}

/** What every sub-layer is given besides its input. */
export interface SublayerContext {
  readonly parameters: ParameterSource;
  readonly norm: TransformerSizes['norm'];
  readonly dropout: Dropout;
}

export interface LayerContext extends SublayerContext {
  readonly layout: HeadLayout;
  /** Of rotary positions. */
  readonly rotation: Rotation | undefined;
}

/** What goes into the sub-layer at a site. */
export function enterSublayer({ parameters, norm: place }: SublayerContext, site: string, x: Value): Value {
  return place === 'pre' ? normalized(parameters, `${site}_norm`, x) : x;
}

/** What the layer goes on with: the sub-layer's input `x` plus what it `gave`. */
export function leaveSublayer({ parameters, norm: place, dropout }: SublayerContext, site: string, x: Value, gave: Value): Value {
  const sum = add(x, dropout(site, gave));
  return place === 'pre' ? sum : normalized(parameters, `${site}_norm`, sum);
}

export function finalNorm({ parameters, norm: place }: SublayerContext, name: string, x: Value): Value {
  return place === 'pre' ? normalized(parameters, `${name}.norm`, x) : x;
}

function normalized(parameters: ParameterSource, name: string, x: Value): Value {
  return layerNormalization(x, parameters(`${name}.gain`), parameters(`${name}.bias`));
}

/** `max(0, x W₁ + b₁) W₂ + b₂` (section 3.3, equation 2), as a whole sub-layer. */
export function feedForwardSublayer(context: SublayerContext, name: string, x: Value): Value {
  const { parameters } = context;
  const site = `${name}.feed_forward`;
  const inner = relu(project(parameters, `${site}.inner`, enterSublayer(context, site, x)));
  return leaveSublayer(context, site, x, project(parameters, `${site}.outer`, inner));
}

export interface LayerOutput {
  readonly output: Value;
  /** Self-attention, `[batch, head, query, key]`. */
  readonly self: Value;
}

/** @param maskBias broadcasts to `[batch, head, query, key]` */
export function encoderLayer(context: LayerContext, name: string, x: Value, maskBias: Value | undefined): LayerOutput {
  const attended = selfAttentionSublayer(context, name, x, maskBias);
  return { output: feedForwardSublayer(context, name, attended.output), self: attended.self };
}

export interface DecoderMasks {
  /** Broadcasts to `[batch, head, target, target]`: no token looks at later ones. */
  readonly causal: Value;
  /** Broadcasts to `[batch, head, target, source]`: none looks at padding. */
  readonly source: Value;
}

export interface DecoderLayerOutput extends LayerOutput {
  /** Cross-attention, `[batch, head, target, source]`. */
  readonly cross: Value;
}

/** @param memory `[source · batch, width]` */
export function decoderLayer(context: LayerContext, name: string, x: Value, memory: Value, masks: DecoderMasks): DecoderLayerOutput {
  const { parameters, layout } = context;
  const { output: own, self } = selfAttentionSublayer(context, name, x, masks.causal);
  const site = `${name}.cross_attention`;
  const crossed = crossAttention(parameters, site, enterSublayer(context, site, own), memory, masks.source, layout);
  const attended = leaveSublayer(context, site, own, crossed.output);
  return { output: feedForwardSublayer(context, name, attended), self, cross: crossed.weights };
}

function selfAttentionSublayer(context: LayerContext, name: string, x: Value, maskBias: Value | undefined): LayerOutput {
  const { parameters, layout, rotation } = context;
  const site = `${name}.attention`;
  const { output, weights } = selfAttention(parameters, site, enterSublayer(context, site, x), maskBias, layout, rotation);
  return { output: leaveSublayer(context, site, x, output), self: weights };
}
