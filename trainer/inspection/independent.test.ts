/** A model that looks at nine tokens, and every way to read it, as PyTorch and NetworkX have them (fixtures/make-readings.py). */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HeadFacts, type HeadRole, type MapReading, plainReading } from '../../protocol/inspection.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import { type OpenForeign, openForeign } from '../foreign/open.ts';
import { floats, modelBytes } from '../onnx/model.fixture.ts';
import { steer } from '../steering/steering.ts';
import { apart, Draft, heads, together, width } from '../taps/draft.fixture.ts';
import { tensor } from '../taps/tapped.fixture.ts';
import { parseJson } from '../text/parse-json.ts';
import { ValueNorms } from './arithmetic/value-norms.ts';
import { readHeads } from './reading/index.ts';
import { axisOf, expectRows, passOf, type Rows, unhurried, valuesOf } from './reading/reading.fixture.ts';

const numbers = ['entropy', 'confidence', 'diagonality', 'distance', 'coverage', 'similarity'] as const;
type Layer = Readonly<Record<'query' | 'key' | 'value' | 'out', Rows>>;

interface Independent {
  readonly x: Rows;
  readonly layers: readonly Layer[];
  /** `[layer][head][query][key]` */
  readonly maps: readonly (readonly Rows[])[];
  readonly steered: readonly { readonly intervention: Intervention; readonly maps: Independent['maps'] }[];
  readonly rollout: readonly Rows[];
  readonly flow: Rows;
  readonly norms: Rows;
  readonly weighted: readonly Rows[];
  readonly read: Readonly<Record<'words' | 'row' | 'column' | 'all' | 'top' | 'mass', Rows>>;
  readonly facts: readonly (readonly Readonly<Record<(typeof numbers)[number], number>>[])[];
  readonly roles: Readonly<Partial<Record<HeadRole, { readonly map: Rows; readonly score: number; readonly positional: number }>>>;
}

const axis = axisOf('[CLS] cat +s , the cat +s , [SEP]');
let found: Independent;
let folder: string;
let model: OpenForeign;

beforeAll(async () => {
  found = parseJson(await readFile(new URL('fixtures/readings.json', import.meta.url), 'utf8')) as Independent;
  folder = await mkdtemp(join(tmpdir(), 'independent-'));
  const path = join(folder, 'nine.onnx');
  await writeFile(path, modelBytes(exported(found.layers).model()));
  model = await openForeign(path, { threads: 1, whenLarge: { do: 'refuse' } });
});
afterAll(async () => {
  await model.release();
  await rm(folder, { recursive: true, force: true });
});

/** As somebody may have exported it. */
function exported(layers: readonly Layer[]): Draft {
  const draft = new Draft();
  let x = draft.input('x', [1, 'length', width]);
  layers.forEach((layer, number) => {
    const times = (states: string, name: keyof Layer): string => draft.node('MatMul', [states, draft.store(floats(`${name}.${number}`, layer[name].flat(), [width, width]))]);
    const scores = draft.node('MatMul', [apart(draft, times(x, 'query')), apart(draft, times(x, 'key'), [0, 2, 3, 1])]);
    const weights = draft.node('Softmax', [draft.node('Div', [scores, draft.number(Math.sqrt(width / heads))])], { axis: -1 });
    x = draft.node('Add', [x, times(together(draft, draft.node('MatMul', [weights, apart(draft, times(x, 'value'))])), 'out')]);
  });
  draft.output(x, 'y');
  return draft;
}

/** Of every layer, under interventions. */
async function mapsOf(interventions: readonly Intervention[]): Promise<Rows[][]> {
  const feeds = { x: await tensor([1, found.x.length, width], found.x.flat()) };
  const { result } = await model.helm.hold(steer(interventions, ''), async () => model.attending.numbers?.attend(feeds, 'all'));
  return (result?.maps ?? []).map(({ heads: count, queries, keys, weights }) =>
    Array.from({ length: count }, (_, head) => Array.from({ length: queries }, (_row, query) => [...weights.subarray((head * queries + query) * keys, (head * queries + query + 1) * keys)])));
}

function expectMaps(maps: readonly (readonly Rows[])[], expected: Independent['maps']): void {
  expect(maps.map(layer => layer.length)).toEqual(expected.map(layer => layer.length));
  maps.forEach((layer, number) => layer.forEach((map, head) => expectNear(map, expected[number]?.[head] ?? [])));
}

