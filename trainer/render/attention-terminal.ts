import type { SourceSide } from '../../protocol/trace.ts';
import { type Attention, type ShownMaps, sidesOf } from '../foreign/attention.ts';
import { isSameLayer, mapOf } from '../foreign/layer-maps.ts';
import type { Head } from './attention-json.ts';
import { kindName } from './kind-name.ts';
import type { MapWord } from './sentence-maps.ts';
import { printable } from './printable.ts';
import { renderMap, scaleItems, type TerminalOptions } from './terminal.ts';
import { styleFor } from './terminal-style.ts';

/** A matrix with longer sides is no picture any more. */
const mostTokens = 160;

/** Maps of a pass for a terminal, token by token: of each layer the head that is wanted, or the mean of them all. */
export function renderAttention(attention: Attention, head: Head, options: TerminalOptions): string {
  const style = styleFor(options.colour);
  const { target, layers, maps } = attention;
  const written = target === undefined ? [] : [style.bold(printable(target.text))];
  const drawn = maps.map(layer => {
    const which = head ?? (layer.heads === 1 ? 0 : 'mean');
    const title = `${kindName(layer.kind)}, layer ${layer.layer}, ${which === 'mean' ? `mean of ${layer.heads} heads` : `head ${which}`}`;
    const { queries, keys } = layer;
    const map = Math.max(queries, keys) > mostTokens
      ? `${queries} × ${keys} weights: too many to be drawn here; --html draws them.`
      : renderMap(matrixOf(attention, layer, which), options.columns, options.colour, style);
    return `${style.dim(title)}\n${map}`;
  });
  const others = layers.filter(layer => !maps.some(one => isSameLayer(one, layer)));
  const hint = others.length > 0 ? [style.dim(`More with --map: ${others.map(({ kind, layer }) => `${kind}:${layer}`).join(' ')}`)] : [];
  return [...written, ...drawn, style.dim(scaleItems(options.colour).join('  ').replace('word', 'token')), ...hint].join('\n\n');
}

function matrixOf(attention: Attention, layer: ShownMaps, head: number | 'mean'): Parameters<typeof renderMap>[0] {
  const { queries, keys } = sidesOf(layer, attention);
  const weights = mapOf(layer, head);
  return {
    target: wordsOf(attention[queries], layer.queries),
    source: wordsOf(attention[keys], layer.keys),
    weights: Array.from({ length: layer.queries }, (_, query) => Array.from(weights.subarray(query * layer.keys, (query + 1) * layer.keys))),
    links: Array.from({ length: layer.queries }, () => -1),
  };
}

/** Tokens; where there is no text, their numbers. */
function wordsOf(side: SourceSide | undefined, count: number): MapWord[] {
  return Array.from({ length: count }, (_, index) => ({ index, text: side?.tokens[index]?.text ?? String(index) }));
}
