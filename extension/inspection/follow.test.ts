import { describe, expect, it } from 'vitest';
import type { ShownMap } from '../../protocol/inspect-page.ts';
import { plainReading, type Axis, type MapChoice } from '../../protocol/inspection.ts';
import { hoverText } from '../annotations/hover-text.ts';
import { paintOf } from '../annotations/paint.ts';
import { followedTints } from '../annotations/tints.ts';
import { annotationOf, dog } from '../annotations/trace.fixture.ts';
import { Follower } from './follow.ts';
import { asked, fakeWorker, inspectionOf, settle, windowOf } from './inspection.fixture.ts';
import { followedOf, nameOf } from './word-map.ts';

const uri = 'file:///a.txt';
const cross: MapChoice = { of: 'heads', kind: 'cross', layer: 0, heads: [1], by: 'mean' };
const encoder: MapChoice = { of: 'layers', kind: 'encoder', layers: 'all', by: 'mean' };

/** A follower of an inspection of the text at offset 10, and what the worker answers for its maps. */
async function make() {
  let draws = 0;
  const worker = fakeWorker();
  const opening = worker.inspections.open({ asked, place: { uri, span: { start: 10, end: 21 } } }, new AbortController().signal);
  await worker.holds();
  const { id } = await opening;
  const follower = new Follower({ inspections: worker.inspections, redraw: () => void draws++, failed: () => undefined });
  const shown = (choice: MapChoice, pointed?: ShownMap['pointed']): ShownMap => ({ inspection: id, choice, reading: plainReading, pointed });
  const follow = async (what: ShownMap, queries: number, keys: number, weights: readonly (readonly number[])[]): Promise<void> => {
    follower.follow(what);
    await settle();
    worker.call(-1).answer(windowOf(inspectionOf('held-1'), queries, keys, weights));
    await settle();
  };
  /** The tinted words, each with its kind and level. */
  const tinted = (): string[] => {
    const { received, lit } = paintOf([annotationOf(dog, 10)], undefined, () => 0, follower.followed);
    const told = (levels: typeof lit, kind: string) => levels.flatMap((spans, level) => spans.map(({ start, end }) => `${asked.text.slice(start - 10, end - 10)} ${kind} ${level + 1}`));
    return [...told(received, 'received'), ...told(lit, 'lit')];
  };
  return { ...worker, follower, shown, follow, tinted, draws: () => draws };
}

