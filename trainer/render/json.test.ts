import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { renderJson } from './json.ts';
import { economic, garden, hostile, traceOf, twoSentences, wide } from './trace.fixture.ts';

/** The documented object, and nothing besides. */
const Span = z.strictObject({ text: z.string(), start: z.int().min(0), end: z.int().min(0) });
const Output = z.strictObject({
  model: z.string(),
  source: z.strictObject({ text: z.string(), tokens: z.array(Span) }),
  target: z.strictObject({ text: z.string(), tokens: z.array(Span.extend({ logProb: z.number().max(0) })) }),
  maps: z.array(z.strictObject({
    kind: z.literal('cross'), layer: z.int(), head: z.int(), weights: z.array(z.array(z.number().min(0).max(1))),
  })),
  alignment: z.array(z.strictObject({
    source: z.tuple([z.int(), z.int()]), target: z.tuple([z.int(), z.int()]), weight: z.number(),
  })),
});

function parsed(trace: Parameters<typeof renderJson>[0]): z.infer<typeof Output> {
  return Output.parse(JSON.parse(renderJson(trace)));
}

describe('renderJson', () => {
  it.each(Object.entries({ garden, economic, twoSentences, wide, hostile }))('writes one line of the documented shape: %s', (_, trace) => {
    expect(renderJson(trace)).not.toMatch(/[\n\r]/u);
    const output = parsed(trace);
    expect(output.source.text).toBe(trace.source.text);
    for (const { text, start, end } of output.source.tokens) {
      expect(trace.source.text.slice(start, end)).toBe(start === end ? '' : text);
    }
  });

  it('gives one row a target token, over the whole text, zero outside its sentence and summing to 1', () => {
    const output = parsed(twoSentences);
    const weights = output.maps[0]?.weights ?? [];
    const second = twoSentences.sentences[1];
    expect(weights).toHaveLength(output.target.tokens.length);
    weights.forEach((row, index) => {
      expect(row).toHaveLength(output.source.tokens.length);
      expect(Math.abs(row.reduce((sum, one) => sum + one, 0) - 1)).toBeLessThan(1e-5);
      const inSecond = index >= (second?.target.first ?? 0);
      const outside = inSecond ? row.slice(0, second?.source.first) : row.slice(second?.source.first);
      expect(outside.every(weight => weight === 0)).toBe(true);
    });
  });

  it('keeps every weight bit for bit as float32, without digits that mean nothing', () => {
    const weights = parsed(economic).maps[0]?.weights ?? [];
    economic.rows.forEach((row, index) => {
      expect(Array.from(Float32Array.from(weights[index] ?? []))).toEqual([...row.weights]);
    });
    const tenth = traceOf([{ source: 'a', target: 'b', links: [0] }]);
    const text = renderJson({ ...tenth, rows: [{ firstSource: 0, weights: [Math.fround(0.1), Math.fround(0.9)] }] });
    expect(text).toContain('[[0.1,0.9]]');
  });

  it('links words by their offsets', () => {
    const [first] = parsed(garden).alignment;
    expect(first?.source).toEqual([0, 3]);
    expect(first?.target).toEqual([0, 3]);
    expect(first?.weight).toBeCloseTo(0.75, 2);
  });
});
