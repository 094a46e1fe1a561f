/** Models that others trained or made, of which there are weights alone. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openTensorFile } from '../formats/open.ts';
import type { Graph } from '../graph/graph.ts';
import { buildModel } from './build.ts';
import { buildLlama2c } from './llama2c.ts';
import { attentionsOf, loadBuilt, type Numbers, openFolder, type RunBuilt } from './reference.fixture.ts';

const models = fileURLToPath(new URL('../../../shared/models/', import.meta.url));
const present = existsSync(models);
/** llama2.c's own, unless it is asked for others. */
const steps = 256;

const ids = (...numbers: readonly number[]): Numbers => ({ shape: [1, numbers.length], data: BigInt64Array.from(numbers, BigInt) });
const ones = (length: number): Numbers => ids(...new Array<number>(length).fill(1));

function given<Key, Found>(map: ReadonlyMap<Key, Found>, key: Key): Found {
  const found = map.get(key);
  if (found === undefined) throw new Error(`there is no ${String(key)}`);
  return found;
}

/** The last row's highest. */
function best({ shape, data }: Numbers): number {
  const row = Array.from(data, Number).slice(-(shape.at(-1) ?? 0));
  return row.indexOf(Math.max(...row));
}

describe.skipIf(!present)(`weights that others left${present ? '' : ' (skipped: ../shared/models is not here)'}`, () => {
  test('stories260K tells from its .bin what llama2.c tells', async () => {
    const folder = join(models, 'stories260K');
    const file = await openTensorFile(join(folder, 'stories260K.bin'));
    const model = await buildLlama2c(file);
    await file.close();
    expect(model).toMatchObject({ vocabularySize: 512, maxPositions: 512 });
    const { model: graph } = model.graphs;
    if (graph === undefined) throw new Error('a decoder is one graph');
    expect([...attentionsOf(graph).keys()]).toEqual(['decoder.0', 'decoder.1', 'decoder.2', 'decoder.3', 'decoder.4']);
    const pieces = await readPieces(join(folder, 'tok512.bin'));
    // Two stories stand there, and both begin with the same words: only one can be the likeliest, and it is the first.
    const [, first = ''] = (await readFile(join(folder, 'greedy.txt'), 'utf8')).split('Once upon a time');
    const written = [1];
    await continueGreedily(await loadBuilt(graph, model), written, steps);
    const told = Buffer.concat(written.slice(1).map(id => pieces[id] ?? Buffer.from(`<${id}>`))).toString('utf8').trim();
    expect(told).toBe(`Once upon a time${first}`.trim());
  });

  // Of transformers 4.46.3: test/torch/architectures.py --t5 ../shared/models/tiny_t5
  test('tiny_t5 says what transformers says, and looks where it looks there', async () => {
    const { config, file } = await openFolder(join(models, 'tiny_t5'));
    const model = await buildModel(config, file);
    await file.close();
    const { encoder_model: encoder, decoder_model: decoder, decoder_with_past_model: next } = model.graphs;
    if (encoder === undefined || decoder === undefined || next === undefined) throw new Error('T5 is three graphs');
    const source = [13, 7, 250, 999, 42, 8, 1];
    const mask = ones(source.length);
    const encoded = await (await loadBuilt(encoder, model))({ input_ids: ids(...source), attention_mask: mask });
    const states = { encoder_hidden_states: given(encoded, 'last_hidden_state'), encoder_attention_mask: mask };
    const decode = await loadBuilt(decoder, model);
    const decoded = await decode({ input_ids: ids(0, 100, 5, 640, 77), ...states });
    const { shape, data } = given(decoded, 'logits');
    expect(shape).toEqual([1, 5, 1024]);
    const row = (at: number): number[] => Array.from(data.slice(1024 * at, 1024 * (at + 1)), Number);
    expect([0, 1, 2, 3, 4].map(at => row(at).indexOf(Math.max(...row(at))))).toEqual([718, 849, 849, 590, 565]);
    expectNear(row(0).slice(0, 4), [0.26955628395080566, -0.36149683594703674, 0.5985894203186035, 1.5831310749053955]);
    expectNear(row(4).slice(0, 4), [0.7467052340507507, -0.016361195594072342, 0.8802815675735474, 2.266063690185547]);
    expectNear(checksums(encoder, encoded, 'encoder'), [[116.14021301269531, 111.74447631835938], [116.14581298828125, 117.00155639648438]].flat());
    expectNear(checksums(decoder, decoded, 'decoder'), [[38.28969955444336, 40.21704864501953], [34.81397247314453, 42.373390197753906]].flat());
    expectNear(checksums(decoder, decoded, 'cross'), [[47.06419372558594, 49.650306701660156], [62.002254486083984, 53.554019927978516]].flat());

    const written = [0];
    let before = await decode({ input_ids: ids(0), ...states });
    const said = [...before].filter(([name]) => name.includes('.encoder.'));
    const step = await loadBuilt(next, model);
    while (written.length < 9) {
      written.push(best(given(before, 'logits')));
      before = await step({ input_ids: ids(written.at(-1) ?? 0), encoder_attention_mask: mask, ...pastOf([...said, ...before]) });
    }
    expect(written).toEqual([0, 718, 718, 718, 718, 718, 718, 718, 718]);
  });
});

async function continueGreedily(run: RunBuilt, written: number[], count: number): Promise<void> {
  let past: Record<string, Numbers> = {};
  const length = written.length + count;
  while (written.length < length) {
    const at = written.length - 1;
    const results = await run({ input_ids: ids(written.at(-1) ?? 0), attention_mask: ones(at + 1), position_ids: ids(at), ...past });
    past = pastOf([...results]);
    const next = best(given(results, 'logits'));
    if (next === 1) return;
    written.push(next);
  }
}

/** What a run gave, as the next one takes it. */
function pastOf(results: readonly (readonly [string, Numbers])[]): Record<string, Numbers> {
  return Object.fromEntries(
    results.flatMap(([name, numbers]) => (name.startsWith('present.') ? [[name.replace('present', 'past_key_values'), numbers]] : [])),
  );
}

/** llama2.c's tokenizer.bin: the longest piece's length, then of each a score, its length and its bytes. */
async function readPieces(path: string): Promise<Buffer[]> {
  const bytes = await readFile(path);
  const pieces: Buffer[] = [];
  for (let at = 4; at < bytes.length; ) {
    const length = bytes.readInt32LE(at + 4);
    const piece = bytes.subarray(at + 8, at + 8 + length);
    const [, byte] = /^<0x([0-9A-F]{2})>$/.exec(piece.toString('latin1')) ?? [];
    pieces.push(byte === undefined ? piece : Buffer.from(byte, 'hex'));
    at += 8 + length;
  }
  return pieces;
}

/** Of each head's map how far its queries look on average, weighed by their own place, both counted from 1. */
function checksums(graph: Graph, results: ReadonlyMap<string, Numbers>, kind: string): number[] {
  return [...attentionsOf(graph)].flatMap(([layer, name]) => {
    if (!layer.startsWith(kind)) return [];
    const { shape, data } = given(results, name);
    const [, heads = 0, queries = 0, keys = 0] = shape;
    const sums = new Array<number>(heads).fill(0);
    data.forEach((weight, index) => {
      const head = Math.floor(index / (queries * keys));
      sums[head] = (sums[head] ?? 0) + Number(weight) * ((index % keys) + 1) * ((Math.floor(index / keys) % queries) + 1);
    });
    return sums;
  });
}

function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((number, index) => expect(number).toBeCloseTo(expected[index] ?? Number.NaN, 3));
}