/** What float32 makes of three layers. */
function expectNear(map: Rows, expected: Rows): void {
  map.forEach((row, query) => row.forEach((weight, key) => expect(Math.abs(weight - (expected[query]?.[key] ?? NaN))).toBeLessThan(5e-6)));
}

describe('somebody’s model', () => {
  test('looks where PyTorch has it look', async () => {
    expectMaps(await mapsOf([]), found.maps);
  });

  test.each([0, 1, 2, 3, 4])('steered by intervention %d, it looks where PyTorch has it look after the same change', async number => {
    const { intervention, maps } = found.steered[number] ?? { maps: [] };
    if (intervention === undefined) throw new Error(`there is no intervention ${number}`);
    const told = await mapsOf([intervention]);
    expectMaps(told, maps);
    expect(Math.max(...told.flat(3).map((weight, place) => Math.abs(weight - (found.maps.flat(3)[place] ?? NaN))))).toBeGreaterThan(0.05);
  });

  test('has the norms of its values', async () => {
    const norms = new ValueNorms();
    const feeds = { x: await tensor([1, found.x.length, width], found.x.flat()) };
    await model.helm.collect(norms, async () => model.attending.numbers?.attend(feeds, 'all'));
    const told = norms.of('encoder.0', { kind: 'encoder', heads, columns: 9 });
    found.norms.flat().forEach((norm, place) => expect(told?.[place]).toBeCloseTo(norm, 5));
  });
});

describe('its attention read', () => {
  const layers = (): Parameters<typeof passOf>[1] => found.maps.map((maps, layer) => ({ layer, heads: maps, ...(layer === 0 && { values: found.norms }) }));
  const read = async (reading: Partial<MapReading>): Promise<Rows> => (await valuesOf(passOf([axis], layers()), reading, { layer: 1 })).rows;

  test('rolled out through every layer (Abnar and Zuidema 2020, section 3)', async () => {
    for (const [layer, expected] of found.rollout.entries()) expectRows((await valuesOf(passOf([axis], layers()), {}, { of: 'rollout', layer })).rows, expected);
  });

  test('as the flow between every pair of tokens, by NetworkX (section 4)', async () => {
    expectRows((await valuesOf(passOf([axis], layers()), {}, { of: 'flow', layer: 2 })).rows, found.flow);
  });

  test('by the norms of the weighted values themselves (Kobayashi et al. 2020, section 3)', async () => {
    for (const [head, expected] of found.weighted.entries()) expectNear((await valuesOf(passOf([axis], layers()), { valueWeighted: true }, { heads: [head] })).rows, expected);
  });

  test('by words, normalised in every way', async () => {
    expectRows(await read({ unit: 'words' }), found.read.words);
    for (const normalise of ['row', 'column', 'all'] as const) expectRows(await read({ unit: 'words', normalise }), found.read[normalise]);
  });

  test('no more of each row than its largest, or than make up a share', async () => {
    expectRows(await read({ keep: { by: 'top', count: 3 } }), found.read.top);
    expectRows(await read({ keep: { by: 'mass', mass: 0.6 } }), found.read.mass);
  });

  test('in numbers: entropy, confidence, diagonality, distance, coverage, likeness', async () => {
    const params = { reading: plainReading, side: 9, similarTo: { kind: 'encoder', layer: 0, head: 0 } } as const;
    const told = (await readHeads(passOf([axis], layers()), params, unhurried)).heads;
    found.facts.flat().forEach((facts, place) => {
      for (const name of numbers) expect(told[place]?.[name], name).toBeCloseTo(facts[name], 5);
    });
  });

  test.each(['previous', 'first', 'duplicate', 'induction', 'separator'] as const)('%s, with the share of its weight that says so', async role => {
    const { map, score, positional } = found.roles[role] ?? { map: [], score: NaN, positional: NaN };
    const [head] = (await readHeads(passOf([axis], [{ heads: [map] }]), { reading: plainReading, side: 9 }, unhurried)).heads;
    const scoreOf = (of: HeadRole): number | undefined => (head as HeadFacts | undefined)?.roles.find(one => one.role === of)?.score;
    expect(scoreOf(role)).toBeCloseTo(score, 5);
    if (positional >= 0.5) expect(scoreOf('positional')).toBeCloseTo(positional, 5);
    else expect(scoreOf('positional')).toBeUndefined();
  });
});
