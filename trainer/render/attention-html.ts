/** A pass of a model as one page that needs nothing else: every map that was asked for, with a choice of layer and head. */
import { createHash } from 'node:crypto';
import { type Attention, type ShownMaps, type Side, sidesOf } from '../foreign/attention.ts';
import { Failure } from '../../protocol/failure.ts';
import { byteOf } from '../../protocol/map-bytes.ts';
import { kindNames } from '../../protocol/map-name.ts';
import type { SourceSide } from '../../protocol/trace.ts';
import type { Head } from './attention-json.ts';
import { attentionScript } from './attention-html-script.ts';
import { attentionStyle } from './attention-html-style.ts';
import { escapeMarkup } from './escape.ts';
import { fit } from './display-width.ts';
import { printableWord } from './printable.ts';

/** A page of more weights than these would open slowly, if at all. */
const mostWeights = 24_000_000;

/** A picture that was given, to lie under the maps. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly type: 'image/png' | 'image/jpeg';
}

export interface PageOptions {
  readonly picture?: Picture | undefined;
  /** Which of the layer's maps is shown first. */
  readonly head?: Head;
  /** Of maps that are not as the model has them: how they were read. */
  readonly reading?: readonly string[];
}

/**
 * Its policy allows just its own style and script, by their hashes, and pictures that are in it.
 * @throws Failure `bad-argument` where there are too many maps for a page
 */
export function renderAttentionHtml(attention: Attention, { picture, head, reading = [] }: PageOptions = {}): string {
  const count = attention.maps.reduce((sum, { weights }) => sum + weights.length, 0);
  if (count > mostWeights) {
    throw new Failure(
      'bad-argument',
      `These maps have ${count.toLocaleString('en')} weights; a page holds at most ${mostWeights.toLocaleString('en')}.`,
      'Choose a layer with --map, or write --safetensors.',
    );
  }
  const { model, source, target, read, warnings } = attention;
  const title = fit(printableWord(source?.text ?? model), 60);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '${hashOf(attentionStyle)}'; script-src '${hashOf(attentionScript)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Attention Scope">
<title>${escapeMarkup(title)}</title>
<style>${attentionStyle}</style>
</head>
<body>
<main>
<p class="model">${[model, ...reading].map(escapeMarkup).join(' · ')}</p>
<p class="choice"><label>Attention <select id="layer"></select></label> <label>Head <select id="head"></select></label></p>
${source === undefined ? '' : renderSide('source', source)}${target === undefined ? '' : renderSide('target', target)}${read === undefined ? '' : renderSide('read', read)}${picture === undefined ? '' : renderPicture(picture)}
${warnings.length === 0 ? '' : `<ul class="warnings">${warnings.map(warning => `<li>${escapeMarkup(warning)}</li>`).join('')}</ul>\n`}<p class="readout" aria-live="polite">Point at a ${picture === undefined ? 'token' : 'patch'}, or at the matrix.</p>
<div class="scroll"><canvas class="matrix" role="img" aria-label="The attention matrix: a row a query, a column a key"></canvas></div>
<p class="note">Attention shows where the model looked; by itself it does not explain what it made of it. ${reading.length === 0 ? 'Each row adds up to 100 %. ' : ''}Shades are relative to the strongest weight of the map.</p>
</main>
<script type="application/json" id="data">${escapeJson(dataOf(attention, head))}</script>
<script>${attentionScript}</script>
</body>
</html>
`;
}

/** A text whose tokens can be pointed at; what is no part of it, such as a token that begins it, stands there as a chip. */
function renderSide(name: Side, { text, tokens }: SourceSide): string {
  let end = 0;
  const parts = tokens.map(token => {
    const start = Math.max(end, token.start);
    const between = escapeMarkup(text.slice(end, start));
    const shown = text.slice(start, token.end);
    end = Math.max(start, token.end);
    return shown === ''
      ? `${between}<span class="chip">${escapeMarkup(printableWord(token.text))}</span>`
      : `${between}<span>${escapeMarkup(shown)}</span>`;
  });
  return `<p class="text ${name}" dir="auto">${parts.join('')}${escapeMarkup(text.slice(end))}</p>\n`;
}

function renderPicture({ bytes, type }: Picture): string {
  return `<figure class="picture"><img alt="The image that was given" src="data:${type};base64,${Buffer.from(bytes).toString('base64')}"><canvas></canvas></figure>`;
}

/** What the script draws. Weights are bytes, as base64. */
function dataOf(attention: Attention, head: Head): string {
  const { source, target, read, image, maps } = attention;
  const names = (side: SourceSide | undefined): string[] | undefined => side?.tokens.map(({ text }) => text);
  return JSON.stringify({
    head,
    source: names(source),
    target: names(target),
    read: names(read),
    image: image === undefined ? undefined : { width: image.width, height: image.height, patches: image.patches.map(({ x, y, width, height }) => [x, y, width, height]) },
    layers: maps.map(layer => ({
      name: `${kindNames[layer.kind].short}: layer ${layer.layer + 1}`, heads: layer.heads, rows: layer.queries, columns: layer.keys, ...sidesOf(layer, attention), ...bytesOf(layer),
    })),
  });
}

/** Bytes as windows of maps have them; 0, which no weight of a signed map is, for nothing to compare. */
function bytesOf({ weights }: ShownMaps): { readonly full: number; readonly isSigned: boolean; readonly bytes: string } {
  let [isSigned, full] = [false, 1];
  for (const weight of weights) {
    isSigned ||= !(weight >= 0);
    if (!Number.isNaN(weight)) full = Math.max(full, Math.abs(weight));
  }
  const bytes = Uint8Array.from(weights, weight => (Number.isNaN(weight) ? 0 : byteOf(weight / full, isSigned)));
  return { full, isSigned, bytes: Buffer.from(bytes).toString('base64') };
}

/** JSON inside of an element: nothing in it may end that. */
function escapeJson(json: string): string {
  return json.replaceAll('<', '\\u003c');
}

function hashOf(inline: string): string {
  return `sha256-${createHash('sha256').update(inline, 'utf8').digest('base64')}`;
}
