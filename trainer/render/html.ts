import { createHash } from 'node:crypto';
import { kindNames } from '../../protocol/map-name.ts';
import type { MapId, Span, Trace } from '../../protocol/trace.ts';
import { displayWidth, fit } from './display-width.ts';
import { escapeMarkup } from './escape.ts';
import { htmlScript } from './html-script.ts';
import { htmlStyle, shadeSteps } from './html-style.ts';
import { noAttention, percent, sentenceMaps, type SentenceMap } from './sentence-maps.ts';
import { printableWord } from './printable.ts';

const longestHeading = 20;
/** Above this many characters, a translation is set as running text rather than as a headline. */
const longTranslation = 120;
/** Above this many columns, cells are smaller. */
const manyColumns = 14;

/**
 * A trace as one HTML file that needs nothing else and may load nothing: its policy allows just its own style and
 * script, by their hashes. The texts, then one table a sentence, target words down and source words across.
 */
export function renderHtml(trace: Trace): string {
  const maps = sentenceMaps(trace);
  const headings = maps.flatMap(({ source }) => source.map(({ text }) => displayWidth(headingOf(text))));
  const style = htmlStyle(0.6 * Math.max(1, ...headings));
  const map = trace.map === undefined ? noAttention : nameOf(trace.map);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(htmlScript)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Attention Scope">
<title>${escapeMarkup(fit(printableWord(trace.target.text), 60))}</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="model">${escapeMarkup(trace.model)} · ${map}</p>
<p class="text source" dir="auto">${markWords(trace.source)}</p>
<h1 class="text translation${trace.target.text.length > longTranslation ? ' long' : ''}" dir="auto">${markWords(trace.target)}</h1>
${renderWarnings(trace.warnings)}${maps.length === 0 ? '' : renderMaps(maps)}</main>
${maps.length === 0 ? '' : `<script>${htmlScript}</script>\n`}</body>
</html>
`;
}

function renderMaps(maps: readonly SentenceMap[]): string {
  return `<p class="readout">Point at a word, or walk through the table with the arrow keys.</p>
${maps.map(renderTable).join('\n')}
<p class="legend"><span class="scale">0 % <i></i> 100 % of a word’s attention</span><span><span class="ring"></span>linked word</span></p>
<p class="note">Attention shows where the model looked while it wrote each word; by itself it does not explain why it chose that word. Rows add up to 100 % together with what spaces and the end of the sentence received, which is not drawn.</p>
`;
}

function renderTable(map: SentenceMap): string {
  const columns = map.source.map(({ text, index }) =>
    `<th scope="col" data-word="${index}" title="${escapeMarkup(text)}"><span dir="auto">${escapeMarkup(headingOf(text))}</span></th>`);
  const rows = map.target.map(({ text, index }, row) => {
    const cells = (map.weights[row] ?? []).map((weight, column) => renderCell(weight, map.links[row] === column));
    return `<tr><th scope="row" data-word="${index}" dir="auto" title="${escapeMarkup(text)}">${escapeMarkup(headingOf(text))}</th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll"><table${map.source.length > manyColumns ? ' class="dense"' : ''}>
<caption class="hidden">Attention in percent: each row is a word of the translation, each column a word of the source.</caption>
<thead><tr><td class="corner"></td>${columns.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function renderCell(weight: number, linked: boolean): string {
  const shade = `w${Math.round(weight * shadeSteps)}`;
  return linked
    ? `<td class="${shade} linked">${percent(weight)}<span class="hidden"> linked</span></td>`
    : `<td class="${shade}">${percent(weight)}</td>`;
}

function renderWarnings(warnings: readonly string[]): string {
  if (warnings.length === 0) return '';
  return `<ul class="warnings">${warnings.map(warning => `<li>${escapeMarkup(warning)}</li>`).join('')}</ul>\n`;
}

/** A side's text with its words marked, so that the script can light them up. */
function markWords({ text, words }: { readonly text: string; readonly words: readonly Span[] }): string {
  let end = 0;
  const parts = words.map((word, index) => {
    const between = escapeMarkup(text.slice(end, word.start));
    end = word.end;
    return `${between}<span data-word="${index}">${escapeMarkup(text.slice(word.start, word.end))}</span>`;
  });
  return parts.join('') + escapeMarkup(text.slice(end));
}

function headingOf(text: string): string {
  return fit(printableWord(text), longestHeading);
}

function hashOf(inline: string): string {
  return `sha256-${createHash('sha256').update(inline, 'utf8').digest('base64')}`;
}

const nameOf = ({ kind, layer, head }: MapId): string =>
  `${kindNames[kind].short}: layer ${layer + 1}, ${head === 'mean' ? 'mean of its heads' : `head ${head + 1}`}`;
