import { escapeMarkdown } from './escape-markdown.ts';
import {
  attentionLegend,
  attentionTable,
  type ComparisonReport,
  comparisonTable,
  legend,
  lengthChart,
  lengthTable,
  type ReportCell,
  type ReportTable,
} from './report.ts';

/** The report as Markdown; `chart` is the path, as seen from the report, of the picture that `lengthChart` describes. */
export function renderMarkdownReport(report: ComparisonReport, chart: string): string {
  const settings: ReportTable = {
    headings: ['Setting', 'Value'],
    rows: report.settings.map(({ name, value }) => [{ text: name, best: false }, { text: value, best: false }]),
  };
  const picture = lengthChart(report);
  const attention = attentionTable(report);
  return [
    `# ${escapeMarkdown(report.title)}`,
    renderTable(comparisonTable(report)),
    legend,
    ...(picture === undefined ? [] : [
      '## By length',
      `![${escapeMarkdown(picture.title)}](<${encodeURI(chart).replace(/[<>]/gu, encodeURIComponent)}>)`,
      renderTable(lengthTable(report)),
    ]),
    ...(attention === undefined ? [] : ['## Attention', renderTable(attention), attentionLegend]),
    ...(report.settings.length === 0 ? [] : ['## Settings', renderTable(settings, 'left')]),
    ...(report.notes.length === 0 ? [] : ['## Notes', report.notes.map(note => `- ${escapeMarkdown(note)}`).join('\n')]),
  ].join('\n\n') + '\n';
}

/** The first column to the left, the others, numbers mostly, to the right. */
function renderTable({ headings, rows }: ReportTable, others: 'left' | 'right' = 'right'): string {
  const rule = headings.map((_, column) => (column === 0 || others === 'left' ? '---' : '---:'));
  return [headings.map(escapeMarkdown), rule, ...rows.map(row => row.map(renderCell))].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

function renderCell({ text, best }: ReportCell): string {
  return best ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text);
}
