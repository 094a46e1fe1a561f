import type { Trace } from '../../protocol/trace.ts';
import { fit } from './display-width.ts';
import { escapeMarkup } from './escape.ts';
import { noAttention, percent, sentenceMaps, type SentenceMap } from './sentence-maps.ts';
import { printableWord } from './printable.ts';
import { textWidth } from './text-width.ts';

const cell = 32;
const gap = 2;
const pitch = cell + gap;
const margin = 16;
const fontSize = 14;
const longestLabel = 20;
const slant = 50;
const [slantSine, slantCosine] = [Math.sin((slant * Math.PI) / 180), Math.cos((slant * Math.PI) / 180)];

const style = `
.paper{fill:#fffdf9}.label{fill:#1f1d1a;font-size:${fontSize}px}.empty{fill:#1f1d1a;fill-opacity:.03}.heat{fill:#f59300}
.linked{fill:none;stroke:#a35200;stroke-width:2}.value{fill:#1f1d1a;font-size:11px;text-anchor:middle}
@media(prefers-color-scheme:dark){.paper{fill:#171614}.label,.value{fill:#ece8e1}.value.strong{fill:#000}.empty{fill:#ece8e1}.heat{fill:#ff9f1c}.linked{stroke:#ffc069}}
`;

/**
 * The attention matrix as one SVG file, sized to its content: target words down, source words across, weights from 5 %
 * written in their cells, linked words ringed; the matrices of several sentences one above the other. Of a model without
 * attention, a note that it has none.
 */
export function renderSvg(trace: Trace): string {
  if (trace.map === undefined) return svgOf(trace, { width: emptyWidth, height: 2 * margin + fontSize }, 'The model has no attention.', noteOfNone);
  const maps = sentenceMaps(trace).map(measure);
  const width = 2 * margin + Math.max(0, ...maps.map(map => map.width));
  const height = 2 * margin + maps.reduce((sum, map) => sum + map.height, 0) + Math.max(0, maps.length - 1) * margin;
  let top = margin;
  const groups = maps.map(measured => {
    const group = renderMatrix(measured, top);
    top += measured.height + margin;
    return group;
  });
  return svgOf(trace, { width, height }, describe(maps), groups.join('\n'));
}

const emptyWidth = 200;
const noteOfNone = `<text class="label" x="${margin}" y="${margin + fontSize - 2}">${noAttention}</text>`;

/** @param content of the picture, as markup */
function svgOf(trace: Trace, { width, height }: { readonly width: number; readonly height: number }, description: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title" aria-describedby="desc" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif">
<title id="title">Attention of “${escapeMarkup(fit(printableWord(trace.target.text), 80))}” on “${escapeMarkup(fit(printableWord(trace.source.text), 80))}”</title>
<desc id="desc">${escapeMarkup(description)}</desc>
<style>${style}</style>
<rect class="paper" width="${width}" height="${height}" fill="#fffdf9"/>
${content}
</svg>
`;
}

/** A map with the room that its labels need, in pixels. */
interface Measured {
  readonly map: SentenceMap;
  readonly labels: { readonly source: readonly string[]; readonly target: readonly string[] };
  readonly labelWidth: number;
  readonly headingHeight: number;
  readonly width: number;
  readonly height: number;
}

const widthOf = (label: string): number => textWidth(label, fontSize);

function measure(map: SentenceMap): Measured {
  const labels = {
    source: map.source.map(({ text }) => fit(printableWord(text), longestLabel)),
    target: map.target.map(({ text }) => fit(printableWord(text), longestLabel)),
  };
  const labelWidth = Math.ceil(Math.max(...labels.target.map(widthOf))) + 10;
  const headingHeight = Math.ceil(Math.max(...labels.source.map(widthOf)) * slantSine) + fontSize;
  const reach = labels.source.map((label, column) => column * pitch + cell / 2 + widthOf(label) * slantCosine + fontSize);
  const width = labelWidth + Math.ceil(Math.max(labels.source.length * pitch - gap, ...reach));
  return { map, labels, labelWidth, headingHeight, width, height: headingHeight + labels.target.length * pitch - gap };
}

function renderMatrix({ map, labels, labelWidth, headingHeight }: Measured, top: number): string {
  const left = margin + labelWidth;
  const headings = labels.source.map((label, column) =>
    `<text class="label" transform="translate(${left + column * pitch + cell / 2 + 4} ${top + headingHeight - 7}) rotate(-${slant})">${escapeMarkup(label)}</text>`);
  const rows = labels.target.map((label, row) => {
    const y = top + headingHeight + row * pitch;
    const cells = (map.weights[row] ?? []).map((weight, column) => renderCell(weight, left + column * pitch, y, map.links[row] === column));
    return `<text class="label" text-anchor="end" x="${left - 10}" y="${y + cell / 2 + 5}">${escapeMarkup(label)}</text>${cells.join('')}`;
  });
  return `<g>\n${[...headings, ...rows].join('\n')}\n</g>`;
}

function renderCell(weight: number, x: number, y: number, linked: boolean): string {
  const box = `x="${x}" y="${y}" width="${cell}" height="${cell}" rx="4"`;
  const percentage = percent(weight);
  const heat = percentage < 1 ? '' : `<rect class="heat" ${box} fill="#f59300" fill-opacity="${percentage / 100}"/>`;
  const ring = linked ? `<rect class="linked" x="${x + 1}" y="${y + 1}" width="${cell - 2}" height="${cell - 2}" rx="3" fill="none" stroke="#a35200" stroke-width="2"/>` : '';
  const value = percentage < 5 ? '' :
    `<text class="value${percentage >= 60 ? ' strong' : ''}" text-anchor="middle" x="${x + cell / 2}" y="${y + cell / 2 + 4}">${percentage}</text>`;
  return `<rect class="empty" ${box} fill-opacity=".03"/>${heat}${ring}${value}`;
}

/** The linked words in reading order, for who can't see the picture. */
function describe(maps: readonly Measured[]): string {
  const links = maps.flatMap(({ map }) => map.target.flatMap(({ text }, row) => {
    const column = map.links[row] ?? -1;
    const source = map.source[column];
    if (source === undefined) return [];
    return [`${printableWord(text)} ← ${printableWord(source.text)} ${percent(map.weights[row]?.[column] ?? 0)} %`];
  }));
  return links.length === 0 ? 'No words are linked.' : `Linked words: ${links.join('; ')}.`;
}
