import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown } from './escape-markdown.ts';
import { renderLineChart } from './line-chart.ts';
import { comparison, hostileComparison } from './report.fixture.ts';
import { renderHtmlReport } from './report-html.ts';
import { renderMarkdownReport } from './report-markdown.ts';
import { lengthChart } from './report.ts';

const withoutLengths = { ...comparison, rows: comparison.rows.map(row => ({ ...row, byLength: [] })) };

describe('lengthChart', () => {
  it('is a line a model, a point a class of lengths', () => {
    const chart = lengthChart(comparison);
    expect(chart?.x).toEqual({ kind: 'categories', label: 'words of the source', names: ['1–5', '6–10', '11 or more'] });
    expect(chart?.series.map(({ name }) => name)).toEqual(['Additive', 'Dot product', 'No attention']);
    expect(chart?.series[0]?.points[2]).toEqual({ x: 2, y: 42.04, interval: [40.79, 43.54] });
    expect(lengthChart(withoutLengths)).toBeUndefined();
  });

  it('leaves out what a model was not tested on', () => {
    const [first, ...others] = comparison.rows;
    const rows = first === undefined ? [] : [first, ...others.map(row => ({ ...row, byLength: 'byLength' in row ? row.byLength.slice(1) : [] }))];
    expect(lengthChart({ ...comparison, rows })?.series[1]?.points.map(({ x }) => x)).toEqual([1, 2]);
    expect(renderMarkdownReport({ ...comparison, rows }, 'a.svg')).toContain('| Dot product | – | 45.2 (44.0–46.7) |');
  });
});

describe('renderMarkdownReport', () => {
  it('has the scores in a table, the best in bold, and the picture', () => {
    const markdown = renderMarkdownReport(comparison, 'by length.svg');
    expect(markdown).toMatch(/^# Attention mechanisms, English to French\n\n\| Model \|/u);
    expect(markdown).toContain('\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n');
    expect(markdown).toContain('\n| Additive | 4,213,760 | **46.0 (44.8–47.5)** | **64.3** | 31.2 | 4,500 | 1,234 |\n');
    expect(markdown).toContain('\n| No attention | 4,213,760 | 33.3 (32.1–34.8) | 51.6 | 31.2 | 4,500 | 1,234 |\n');
    expect(markdown).toContain('\n| Model | Entropy, nats | Confidence | Diagonality |\n');
    expect(markdown).toContain('\n| Dot product | 0.88 | 0.71 | 0.50 |\n| No attention | – | – | – |\n');
    expect(markdown).toContain('\n![BLEU by length of the source](<by%20length.svg>)\n');
    expect(markdown).toContain('\n| Model | 1–5 words | 6–10 words | 11 or more words |\n');
    expect(markdown).toContain('\n| Corpus | fra-eng, 140,000 pairs |\n');
    expect(markdown).toContain('\n- Each was trained for 10 epochs.\n');
  });

  it('tells a model that failed, and how much seeds differ', () => {
    const [first, second, third] = comparison.rows;
    if (first === undefined || second === undefined || third === undefined) throw new Error('the fixture has three rows');
    const againstFirst = { difference: { score: -0.84, low: -1.5, high: 0.1 }, wins: 0.04, pValue: 0.0625 };
    const rows = [first, { ...second, bleuDeviation: 0.25, chrfDeviation: 0.5, againstFirst, trainingMinutes: undefined }, { model: 'Hard', unscored: 'failed' as const }];
    const markdown = renderMarkdownReport({ ...comparison, rows }, 'a.svg');
    expect(markdown).toContain('| Model | Parameters | BLEU | p | chrF | Training, minutes | Steps | Decoding, words/s |');
    expect(markdown).toContain('| Dot product | 4,213,760 | 45.2 ± 0.3 (44.0–46.7) | 0.063 | 63.5 ± 0.5 | – | 4,500 | 1,234 |');
    expect(markdown).toContain('| Hard | failed | – | – | – | – | – | – |');
    expect(lengthChart({ ...comparison, rows })?.series.map(({ name }) => name)).toEqual(['Additive', 'Dot product']);
    expect(renderHtmlReport({ ...comparison, rows: rows.slice(2) })).toContain('<td>failed</td>');
  });

  it('has no picture where there is nothing to draw', () => {
    expect(renderMarkdownReport(withoutLengths, 'a.svg')).not.toMatch(/!\[|By length/u);
  });

  it('shows hostile names as they are, one line each', () => {
    const markdown = renderMarkdownReport(hostileComparison, 'a>b.svg');
    expect(markdown).not.toMatch(/[^\\](?:<img|\*\*bold|\[a\]|`c`|& )|[\0\u202e]/u);
    expect(markdown).toContain('(<a%3Eb.svg>)');
    expect(markdown.split('\n').filter(line => line.startsWith('# '))).toHaveLength(1);
    expect(markdown).toContain('\n- 1\\. no list\n- \\# no heading\n- \\- no list\n');
    // Every row of a table has as many bars that are none of its texts.
    const rows = markdown.split('\n\n').filter(block => block.startsWith('|'));
    for (const table of rows) expect(new Set(table.split('\n').map(line => line.match(/(?<!\\)\|/gu)?.length))).toHaveLength(1);
  });
});

describe('escapeMarkdown', () => {
  it('leaves plain words and numbers alone', () => {
    const text = 'Additive (Bahdanau et al. 2015), 46.0 BLEU – 6–10 words: l’été, 3 + 4 = 7!';
    expect(escapeMarkdown(text)).toBe(text);
    expect(escapeMarkdown('a_b|c\\d\ne')).toBe('a\\_b\\|c\\\\d e');
  });
});

describe('renderHtmlReport', () => {
  it('allows its own styles by their hashes, and nothing else', () => {
    const html = renderHtmlReport(comparison);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/u.exec(html)?.[1] ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+' 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/u);
    const styles = Array.from(html.matchAll(/<style>([^]*?)<\/style>/gu), match => match[1] ?? '');
    expect(styles).toHaveLength(2);
    for (const inline of styles) expect(policy).toContain(createHash('sha256').update(inline).digest('base64'));
  });

  it('refers to nothing outside itself and has no script', () => {
    const html = renderHtmlReport(comparison).replaceAll('xmlns="http://www.w3.org/2000/svg"', '');
    expect(html).not.toMatch(/https?:|\/\/\w|<script|<link|<img|\ssrc=|\shref=|\sstyle=|\son\w+=|url\(|@import/iu);
  });

  it('has the chart inside, the tables, the settings and the notes', () => {
    const html = renderHtmlReport(comparison);
    const chart = lengthChart(comparison);
    expect(chart && html.includes(renderLineChart(chart))).toBe(true);
    expect(html).toContain('<th scope="row" dir="auto">Additive</th><td>4,213,760</td><td><strong>46.0 (44.8–47.5)</strong></td>');
    expect(html).toContain('<dt>Corpus</dt><dd dir="auto">fra-eng, 140,000 pairs</dd>');
    expect(html).toContain('<p dir="auto">Each was trained for 10 epochs.</p>');
    expect(renderHtmlReport(withoutLengths)).not.toContain('<svg');
  });

  it('escapes whatever the texts hold', () => {
    const html = renderHtmlReport(hostileComparison);
    expect(html).not.toMatch(/<img|[\0-\x08\x0b-\x1f\u202e]/u);
    expect(html).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/u);
    expect(html).toContain('<title>&lt;img src=x onerror=alert(1)&gt; | **bold**');
  });
});
