import { describe, expect, it, test } from 'vitest';
import { type HeadRole, type HeadsParams, type MapReading, plainReading } from '../../../protocol/inspection.ts';
import { byteOf } from '../../../protocol/map-bytes.ts';
import type { HeadArrays, HeldPass } from '../held.ts';
import { readHeads } from './index.ts';
import { axisOf, passOf, randomMap, type Rows, unhurried } from './reading.fixture.ts';

const headsOf = async (pass: HeldPass, asked: Partial<HeadsParams> = {}, signal = unhurried): Promise<HeadArrays['heads']> =>
  (await readHeads(pass, { reading: plainReading, side: 64, ...asked }, signal)).heads;

/** Most of each row's weight where a head looks, the rest spread evenly over what it may look at. */
function looking(size: number, where: (query: number) => readonly number[], { share = 0.8, isCausal = false } = {}): number[][] {
  return Array.from({ length: size }, (_, query) => {
    const allowed = isCausal ? query + 1 : size;
    const seen = where(query).filter(key => key >= 0 && key < allowed);
    const spread = (seen.length === 0 ? 1 : 1 - share) / allowed;
    return Array.from({ length: size }, (_key, key) => (key < allowed ? spread : 0) + (seen.includes(key) ? share / seen.length : 0));
  });
}

describe('what a head does', () => {
  const text = axisOf('[CLS] the cat , the dog , the cow and the cat [SEP]');
  const size = text.tokens.length;
  const rolesOf = async (map: Rows): Promise<HeadRole[]> => (await headsOf(passOf([text], [{ heads: [map] }])))[0]?.roles.map(({ role }) => role) ?? [];

  test.each([
    ['previous', (query: number) => [query - 1]],
    ['next', (query: number) => [query + 1]],
    ['self', (query: number) => [query]],
  ] as const)('%s is told by where it looks from itself, and that is a matter of position', async (role, where) => {
    const roles = await rolesOf(looking(size, where));
    expect(roles).toContain(role);
    expect(roles.toSorted()).toEqual([role, 'positional'].toSorted());
  });

  test('first, of what looks where the text begins', async () => {
    expect(await rolesOf(looking(size, () => [0]))).toEqual(['first']);
  });

  test('separator, of what looks at punctuation and the text\'s end', async () => {
    expect(await rolesOf(looking(size, () => [12]))).toEqual(['separator']);
    expect(await rolesOf(looking(size, () => [3, 6]))).toEqual(['separator']);
  });

  test('duplicate, of what looks at the same word before; induction, at what followed it', async () => {
    const duplicates = new Map([[4, [1]], [6, [3]], [7, [1, 4]], [10, [1, 4, 7]], [11, [2]]]);
    expect(await rolesOf(looking(size, query => duplicates.get(query) ?? []))).toEqual(['duplicate']);
    expect(await rolesOf(looking(size, query => (duplicates.get(query) ?? []).map(key => key + 1)))).toEqual(['induction']);
  });

  test('positional, of what looks at several neighbours', async () => {
    expect(await rolesOf(looking(size, query => [query - 2, query - 1, query + 1, query + 2]))).toEqual(['positional']);
  });

  test('nothing, of attention that is spread, even or not', async () => {
    expect(await rolesOf(looking(size, () => []))).toEqual([]);
    expect(await rolesOf(randomMap('roles', size, size))).toEqual([]);
  });

  test('its score is the share that is meant', async () => {
    const [head] = await headsOf(passOf([text], [{ heads: [looking(size, query => [query - 1], { share: 0.6 })] }]));
    expect(head?.roles.find(({ role }) => role === 'previous')?.score).toBeCloseTo(0.6 + 0.4 / size, 6);
  });

  test('where every other token is a comma, to look at commas is nothing', async () => {
    const commas = axisOf('a , b , c , d , e ,');
    const [even] = await headsOf(passOf([commas], [{ heads: [looking(10, () => [])] }]));
    expect(even?.roles).toEqual([]);
  });

  test('a causal head is measured by what it may look at', async () => {
    const options = { isCausal: true };
    const heads = [looking(size, query => [query - 1], options), looking(size, () => [], options), looking(size, () => [0], options)];
    const found = await headsOf(passOf([text], [{ kind: 'decoder', heads }]));
    expect(found.map(({ roles }) => roles.map(({ role }) => role).toSorted())).toEqual([['positional', 'previous'], [], ['first']]);
  });

  test('to another text it can be diagonal', async () => {
    const heads = [looking(size, query => [query], { share: 0.98 }), looking(size, query => [size - 1 - query], { share: 0.98 })];
    const found = await headsOf(passOf([text, axisOf('x '.repeat(size), 'target')], [{ kind: 'cross', queries: 1, keys: 0, heads }]));
    expect(found.map(({ roles }) => roles.map(({ role }) => role))).toEqual([['diagonal'], []]);
    expect(found[0]?.distance).toBeNull();
  });

  test('one row looks at the middle, and that is no diagonal', async () => {
    const [class_, words] = [axisOf('good', 'target'), axisOf('a good film')];
    const [head] = await headsOf(passOf([class_, words], [{ kind: 'pooling', queries: 0, keys: 1, heads: [[[0.02, 0.96, 0.02]]] }]));
    expect(head?.roles).toEqual([]);
  });

  test('sentences that are read by themselves are measured by themselves', async () => {
    const two = axisOf('a b c d | e f g h');
    const block = (first: number): Rows => looking(4, query => [query - 1]).map(row => [...new Array<number>(first).fill(0), ...row]);
    const pass = passOf([two], [{ heads: [block(0)] }]);
    const weights = Float32Array.from(block(0).flat());
    const range = (first: number): { first: number; end: number } => ({ first, end: first + 4 });
    const blocks = [0, 4].map(first => ({ rows: range(first), columns: range(first), weights }));
    const apart = { ...pass, layers: pass.layers.map(layer => ({ ...layer, rows: 8, columns: 8, blocks })) };
    const [[whole], [parted]] = [await headsOf(pass), await headsOf(apart)];
    expect(parted).toMatchObject({ rows: 8, columns: 8, diagonality: expect.closeTo(whole?.diagonality ?? NaN, 6), distance: expect.closeTo(whole?.distance ?? NaN, 6), coverage: expect.closeTo(whole?.coverage ?? NaN, 6) });
    expect(parted?.roles.find(({ role }) => role === 'previous')?.score).toBeCloseTo(whole?.roles.find(({ role }) => role === 'previous')?.score ?? NaN, 6);
  });
});

