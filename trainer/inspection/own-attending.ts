/** A model that was trained here, as `attend` asks any model: all of its maps, of a text or an image. */
import { Failure } from '../../protocol/failure.ts';
import type { Axis } from '../../protocol/inspection.ts';
import type { SourceSide } from '../../protocol/trace.ts';
import { readManifest } from '../checkpoints/open.ts';
import { openOwn } from '../engine/own-model.ts';
import { type Attention, chooseLayers, type Wanted } from '../foreign/attention.ts';
import { isSameLayer } from '../foreign/layer-maps.ts';
import type { OpenForeign } from '../foreign/open.ts';
import { mostFloatBytes } from '../foreign/what-fits.ts';
import { tokenAt } from '../text/token.ts';
import { spelledIn } from './axes.ts';
import type { Pass } from './pass.ts';
import { passOf } from './inspector.ts';
import { headMatrix, weightsOf } from './reading/matrix.ts';

type Asked = Omit<Parameters<typeof passOf>[1], 'folder'>;

/** @throws Failure `unknown-model`, `broken-model` */
export async function openOwnAttending(folder: string, { threads }: { readonly threads: number }): Promise<OpenForeign> {
  const { manifest } = await readManifest(folder);
  const model = await openOwn(folder, { threads, facet: 'inspector' });
  const attend = async (asked: Asked, wanted: Wanted, signal?: AbortSignal): Promise<Attention> => attentionOf(await passOf(model, { ...asked, folder }, signal), wanted);
  const common = { model: folder, beam: 1, interventions: [] };
  return {
    ...model,
    untapped: [],
    attending: manifest.task === 'image-classification'
      ? { image: ({ image, name }, wanted) => attend({ asked: { ...common, text: name, languageId: '' }, image }, wanted) }
      : { text: ({ text, languageId = '' }, wanted, signal) => attend({ asked: { ...common, text, languageId } }, wanted, signal) },
  };
}

/** @throws Failure `bad-argument` where there is no such layer; `text-too-long` where whole maps have no room */
export function attentionOf({ model, axes, layers, usual, image, warnings }: Pass, wanted: Wanted): Attention {
  const usualLayer = usual?.of === 'heads' ? usual : undefined;
  const chosen = chooseLayers(wanted ?? usualLayer, layers, model);
  const bytes = chosen.reduce((sum, { heads, rows, columns }) => sum + 4 * heads * rows * columns, 0);
  if (bytes > mostFloatBytes) {
    throw new Failure('text-too-long', `The maps of this text have ${Math.round(bytes / 1e6)} MB; at most ${Math.round(mostFloatBytes / 1e6)} are given at once.`, 'Give a shorter text, or choose a layer with --map.');
  }
  const sides = sidesIn(axes);
  return {
    model,
    ...sides,
    ...(image === undefined ? {} : { image }),
    maps: layers.filter(layer => chosen.some(one => isSameLayer(one, layer))).map(layer => {
      const { kind, layer: number, heads, rows: queries, columns: keys } = layer;
      const weights = new Float32Array(heads * queries * keys);
      for (let head = 0; head < heads; head++) weightsOf(headMatrix(layer, head), weights.subarray(head * queries * keys, (head + 1) * queries * keys));
      return { kind, layer: number, heads, queries, keys, weights };
    }),
    layers: layers.map(({ kind, layer, heads }) => ({ kind, layer, heads })),
    warnings,
  };
}

function sidesIn(axes: readonly Axis[]): Pick<Attention, 'source' | 'target' | 'read'> {
  const sideOf = ({ text, tokens, words }: Axis): SourceSide => ({
    text,
    tokens: tokens.map(token => tokenAt(spelledIn(text, token), token, token.text)),
    words,
  });
  const source = axes.find(({ side }) => side === 'source');
  const [target, read] = axes.filter(({ side }) => side === 'target');
  return { ...(source && { source: sideOf(source) }), ...(target && { target: sideOf(target) }), ...(read && { read: sideOf(read) }) };
}
