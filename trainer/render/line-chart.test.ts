import { describe, expect, it } from 'vitest';
import { seriesColours, seriesStyle } from './chart-style.ts';
import { type LineChart, renderLineChart } from './line-chart.ts';

const mechanisms = ['Additive', 'Dot product', 'Scaled dot product', 'General', 'Local', 'Location', 'No attention'];
const byLength: LineChart = {
  title: 'BLEU by length',
  x: { kind: 'categories', label: 'words of the source', names: ['1–5', '6–10', '11–15', '16 or more'] },
  y: 'BLEU',
  series: mechanisms.map((name, index) => ({
    name,
    points: [50, 45, 40, 35].map((y, x) => ({ x, y: y - index / 4, interval: [y - index / 4 - 2, y - index / 4 + 3] as const })),
  })),
};
const loss: LineChart = {
  title: 'Loss',
  x: { kind: 'numbers', label: 'steps' },
  y: 'nats',
  series: [{ name: 'GRU', points: [0, 500, 2000].map((x, index) => ({ x, y: 4 - index, interval: [3.5 - index, 4.5 - index] as const })) }],
};

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Reads the picture back. */
function groupsOf(svg: string): { marks: Place[]; line: Place[]; intervals: string; name: Place & { text: string } }[] {
  return Array.from(svg.matchAll(/<g class="s\d">([^]*?)<\/g>/gu), ([, group = '']) => {
    const [, x, y, text = ''] = /<text class="name" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</u.exec(group) ?? [];
    return {
      marks: Array.from(group.matchAll(/class="mark" transform="translate\(([\d.]+) ([\d.]+)\)"/gu), match => ({ x: Number(match[1]), y: Number(match[2]) })),
      line: (/class="line" d="M([^"]*)"/u.exec(group)?.[1] ?? '').split('L').map(pair => {
        const [left = NaN, top = NaN] = pair.split(' ').map(Number);
        return { x: left, y: top };
      }),
      intervals: /class="(?:band|whisker)" d="([^"]*)"/u.exec(group)?.[1] ?? '',
      name: { x: Number(x), y: Number(y), text },
    };
  });
}

/** What the axes say of a place: a value for each height, and where the ticks stand. */
function axesOf(svg: string): { value: (y: number) => number; ticks: { label: string; x: number }[] } {
  const rows = Array.from(svg.matchAll(/class="grid" d="M[\d.]+ ([\d.]+)H[\d.]+"[^>]*\/><text[^>]*>([^<]*)</gu), match => ({ y: Number(match[1]), value: Number(match[2]) }));
  const [first = { y: 0, value: 0 }, last = { y: 1, value: 1 }] = [rows[0], rows.at(-1)];
  const ticks = Array.from(svg.matchAll(/class="axis" d="M([\d.]+) [\d.]+v5"[^>]*\/><text[^>]*>([^<]*)</gu), match => ({ x: Number(match[1]), label: match[2] ?? '' }));
  return { value: y => first.value + ((y - first.y) / (last.y - first.y)) * (last.value - first.value), ticks };
}

