import type { SourceSide } from '../../protocol/trace.ts';
import { type Attention, type ShownMaps, sidesOf } from '../foreign/attention.ts';
import { mapOf } from '../foreign/layer-maps.ts';
import { shortest } from './json.ts';

/** Which head of a layer is told; all of them where none is said. */
export type Head = number | 'mean' | undefined;

/**
 * A pass of a model as one line of JSON: `model`; what was given, `source {text, tokens[{text, start, end}]}` or `image {width,
 * height, patches}`; `target`, where the model writes, and `read`, where that is told apart from it; `maps[{kind, layer, head, queries, keys, weights}]` with
 * `weights[query][key]`, whose rows and columns are tokens of what `queries` and `keys` name. Offsets are UTF-16. Weights are
 * the model's own.
 */
export function renderAttentionJson(attention: Attention, head: Head): string {
  return JSON.stringify(attentionObject(attention, head));
}

export function attentionObject(attention: Attention, head: Head) {
  const { model, source, target, read, image, maps } = attention;
  return {
    model,
    ...(source === undefined ? {} : { source: sideOf(source) }),
    ...(image === undefined ? {} : { image }),
    ...(target === undefined ? {} : { target: sideOf(target) }),
    ...(read === undefined ? {} : { read: sideOf(read) }),
    maps: maps.flatMap(layer =>
      headsOf(layer, head).map(one => ({
        kind: layer.kind,
        layer: layer.layer,
        head: one,
        ...sidesOf(layer, attention),
        weights: rowsOf(mapOf(layer, one), layer),
      })),
    ),
  };
}

/** The heads that are told of a layer. */
export function headsOf({ heads }: ShownMaps, head: Head): (number | 'mean')[] {
  return head === undefined ? Array.from({ length: heads }, (_, index) => index) : [head];
}

function rowsOf(weights: Float32Array, { queries, keys }: ShownMaps): number[][] {
  return Array.from({ length: queries }, (_, query) => Array.from(weights.subarray(query * keys, (query + 1) * keys), shortest));
}

function sideOf({ text, tokens }: SourceSide): object {
  return { text, tokens: tokens.map(({ text: spelled, start, end }) => ({ text: spelled, start, end })) };
}
