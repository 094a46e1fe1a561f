import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderHtml } from './html.ts';
import { economic, garden, hostile, traceOf, twoSentences } from './trace.fixture.ts';

function policyOf(html: string): string {
  return /http-equiv="Content-Security-Policy" content="([^"]+)"/u.exec(html)?.[1] ?? '';
}

describe('renderHtml', () => {
  it('allows its own style and script by their hashes, and nothing else', () => {
    const html = renderHtml(economic);
    const policy = policyOf(html);
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/u);
    for (const name of ['style', 'script']) {
      const inline = new RegExp(`<${name}>([^]*?)</${name}>`, 'u').exec(html)?.[1] ?? '';
      expect(inline).not.toBe('');
      expect(policy).toContain(`${name}-src 'sha256-${createHash('sha256').update(inline).digest('base64')}'`);
    }
  });

  it('refers to nothing outside itself and has no inline style or handler', () => {
    expect(renderHtml(garden)).not.toMatch(/https?:|\/\/\w|<link|<img|\ssrc=|\shref=|\sstyle=|\son\w+=|url\(|@import/iu);
  });

  it('escapes whatever the texts hold', () => {
    const html = renderHtml({ ...hostile, model: '<b>', warnings: ['<u>&'] });
    const markup = html.replace(/<script>[^]*<\/script>/u, '');
    expect(markup).not.toMatch(/<script|<img|<b>|<u>|[\0-\x08\x0b-\x1f\x7f-\x9f\p{Surrogate}]/u);
    expect(markup).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(markup).toContain('<p class="model">&lt;b&gt; · Decoder, over the source: layer 1, head 1</p>');
    expect(markup).toContain('<li>&lt;u&gt;&amp;</li>');
  });

  it('writes a table a sentence whose headings name their words and whose numbers are percentages', () => {
    const html = renderHtml(twoSentences);
    expect(html.match(/<table/gu)).toHaveLength(2);
    expect(html).toContain('<th scope="row" data-word="0" dir="auto" title="Je">Je</th><td class="w18 linked">91<span class="hidden"> linked</span></td>');
    expect(html).toContain('<th scope="col" data-word="4" title="Wait">');
  });

  it('says that attention is no explanation', () => {
    expect(renderHtml(garden)).toContain('by itself it does not explain why');
  });

  it('shows the texts alone where there is no map', () => {
    const html = renderHtml({ ...traceOf([]), target: { text: '--- 42', tokens: [], words: [] } });
    expect(html).toContain('--- 42</h1>');
    expect(html).not.toMatch(/<table|<script>/u);
  });
});

it('says of a model without attention that it has none, and draws no grid', () => {
  const html = renderHtml({ ...garden, map: undefined, maps: [] });
  expect(html).toContain('no attention');
  expect(html).not.toContain('<table');
});