describe('renderLineChart', () => {
  it('draws each value at the height that the axis says', () => {
    for (const chart of [byLength, loss]) {
      const svg = renderLineChart(chart);
      const { value } = axesOf(svg);
      groupsOf(svg).forEach(({ marks, line }, index) => {
        const expected = chart.series[index]?.points.map(({ y }) => y) ?? [];
        expect(marks.map(({ y }) => value(y))).toEqual(expected.map(y => expect.closeTo(y, 1)));
        expect(line).toEqual(marks);
      });
    }
  });

  it('draws numbers at their place between the ticks', () => {
    const svg = renderLineChart(loss);
    const { ticks } = axesOf(svg);
    const [zero, end] = [ticks.find(({ label }) => label === '0')?.x ?? NaN, ticks.find(({ label }) => label === '2,000')?.x ?? NaN];
    expect(groupsOf(svg)[0]?.marks.map(({ x }) => (2000 * (x - zero)) / (end - zero))).toEqual([0, 500, 2000].map(x => expect.closeTo(x, 0)));
  });

  it('keeps a category’s points around its name, the series in order, none on another', () => {
    const svg = renderLineChart(byLength);
    const { ticks } = axesOf(svg);
    expect(ticks.map(({ label }) => label)).toEqual(['1–5', '6–10', '11–15', '16 or more']);
    const width = (ticks[1]?.x ?? 0) - (ticks[0]?.x ?? 0);
    const groups = groupsOf(svg);
    ticks.forEach((tick, category) => {
      const offsets = groups.map(({ marks }) => (marks[category]?.x ?? NaN) - tick.x);
      expect(offsets.reduce((sum, offset) => sum + offset, 0)).toBeCloseTo(0, 1);
      expect(Math.max(...offsets.map(Math.abs))).toBeLessThan(width / 3);
      offsets.slice(1).forEach((offset, index) => expect(offset - (offsets[index] ?? NaN)).toBeGreaterThan(5));
    });
  });

  it('draws intervals from low to high: strokes over categories, bands over numbers', () => {
    const strokes = renderLineChart(byLength);
    const { value } = axesOf(strokes);
    const [, low, high] = /^M[\d.]+ ([\d.]+)V([\d.]+)/u.exec(groupsOf(strokes)[0]?.intervals ?? '') ?? [];
    expect([value(Number(low)), value(Number(high))]).toEqual([expect.closeTo(48, 1), expect.closeTo(53, 1)]);
    const band = renderLineChart(loss);
    const heights = Array.from((groupsOf(band)[0]?.intervals ?? '').matchAll(/[\d.]+ ([\d.]+)/gu), match => axesOf(band).value(Number(match[1])));
    expect(heights).toEqual([4.5, 3.5, 2.5, 1.5, 2.5, 3.5].map(y => expect.closeTo(y, 1)));
    expect(renderLineChart({ ...loss, series: [{ name: 'a', points: [{ x: 1, y: 2 }] }] })).not.toMatch(/class="(?:band|whisker)"/u);
  });

  it('names each line beside its end, no name over another, all inside the picture', () => {
    const svg = renderLineChart(byLength);
    const names = groupsOf(svg).map(({ name }) => name);
    expect(names.map(({ text }) => text)).toEqual(mechanisms);
    const heights = names.map(({ y }) => y).sort((a, b) => a - b);
    heights.slice(1).forEach((y, index) => expect(y - (heights[index] ?? NaN)).toBeGreaterThan(16));
    const [, width, height] = /width="(\d+)" height="(\d+)"/u.exec(svg)?.map(Number) ?? [];
    for (const { x, y, text } of names) {
      expect(x + text.length * 7).toBeLessThan(width ?? 0);
      expect(y).toBeLessThan(height ?? 0);
    }
  });

  it('grows with the lines it has to name', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ name: `model ${index}`, points: [{ x: 0, y: index }] }));
    const heights = groupsOf(renderLineChart({ ...byLength, series: many })).map(({ name }) => name.y).sort((a, b) => a - b);
    heights.slice(1).forEach((y, index) => expect(y - (heights[index] ?? NaN)).toBeGreaterThan(16));
  });

  it('marks a long line here and there, and its end', () => {
    const points = Array.from({ length: 1000 }, (_, x) => ({ x, y: Math.sin(x / 100) }));
    const [group] = groupsOf(renderLineChart({ ...loss, series: [{ name: 'wave', points }] }));
    expect(group?.line).toHaveLength(1000);
    expect(group?.marks.length).toBeLessThan(15);
    expect(group?.marks.at(-1)).toEqual(group?.line.at(-1));
  });

  it('says in words what it shows', () => {
    const svg = renderLineChart(byLength);
    expect(svg).toContain('<title>BLEU by length</title>');
    expect(svg).toContain('<desc>BLEU by words of the source. Additive, 1–5: 50 (48 to 53), 6–10: 45 (43 to 48), ');
    expect(svg).toContain('<title>Additive, 1–5: 50 (48 to 53)</title></path>');
  });

  it('has no ground of its own, and follows the reader’s scheme', () => {
    const svg = renderLineChart(byLength);
    expect(svg).not.toMatch(/<rect|background/u);
    expect(svg).toContain('@media(prefers-color-scheme:dark){.chart{--ink:#ece8e1');
  });

  it('escapes whatever the names hold', () => {
    const hostile = '<script>alert("1")</script>&\'\0\u202e';
    const svg = renderLineChart({
      title: hostile, y: hostile, x: { kind: 'categories', label: hostile, names: [hostile] },
      series: [{ name: hostile, points: [{ x: 0, y: 1 }] }],
    });
    expect(svg).not.toMatch(/<script|[\0-\x08\x0b-\x1f\u202e]|&(?!amp;|lt;|gt;|quot;|#39;)/u);
    expect(svg).toContain('&lt;script&gt;alert(&quot;1&quot;)');
  });

  it('refuses to draw nothing, or what is no number', () => {
    expect(() => renderLineChart({ ...loss, series: [] })).toThrow(RangeError);
    expect(() => renderLineChart({ ...loss, series: [{ name: 'a', points: [{ x: 0, y: NaN }] }] })).toThrow(/no number/u);
  });
});

describe('series', () => {
  it('stand out 3 : 1 on white and on black-ish pages', () => {
    for (const { light, dark } of seriesColours) {
      expect(contrast(light, '#ffffff')).toBeGreaterThanOrEqual(3);
      expect(contrast(dark, '#1f1f1f')).toBeGreaterThanOrEqual(3);
    }
  });

  it('differ by more than colour: up to sixteen by marker and dashes together', () => {
    const looks = Array.from({ length: 16 }, (_, index) => seriesStyle(index)).map(({ marker, dashes }) => `${marker} ${dashes}`);
    expect(new Set(looks)).toHaveLength(16);
    expect(new Set(looks.slice(0, 8).map(look => look.split(' ')[0]))).toHaveLength(8);
  });
});

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
