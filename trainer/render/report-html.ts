import { createHash } from 'node:crypto';
import { chartStyle } from './chart-style.ts';
import { escapeMarkup } from './escape.ts';
import { renderLineChart } from './line-chart.ts';
import { printableWord } from './printable.ts';
import { attentionLegend, attentionTable, type ComparisonReport, comparisonTable, legend, lengthChart, lengthTable, type ReportTable } from './report.ts';

/**
 * The report as one HTML file that needs nothing else and may load nothing: its policy allows just its own styles, by
 * their hashes, and no script at all.
 */
export function renderHtmlReport(report: ComparisonReport): string {
  const chart = lengthChart(report);
  const title = escapeMarkup(printableWord(report.title));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(style)}' '${hashOf(chartStyle)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Attention Scope">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${renderTable('Scores and costs', comparisonTable(report))}
<p class="legend">${escapeMarkup(legend)}</p>
${chart === undefined ? '' : `<h2>By length</h2>
<figure>${renderLineChart(chart)}</figure>
${renderTable('BLEU by length of the source', lengthTable(report))}
`}${renderAttention(report)}${renderSettings(report)}${renderNotes(report)}</main>
</body>
</html>
`;
}

function renderTable(caption: string, { headings, rows }: ReportTable): string {
  const body = rows.map(row => {
    const cells = row.map(({ text, best }, column) => {
      const said = escapeMarkup(printableWord(text));
      return column === 0 ? `<th scope="row" dir="auto">${said}</th>` : `<td>${best ? `<strong>${said}</strong>` : said}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="scroll"><table>
<caption class="hidden">${escapeMarkup(caption)}</caption>
<thead><tr>${headings.map(heading => `<th scope="col">${escapeMarkup(printableWord(heading))}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`;
}

function renderAttention(report: ComparisonReport): string {
  const table = attentionTable(report);
  if (table === undefined) return '';
  return `<h2>Attention</h2>\n${renderTable('What the maps are like', table)}\n<p class="legend">${escapeMarkup(attentionLegend)}</p>\n`;
}

function renderSettings({ settings }: ComparisonReport): string {
  if (settings.length === 0) return '';
  const items = settings.map(({ name, value }) =>
    `<div><dt>${escapeMarkup(printableWord(name))}</dt><dd dir="auto">${escapeMarkup(printableWord(value))}</dd></div>`);
  return `<h2>Settings</h2>\n<dl>\n${items.join('\n')}\n</dl>\n`;
}

function renderNotes({ notes }: ComparisonReport): string {
  if (notes.length === 0) return '';
  return `<h2>Notes</h2>\n${notes.map(note => `<p dir="auto">${escapeMarkup(printableWord(note))}</p>`).join('\n')}\n`;
}

function hashOf(inline: string): string {
  return `sha256-${createHash('sha256').update(inline, 'utf8').digest('base64')}`;
}

const style = `
:root{color-scheme:light dark;--paper:#fffdf9;--ink:#1f1d1a;--quiet:#6b665e;--line:#e9e3d8}
@media(prefers-color-scheme:dark){:root{--paper:#171614;--ink:#ece8e1;--quiet:#a09a8f;--line:#34302b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:68rem;margin:0 auto;padding:clamp(1.25rem,4vw,3.5rem)}
h1{margin:0 0 1.5rem;font-size:clamp(1.5rem,3.2vw,2.1rem);line-height:1.3;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{margin:2.5rem 0 .75rem;font-size:1.2rem}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.95rem;font-variant-numeric:tabular-nums}
th,td{padding:.5rem .75rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child{padding-left:0;text-align:left}
td:last-child,th:last-child{padding-right:0}
thead th{color:var(--quiet);font-size:.82rem;font-weight:500;white-space:normal;vertical-align:bottom}
tbody th{font-weight:500}
tbody tr:hover{background:color-mix(in oklab,var(--ink) 4%,transparent)}
.legend{max-width:46rem;color:var(--quiet);font-size:.85rem}
figure{margin:0 0 1rem;overflow-x:auto}
figure svg{display:block;width:100%;min-width:40rem;max-width:56rem;height:auto}
dl{margin:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:.75rem 2rem}
dt{color:var(--quiet);font-size:.82rem}
dd{margin:0;overflow-wrap:anywhere}
p{max-width:46rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media print{.scroll,figure{overflow:visible}}
`;
