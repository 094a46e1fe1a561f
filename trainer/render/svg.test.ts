import { describe, expect, it } from 'vitest';
import { renderSvg } from './svg.ts';
import { economic, garden, hostile, traceOf, twoSentences, wide } from './trace.fixture.ts';

const traces = { garden, economic, twoSentences, wide, hostile, none: traceOf([]) };

function textsOf(svg: string): string[] {
  return Array.from(svg.matchAll(/<text [^>]*>([^<]*)<\/text>/gu), match => match[1] ?? '');
}

function sizeOf(svg: string): { width: number; height: number } {
  const [, width, height] = /<svg [^>]*width="(\d+)" height="(\d+)" viewBox="0 0 \1 \2"/u.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
}

describe('renderSvg', () => {
  it('labels rows and columns and writes the weights that matter', () => {
    const texts = textsOf(renderSvg(garden));
    expect(texts.slice(0, 8)).toEqual(['The', 'children', 'are', 'playing', 'in', 'the', 'garden', '.']);
    expect(texts.slice(8, 13)).toEqual(['Les', '75', '14', 'enfants', '93']);
  });

  it('has a title and says the links in words', () => {
    const svg = renderSvg(garden);
    expect(svg).toContain('<title id="title">Attention of “Les enfants jouent dans le jardin.” on “The children are playing in the garden.”</title>');
    expect(svg).toMatch(/<desc id="desc">Linked words: Les ← The 75 %; enfants ← children 93 %; .*\.<\/desc>/u);
  });

  it('is sized to what it draws', () => {
    for (const trace of Object.values(traces)) {
      const svg = renderSvg(trace);
      const { width, height } = sizeOf(svg);
      const boxes = Array.from(svg.matchAll(/<rect [^>]*x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)"/gu), match => match.slice(1).map(Number));
      for (const [x = 0, y = 0, w = 0, h = 0] of boxes) {
        expect(x + w).toBeLessThan(width);
        expect(y + h).toBeLessThan(height);
      }
      expect(Math.max(32, ...boxes.map(([, y = 0, , h = 0]) => y + h + 16))).toBe(height);
    }
  });

  it('escapes whatever the texts hold', () => {
    const svg = renderSvg(hostile);
    expect(svg).not.toMatch(/<script|<img|\]\]>|[\0-\x08\x0b-\x1f\p{Surrogate}\ufffe\uffff]/u);
    // An ampersand begins an entity that XML knows, always.
    expect(svg).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/u);
  });
});

it('says of a model without attention that it has none, and draws no grid', () => {
  const svg = renderSvg({ ...garden, map: undefined, maps: [] });
  expect(textsOf(svg)).toEqual(['no attention']);
  expect(svg).toContain('The model has no attention.');
});
