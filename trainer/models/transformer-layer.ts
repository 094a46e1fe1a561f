/**
 * The layers of a Transformer (Vaswani et al. 2017, section 3.1) with normalization before each sub-layer (Xiong et al.
 * 2020, "pre-LN"): `x + dropout(sublayer(norm(x)))`. Rows are time-major, `[time · batch, width]`.
 */
import { add, relu } from '../graph/operators/elementwise.ts';
import { linear } from '../graph/operators/linear.ts';
import { layerNormalization } from '../graph/operators/normalize.ts';
import type { Value } from '../graph/value.ts';
import {
  crossAttention,
  crossAttentionParameters,
  type HeadLayout,
  selfAttention,
  selfAttentionParameters,
} from './multi-head-attention.ts';
import type { ParameterSource, ParameterSpec } from './parameters.ts';

/** Applies a dropout mask at a site, or nothing. */
export type Dropout = (site: string, x: Value) => Value;

export interface LayerSizes {
  /** Features of a row, d_model. */
  readonly width: number;
  /** Features inside the feed-forward sub-layer, d_ff. */
  readonly feedForward: number;
}

export function encoderLayerParameters(name: string, { width, feedForward }: LayerSizes): ParameterSpec[] {
  return [
    ...normParameters(`${name}.attention_norm`, width),
    ...selfAttentionParameters(`${name}.attention`, width),
    ...normParameters(`${name}.feed_forward_norm`, width),
    ...feedForwardParameters(`${name}.feed_forward`, width, feedForward),
  ];
}

export function decoderLayerParameters(name: string, sizes: LayerSizes): ParameterSpec[] {
  return [
    ...encoderLayerParameters(name, sizes),
    ...normParameters(`${name}.cross_attention_norm`, sizes.width),
    ...crossAttentionParameters(`${name}.cross_attention`, sizes.width),
  ];
}

export function normParameters(name: string, width: number): ParameterSpec[] {
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

export function norm(parameters: ParameterSource, name: string, x: Value): Value {
  return layerNormalization(x, parameters(`${name}.gain`), parameters(`${name}.bias`));
}

/** `max(0, x W₁ + b₁) W₂ + b₂` (section 3.3, equation 2). */
function feedForward(parameters: ParameterSource, name: string, x: Value): Value {
  const inner = relu(linear(x, parameters(`${name}.inner`), parameters(`${name}.inner_bias`)));
  return linear(inner, parameters(`${name}.outer`), parameters(`${name}.outer_bias`));
}

/** What a sub-layer is given besides its input. */
export interface LayerContext {
  readonly parameters: ParameterSource;
  readonly layout: HeadLayout;
  readonly dropout: Dropout;
}

/** A sub-layer with its norm, dropout and residual connection. */
function residual({ parameters, dropout }: LayerContext, site: string, x: Value, sublayer: (normed: Value) => Value): Value {
  return add(x, dropout(site, sublayer(norm(parameters, `${site}_norm`, x))));
}

/** @param maskBias broadcasts to `[batch, head, source, source]` */
export function encoderLayer(context: LayerContext, name: string, x: Value, maskBias: Value): Value {
  const { parameters, layout } = context;
  const attended = residual(context, `${name}.attention`, x, normed =>
    selfAttention(parameters, `${name}.attention`, normed, maskBias, layout).output,
  );
  return residual(context, `${name}.feed_forward`, attended, normed => feedForward(parameters, `${name}.feed_forward`, normed));
}

export interface DecoderMasks {
  /** Broadcasts to `[batch, head, target, target]`: no token looks at later ones. */
  readonly causal: Value;
  /** Broadcasts to `[batch, head, target, source]`: none looks at padding. */
  readonly source: Value;
}

export interface DecoderLayerOutput {
  readonly output: Value;
  /** Cross-attention, `[batch, head, target, source]`. */
  readonly attention: Value;
}

/** @param memory `[source · batch, width]` */
export function decoderLayer(context: LayerContext, name: string, x: Value, memory: Value, masks: DecoderMasks): DecoderLayerOutput {
  const { parameters, layout, dropout } = context;
  const own = residual(context, `${name}.attention`, x, normed =>
    selfAttention(parameters, `${name}.attention`, normed, masks.causal, layout).output,
  );
  const site = `${name}.cross_attention`;
  const crossed = crossAttention(parameters, site, norm(parameters, `${site}_norm`, own), memory, masks.source, layout);
  const attended = add(own, dropout(site, crossed.output));
  const output = residual(context, `${name}.feed_forward`, attended, normed => feedForward(parameters, `${name}.feed_forward`, normed));
  return { output, attention: crossed.weights };
}
