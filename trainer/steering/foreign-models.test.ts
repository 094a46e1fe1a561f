/** Models of others, steered: what they look at is what they are told to, and what they write or answer changes with it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Intervention } from '../../protocol/intervention.ts';
import { encodePng } from '../corpora/png.fixture.ts';
import { exportFolder, textOf, writeFolder } from '../foreign/folders.fixture.ts';
import { openForeign } from '../foreign/open.ts';
import type { HeldLayer } from '../inspection/held.ts';
import type { Pass } from '../inspection/pass.ts';
import { modelBytes } from '../onnx/model.fixture.ts';
import { Draft, linear, together, width } from '../taps/draft.fixture.ts';
import { integerTensor, tensor } from '../taps/tapped.fixture.ts';
import { type Asked, layerOf, outputOf, Passes, row } from './passes.fixture.ts';
import { steer } from './steering.ts';

let folder: string;
const passes = new Passes(openForeign);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steered-foreign-'));
  await writeFolder(join(folder, 'bert'), 'distilbert-classifier');
  await writeFile(join(folder, 'bert', 'tokenizer_config.json'), JSON.stringify({ unk_token: 'w0' }));
  await writeFolder(join(folder, 'gpt2'), 'gpt2', { generation: { eos_token_id: 39 } });
  for (const name of ['t5', 'merged']) await writeFolder(join(folder, name), 't5', { end: 1, generation: { eos_token_id: 1, no_repeat_ngram_size: 2 } });
  await exportFolder(join(folder, 'merged'), 't5', 'merged');
  await writeFolder(join(folder, 'vit'), 'vit');
});
afterAll(async () => {
  await passes.release();
  await rm(folder, { recursive: true, force: true });
});

const pass = (name: string, asked: Asked, interventions?: readonly Intervention[]): Promise<Pass> => passes.of(join(folder, name), asked, interventions);
const tokensOf = ({ output }: Pass): number[] => (output.kind === 'written' ? output.steps.map(({ written }) => written.token) : []);

const text = textOf([4, 9, 12, 7, 20]);
const image = encodePng(Uint8Array.from({ length: 54 }, (_, index) => index * 4), 9, 6, 1);

test.each<{ readonly name: string; readonly asked: Asked; readonly kind: HeldLayer['kind']; readonly query: number }>([
  { name: 'bert', asked: { text }, kind: 'encoder', query: 2 },
  { name: 'vit', asked: { text: 'mine.png', image }, kind: 'encoder', query: 1 },
  { name: 'gpt2', asked: { text }, kind: 'decoder', query: 6 },
  { name: 'gpt2', asked: { text }, kind: 'decoder', query: 2 },
  { name: 't5', asked: { text }, kind: 'encoder', query: 3 },
  { name: 't5', asked: { text, beam: 3 }, kind: 'cross', query: 1 },
  { name: 't5', asked: { text }, kind: 'decoder', query: 2 },
  { name: 'merged', asked: { text }, kind: 'cross', query: 1 },
  { name: 'merged', asked: { text, beam: 2 }, kind: 'decoder', query: 2 },
])('$name, row $query of its $kind attention', async ({ name, asked, kind, query }) => {
  const before = await pass(name, asked);
  const held = layerOf(before, kind, 0);
  const untouched = await pass(name, asked, [{ do: 'knock-out', kind, layer: 0, heads: [] }]);
  expect({ ...untouched }).toEqual({ ...before });
  const seen = kind === 'decoder' ? query + 1 : held.columns;
  const weights = Array.from({ length: held.columns }, (_, key) => (key < seen ? 1 + key : 0));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const told = await pass(name, asked, [{ do: 'row', kind, layer: 0, heads: [0, 2], query, weights }]);
  for (const head of [0, 2]) weights.slice(0, seen).forEach((weight, key) => expect(row(told, kind, 0, head, query)[key]).toBeCloseTo(weight / sum, 6));
  expect(outputOf(told)).not.toEqual(outputOf(before));
  const silenced = await pass(name, asked, [{ do: 'keep-only', kind, layer: 0, head: 3 }]);
  expect(outputOf(silenced)).not.toEqual(outputOf(before));
  expect(await pass(name, asked)).toEqual(before);
});

test('one session serves every intervention on a layer', async () => {
  const { helm, attending } = await passes.model(join(folder, 'bert'));
  const asked = async (interventions: readonly Intervention[]): Promise<readonly number[]> => {
    const { result } = await helm.hold(steer(interventions, text), async () => attending.text?.({ text }, { kind: 'encoder', layer: 1 }));
    return [...(result?.maps[0]?.weights ?? [])];
  };
  const before = await asked([{ do: 'pin', kind: 'encoder', layer: 0, heads: 'all', query: 0, key: 1, weight: 0.9 }]);
  // With an edited graph loaded, a pass takes as long as any other: the graph would be loaded anew for another.
  const again = await asked([{ do: 'pin', kind: 'encoder', layer: 0, heads: [1], query: 0, key: 1, weight: 0.9 }]);
  expect(again).not.toEqual(before);
  expect(await asked([])).not.toEqual(before);
});

test('heads that only a run tells are counted in one', async () => {
  const draft = new Draft();
  const [x, shape] = [draft.input('x', [1, 'length', width]), draft.input('shape', [4], 'int64')];
  const split = (value: string, perm: readonly number[]): string => draft.node('Transpose', [draft.node('Reshape', [value, shape])], { perm });
  const scores = draft.node('MatMul', [split(linear(draft, x), [0, 2, 1, 3]), split(linear(draft, x), [0, 2, 3, 1])]);
  draft.output(together(draft, draft.node('MatMul', [draft.node('Softmax', [scores], { axis: -1 }), split(linear(draft, x), [0, 2, 1, 3])])), 'y');
  const path = join(folder, 'heads.onnx');
  await writeFile(path, modelBytes(draft.model()));
  const model = await openForeign(path, { threads: 1, whenLarge: { do: 'refuse' } });
  const { numbers } = model.attending;
  const feeds = { x: await tensor([1, 5, width]), shape: await integerTensor('int64', [4], [0, 0, 4, 2]) };
  const { result } = await model.helm.hold(steer([{ do: 'row', kind: 'encoder', layer: 0, heads: 'all', query: 1, weights: [1, 1, 1, 1, 1] }], ''), async () => numbers?.attend(feeds, 'all'));
  const maps = result?.maps[0];
  expect(maps).toMatchObject({ heads: 4, queries: 5, keys: 5 });
  for (let head = 0; head < 4; head++) for (const weight of maps?.weights.subarray(head * 25 + 5, head * 25 + 10) ?? []) expect(weight).toBeCloseTo(0.2, 6);
  await model.release();
});

describe('what is written', () => {
  test.each(['t5', 'merged', 'gpt2'])('by %s begins and goes on as it is told', async name => {
    const before = await pass(name, { text });
    const told = await pass(name, { text }, [{ do: 'prefix', text: textOf([30, 31]) }, { do: 'choose', step: 3, token: 33 }]);
    expect(tokensOf(told).slice(0, 2)).toEqual([30, 31]);
    expect(tokensOf(told)[3]).toBe(33);
    expect(tokensOf(told)).not.toEqual(tokensOf(before));
    expect(tokensOf(told).length).toBeGreaterThan(4);
  });

  test('with a beam keeps what stood before a choice, though it repeats what may not be repeated', async () => {
    const before = tokensOf(await pass('t5', { text, beam: 3 }));
    const told = tokensOf(await pass('t5', { text, beam: 3 }, [{ do: 'choose', step: 2, token: before[0] ?? 0 }, { do: 'choose', step: 3, token: before[1] ?? 0 }]));
    expect(told.slice(0, 4)).toEqual([before[0], before[1], before[0], before[1]]);
  });
});

test('a masked word is read as the unknown one', async () => {
  const masked = await pass('bert', { text }, [{ do: 'mask', start: 3, end: 5 }]);
  const unknown = await pass('bert', { text: text.replace('w9', 'w0') });
  expect(masked.output).toEqual(unknown.output);
  expect(masked.axes[0]?.tokens.map(token => token.text)).toEqual(['w4', 'w9', 'w12', 'w7', 'w20']);
});

test.each(['t5', 'merged', 'gpt2'])('of %s, whose vocabulary has no mask, what is masked is looked at by nothing', async name => {
  const written = async (ids: readonly number[]): Promise<string[]> => {
    const { output, warnings } = await pass(name, { text: textOf(ids) }, [{ do: 'mask', start: 3, end: textOf(ids.slice(0, 2)).length }]);
    expect(warnings.at(-1)).toMatch(/has neither a mask nor a token for what is unknown: nothing looks at it\./);
    return output.kind === 'written' ? output.steps.map(step => `${step.written.token} ${step.written.logProb.toFixed(4)}`) : [];
  };
  expect(await written([4, 9, 12, 7, 20])).toEqual(await written([4, 30, 12, 7, 20]));
  expect(await written([4, 9, 12, 7, 20])).not.toEqual(await written([4, 9, 13, 7, 20]));
});
