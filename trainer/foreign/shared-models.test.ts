/** Models that others made and trained (../shared/models): what they are known to write, and rows that sum to one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { argmax } from '../decoding/constraints.ts';
import { openOnnx } from '../onnx/open.ts';
import { decoderPorts } from './decoder-ports.ts';
import { DecoderRun } from './decoder-run.ts';
import { facetOf } from './facets.ts';
import { onnxGraph } from './onnx-graph.ts';
import { openForeign } from './open.ts';
import { TappedGraph } from './tapped-graph.ts';

const shared = fileURLToPath(new URL('../../../shared/models/', import.meta.url));
const present = existsSync(shared);
const open = (name: string) => openForeign(join(shared, name), { threads: 1, whenLarge: { do: 'refuse' } });

describe.skipIf(!present)(`others’ models${present ? '' : ' (skipped: ../shared/models is not here)'}`, () => {
  test('gpt-nano-sort sorts each of its 729 inputs, and its attention is read meanwhile', async () => {
    const source = await onnxGraph(await openOnnx(join(shared, 'gpt-nano-sort', 'gpt-nano-sort.onnx')));
    expect(source.layers).toEqual([0, 1, 2].map(layer => ({ kind: 'decoder', layer, heads: 3, operator: 'Softmax' })));
    const graph = await TappedGraph.open(source, { threads: 1 }, source.layers.slice(2));
    const decoder = { graph, ports: decoderPorts(source.inputs, source.outputs, source.file) };
    for (let number = 0; number < 729; number++) {
      const letters = Array.from({ length: 6 }, (_, place) => Math.floor(number / 3 ** place) % 3);
      const run = new DecoderRun({ first: decoder, next: decoder, sizes: { heads: undefined, width: undefined } }, { prompt: letters.slice(0, -1), layers: source.layers.slice(2) });
      const written: number[] = [];
      while (written.length < 6) {
        run.previous[0] = BigInt(written.at(-1) ?? letters.at(-1) ?? 0);
        await run.run(1);
        written.push(argmax(run.logProbs(0)));
        const rows = run.attention(0);
        expect(rows).toHaveLength(3);
        for (const row of rows) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
      }
      expect(written).toEqual(letters.toSorted());
    }
    await graph.release();
  }, 300_000);

  test.each(['stories260K.onnx', 'stories260K.attn23.onnx', 'stories260K.bin'])('%s writes what llama2.c writes', async name => {
    const [, first = ''] = readFileSync(join(shared, 'stories260K', 'greedy.txt'), 'utf8').split('Once upon a time');
    const model = await open(`stories260K/${name}`);
    const trace = await facetOf(model, 'continuer').continue({ text: 'Once upon a time', length: 252 });
    // llama2.c stops after 256 tokens.
    expect(trace.target.text).toBe(first.trimEnd());
    expect(trace.maps).toHaveLength(5 * 9);
    for (const { weights, elsewhere = 0 } of trace.rows) expect(weights.reduce((sum, weight) => sum + weight, elsewhere)).toBeCloseTo(1, 4);
    await model.release();
  }, 300_000);

  test('both ways of writing the same model down look at the same', async () => {
    const text = 'Once upon a time, there was a little girl.';
    const [plain, fused] = [await open('stories260K/stories260K.onnx'), await open('stories260K/stories260K.attn23.onnx')];
    const [one, other] = [await plain.attending.text?.({ text }, 'all'), await fused.attending.text?.({ text }, 'all')];
    expect(one?.source?.tokens).toEqual(other?.source?.tokens);
    expect(one?.maps.map(({ kind, layer, heads }) => [kind, layer, heads])).toEqual([0, 1, 2, 3, 4].map(layer => ['decoder', layer, 8]));
    one?.maps.forEach(({ weights, layer }, place) => {
      const others = other?.maps[place]?.weights ?? [];
      expect(others).toHaveLength(weights.length);
      const most = weights.reduce((largest, weight, cell) => Math.max(largest, Math.abs(weight - (others[cell] ?? Number.NaN))), 0);
      expect(most, `layer ${layer}`).toBeLessThan(5e-6);
    });
    for (const model of [plain, fused]) await model.release();
  }, 300_000);

  test('tiny_t5 reads its spiece.model, and writes from its weights alone', async () => {
    const model = await open('tiny_t5');
    const text = 'translate English to German: The house is wonderful.';
    const trace = await facetOf(model, 'translator').translate({ text, beam: 1 });
    for (const { text: spelled, start, end } of trace.source.tokens.slice(0, -1)) expect(text.slice(start, end)).toBe(spelled);
    expect(trace.source.tokens.at(-1)?.text).toBe('</s>');
    expect(trace.rows).toHaveLength(trace.target.tokens.length);
    for (const { weights } of trace.rows) expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    const unprefixed = await facetOf(model, 'translator').translate({ text: 'The house.', beam: 1 });
    expect(unprefixed.warnings.join('\n')).toMatch(/begins with none of "summarize: "/);
    await model.release();
  }, 300_000);
});