describe('a document under an inspector', () => {
  it('is tinted by the map that is shown instead of its own, and by its own again when nothing is', async () => {
    const { follower, follow, shown, tinted, draws, call } = await make();
    const before = tinted();
    await follow(shown(cross), 1, 0, [[0, 0.1, 0.9], [0, 0.1, 0.9], [0, 0.1, 0.9]]);
    expect(call(-1).params).toMatchObject({ map: { inspection: 'held-1', choice: cross }, reading: { unit: 'words' }, values: 'floats' });
    expect([tinted(), draws()]).toEqual([['old received 1', 'dog received 5'], 1]);
    follower.follow(undefined);
    expect([tinted(), before.length > 2]).toEqual([before, true]);
  });

  it('shows what the word that is pointed at looks at, in the colour that the panel has for it', async () => {
    const { follower, follow, shown, tinted, calls } = await make();
    await follow(shown(cross), 1, 0, [[0.5, 0, 0], [0, 0.9, 0.1], [0, 0, 1]]);
    const asks = calls.length;
    follower.follow(shown(cross, { axis: 1, tokens: { first: 1, end: 2 }, as: 'query' }));
    expect([tinted(), calls.length]).toEqual([['dog received 1', 'old received 5'], asks]);
    follower.follow(shown(cross, { axis: 0, tokens: { first: 0, end: 1 }, as: 'key' }));
    expect(tinted()).toEqual(['the received 5']);
  });

  it('over itself shows what looks at a word, too', async () => {
    const { follower, follow, shown, tinted } = await make();
    await follow(shown(encoder), 0, 0, [[1, 0, 0], [0.5, 0.5, 0], [0, 0.3, 0.7]]);
    follower.follow(shown(encoder, { axis: 0, tokens: { first: 1, end: 2 }, as: 'key' }));
    expect(tinted()).toEqual(['dog received 4', 'old received 5']);
    follower.follow(shown(encoder, { axis: 0, tokens: { first: 1, end: 2 }, as: 'query' }));
    expect(tinted()).toEqual(['the received 5', 'old received 5']);
  });

  it('has no tints of a map over other words, and its own after an edit', async () => {
    const { follow, shown, tinted, inspections, follower } = await make();
    await follow(shown({ ...cross, kind: 'decoder' }), 1, 1, [[1], [0, 1], [0, 0, 1]]);
    expect(tinted()).toEqual([]);
    inspections.history.edit(uri, [{ rangeOffset: 12, rangeLength: 1, text: 'x' }]);
    expect(follower.followed).toBeUndefined();
    expect(tinted()).not.toEqual([]);
  });

  it('gives each word of a long text its share, where several are read as one', async () => {
    const { follower, shown, call } = await make();
    follower.follow(shown(cross));
    await settle();
    expect(call(-1).params).toMatchObject({ pooled: 'mean' });
    // Three rows as two, and three columns as two: the means of what would be [0.2, 0.6, 0.2], the same, and [0, 0, 1].
    const whole = windowOf(inspectionOf('held-1'), 1, 0, []);
    const [rows, columns] = [whole.labels?.rows.slice(0, 3) ?? [], whole.labels?.columns ?? []];
    const cells = Buffer.from(Float32Array.of(0.4, 0.2, 0, 1).buffer).toString('base64');
    call(-1).answer({ ...whole, size: { rows: 3, columns: 3 }, step: { rows: 2, columns: 2 }, cells, labels: { rows, columns } });
    await settle();
    expect(follower.followed?.received.map(share => share.toFixed(2))).toEqual(['0.80', '0.80', '1.40']);
  });

  it('tells in its hovers which map that is, and what its words got', async () => {
    const { follow, shown, follower } = await make();
    await follow(shown(cross), 1, 0, [[0, 0.25, 0.75], [0, 0.5, 0.5], [0, 0, 1]]);
    const text = hoverText(annotationOf(dog, 10), 1, follower.followed);
    expect(text).toMatch(/\*Tinted by\* layer 1, head 2 of the decoder, over the source\. This word got 25\s%/u);
    expect(text.match(/\[(le|vieux|chien)\]/g)).toEqual(['[vieux]', '[le]']);
  });
});

it('is as strong as in the panel, which has what was written behind the text, too', () => {
  const text = 'a b c';
  const tokens = [0, 2, 4].map(start => ({ text: text.charAt(start), start, end: start + 1, special: false }));
  const axis: Axis = { side: 'source', text, tokens, words: tokens.map(({ start, end }) => ({ start, end })), sentences: [{ first: 0, end: 3 }], written: { first: 2, end: 3 } };
  const each = [[0], [1], [2]];
  const weights = [[1, 0, 0], [0.5, 0.5, 0], [0.25, 0.05, 0.7]].map(row => Float32Array.from(row));
  const followed = followedOf({ axes: [axis] }, { rows: each, columns: each, weights, heights: [1, 1, 1], queries: 0, keys: 0 }, { axis: 0, tokens: { first: 2, end: 3 }, as: 'query' }, 'a b');
  expect(followed?.largest.pointed).toBeCloseTo(0.7);
  const tints = followedTints({ uri, span: { start: 0, end: 3 }, name: '', ...followed ?? expect.fail() }, undefined);
  expect(tints.map(({ level, start }) => [start, level])).toEqual([[0, 2], [2, 1]]);
});

describe('names of maps', () => {
  it.each<[MapChoice, string]>([
    [cross, 'layer 1, head 2 of the decoder, over the source'],
    [{ ...cross, heads: [0, 1], by: 'max' }, 'layer 1, the largest of heads 1, 2 of the decoder, over the source'],
    [encoder, 'the mean of all layers of the encoder, over the whole text'],
    [{ of: 'rollout', kind: 'encoder', layer: 2 }, 'attention rollout up to layer 3 of the encoder, over the whole text'],
  ])('%j', (choice, name) => expect(nameOf(choice, plainReading)).toBe(name));

  it('say how it is read', () => {
    expect(nameOf(cross, { ...plainReading, valueWeighted: true, normalise: 'row' })).toMatch(/source; weighted by the values’ norms; normalised by row$/);
  });
});