describe('what a head is like', () => {
  it('is as worked out by hand', async () => {
    const [head] = await headsOf(passOf([axisOf('a b')], [{ heads: [[[0.5, 0.5], [0, 1]]] }]));
    expect(head).toMatchObject({
      kind: 'encoder', layer: 0, head: 0, similarity: null,
      entropy: expect.closeTo(Math.LN2 / 2, 6),
      confidence: 0.75,
      distance: 0.25,
      // Of what both received, 0.5 and 1.5, a quarter would have to move.
      coverage: 0.75,
    });
  });

  it('is the same held in bytes, but for the rounding', async () => {
    const heads = [randomMap('facts', 12, 12)];
    const text = axisOf('a b c d e f g h i j k l');
    const [[exact], [rounded]] = [await headsOf(passOf([text], [{ heads }])), await headsOf(passOf([text], [{ heads, inBytes: true }]))];
    for (const fact of ['entropy', 'confidence', 'diagonality', 'coverage'] as const) expect(rounded?.[fact]).toBeCloseTo(exact?.[fact] ?? NaN, 1);
  });

  it('tells how like it is to another', async () => {
    const maps: Rows[] = [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0.5, 0.5], [0.5, 0.5]]];
    const pass = passOf([axisOf('a b'), axisOf('x y z')], [{ heads: maps }, { kind: 'cross', queries: 1, heads: [[[1, 0], [1, 0], [1, 0]]] }]);
    const similar = await headsOf(pass, { similarTo: { kind: 'encoder', layer: 0, head: 0 } });
    expect(similar.map(({ similarity }) => similarity)).toEqual([expect.closeTo(1, 6), 0, expect.closeTo(Math.SQRT1_2, 6), null]);
    await expect(headsOf(pass, { similarTo: { kind: 'encoder', layer: 0, head: 3 } })).rejects.toMatchObject({ code: 'bad-argument' });
  });
});

describe('a thumbnail', () => {
  const map = randomMap('thumbnail', 10, 5);
  const pass = passOf([axisOf('a b c d [SEP]'), axisOf('q '.repeat(10), 'target')], [{ kind: 'cross', queries: 1, heads: [map] }]);

  it('is the map in as few cells as are wanted, its largest weight full', async () => {
    const [small] = await headsOf(pass, { side: 5 });
    const largest = Math.max(...map.flat());
    const cell = (row: number, column: number): number => Math.max(...[0, 1].flatMap(down => [0, 1].map(across => map[2 * row + down]?.[2 * column + across] ?? 0)));
    expect(small).toMatchObject({ rows: 5, columns: 3 });
    expect([...(small?.cells ?? [])]).toEqual(Array.from({ length: 15 }, (_, place) => byteOf(cell(Math.floor(place / 3), place % 3) / largest, false)));
  });

  it('is of the map as it is read, what the head is like is not', async () => {
    const reading: MapReading = { ...plainReading, hideSpecial: true, keep: { by: 'top', count: 1 } };
    const [[plain], [read]] = [await headsOf(pass), await headsOf(pass, { reading })];
    expect(read).toMatchObject({ rows: 10, columns: 4 });
    expect(read?.cells.filter(byte => byte > 0).length).toBe(10);
    expect(read?.entropy).toBe(plain?.entropy);
  });
});

describe('layers', () => {
  const layers = [0, 1, 2].map(layer => ({ layer, heads: [randomMap(`layer ${layer}`, 4, 4), randomMap(`other ${layer}`, 4, 4)] }));
  const pass = passOf([axisOf('a b c d')], layers);

  it('are told all of them, or those that are asked for', async () => {
    expect((await headsOf(pass)).map(({ layer, head }) => [layer, head])).toEqual([[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]]);
    expect((await headsOf(pass, { layers: [{ kind: 'encoder', layer: 2 }] })).map(({ layer }) => layer)).toEqual([2, 2]);
    await expect(headsOf(pass, { layers: [{ kind: 'encoder', layer: 3 }] })).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('are looked at no further once that is called off', async () => {
    const controller = new AbortController();
    const asked = headsOf(pass, {}, controller.signal);
    controller.abort();
    await expect(asked).rejects.toThrow('aborted');
  });
});
