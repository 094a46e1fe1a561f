import { describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { influenceMethod, mapMethod, openInspectionMethod, plainReading, type MapParams } from '../../protocol/inspection.ts';
import { asked, fakeWorker, gone, settle, windowOf, inspectionOf } from './inspection.fixture.ts';

const { signal } = new AbortController();
const choice = { of: 'heads', kind: 'cross', layer: 0, heads: [1], by: 'mean' } as const;
const mapOf = (inspection: string, minus?: string): MapParams => ({
  map: { inspection, choice }, ...(minus === undefined ? {} : { minus: { inspection: minus, choice } }), reading: plainReading, most: { rows: 9, columns: 9 }, values: 'bytes',
});
const window = windowOf(inspectionOf('any'), 1, 0, []);

async function opened() {
  const made = fakeWorker();
  const opening = made.inspections.open({ asked, place: undefined }, signal);
  await made.holds();
  return { ...made, id: (await opening).id };
}

describe('inspections', () => {
  it('are known by ids of their own, and asked of the worker by its', async () => {
    const { inspections, call, id } = await opened();
    const map = inspections.ask(mapMethod, mapOf(id), signal);
    await settle();
    expect(call(1)).toMatchObject({ method: mapMethod, params: { map: { inspection: 'held-1', choice } } });
    call(1).answer(window);
    expect(await map).toBe(window);
    expect(id).not.toBe('held-1');
  });

  it('that the worker forgot are run again as they were asked, once for all questions, which are then repeated', async () => {
    const { inspections, calls, call, holds, id } = await opened();
    const both = [inspections.ask(mapMethod, mapOf(id), signal), inspections.ask(mapMethod, mapOf(id, id), signal)];
    await settle();
    call(1).fail(gone);
    call(2).fail(gone);
    await settle();
    expect(calls.slice(3).map(({ method, params }) => [method, params])).toEqual([[openInspectionMethod, asked]]);
    await holds();
    expect(calls.slice(4)).toMatchObject([{ params: { map: { inspection: 'held-2' } } }, { params: { map: { inspection: 'held-2' }, minus: { inspection: 'held-2' } } }]);
    call(4).answer(window);
    call(5).answer(window);
    expect(await Promise.all(both)).toEqual([window, window]);
    expect((await inspections.recall(id, signal)).id).toBe(id);
  });

  it('are not run twice for the same question, nor when they are gone once more', async () => {
    const { inspections, calls, call, holds, id } = await opened();
    expect((await inspections.open({ asked: { ...asked }, place: undefined }, signal)).id).toBe(id);
    expect(calls).toHaveLength(1);
    const map = inspections.ask(mapMethod, mapOf(id), signal);
    await settle();
    call(1).fail(gone);
    await settle();
    await holds();
    call(3).fail(gone);
    await expect(map).rejects.toMatchObject({ code: 'inspection-gone' });
  });

  it('that fail are told so, and tried again the next time', async () => {
    const { inspections, call, holds } = fakeWorker();
    inspections.remember([{ asked, place: undefined, file: undefined, at: 0 }]);
    const [id] = inspections.history.entries.map(({ inspection }) => inspection);
    const first = inspections.recall(id ?? '', signal);
    await settle();
    call(0).fail(new Failure('broken-model', 'It is broken.', 'Choose another.'));
    await expect(first).rejects.toMatchObject({ code: 'broken-model' });
    const second = inspections.recall(id ?? '', signal);
    await holds();
    expect((await second).id).toBe(id);
    expect(inspections.history.entries).toMatchObject([{ model: 'en-fr, small', isPinned: true }]);
  });

  it('of a model in a workspace that is not trusted are refused before the worker hears of them', async () => {
    const refusal = new Failure('untrusted-workspace', 'It is not trusted.', 'Trust it.');
    const { inspections, calls } = fakeWorker({ assertMayRun: () => { throw refusal; } });
    await expect(inspections.open({ asked: { ...asked, model: '/models/bert.onnx' }, place: undefined }, signal)).rejects.toBe(refusal);
    expect(calls).toEqual([]);
  });

  it('of a model that was saved anew are run again when they are asked for, in the place of the old one', async () => {
    const replaced: string[] = [];
    const made = fakeWorker({ replaced: (old, by) => replaced.push(old, by.id) });
    const { inspections, calls, holds, saves, closed } = made;
    const place = { uri: 'file:///a.txt', span: { start: 0, end: 11 } };
    const opening = inspections.open({ asked, place }, signal);
    await holds();
    const { id } = await opening;
    inspections.history.pin(id, true);
    saves();
    const again = inspections.open({ asked, place }, signal);
    await holds();
    const { id: now } = await again;
    expect([replaced, closed, calls.length]).toEqual([[id, now], ['held-1'], 2]);
    expect(inspections.history.all).toMatchObject([{ id: now, place, isPinned: true }]);
    expect((await inspections.open({ asked, place }, signal)).id).toBe(now);
    expect(calls).toHaveLength(2);
  });

  it('of a model that was saved anew are no longer asked about what would be of both models', async () => {
    const { inspections, calls, call, holds, saves, id } = await opened();
    saves();
    const influence = inspections.ask(influenceMethod, { inspection: id, choice, by: 'mask' }, signal);
    const refused = expect(influence).rejects.toMatchObject({ code: 'inspection-gone', message: expect.stringContaining('saved anew') });
    await holds();
    await refused;
    expect(calls.map(({ method }) => method)).toEqual([openInspectionMethod, openInspectionMethod]);
    const [now] = inspections.history.all;
    const map = inspections.ask(mapMethod, mapOf(now?.id ?? ''), signal);
    await settle();
    call(-1).answer(window);
    expect(await map).toBe(window);
    await expect(inspections.ask(mapMethod, mapOf(id), signal)).rejects.toMatchObject({ code: 'inspection-gone' });
  });

  it('of a model that was saved anew are all let go once it runs, so that none is compared with what it does now', async () => {
    const { inspections, call, holds, saves, closed, id } = await opened();
    const elsewhere = inspections.open({ asked: { ...asked, model: 'another' }, place: undefined }, signal);
    await holds();
    await elsewhere;
    saves();
    const changed = inspections.open({ asked: { ...asked, interventions: [{ do: 'prefix', text: 'Le' }] }, place: undefined }, signal);
    await holds();
    await changed;
    expect(closed).toEqual(['held-1']);
    const before = inspections.peek({ asked, place: undefined }, signal);
    await holds();
    expect([call(-1).params, (await before).id === id]).toEqual([asked, false]);
  });

  it('of a model that was saved anew take the place of the old one alone, also where the history is full', async () => {
    const { inspections, holds, saves } = await opened();
    for (let more = 0; more < 19; more++) {
      const opening = inspections.open({ asked: { ...asked, model: `model ${more}` }, place: undefined }, signal);
      await holds();
      await opening;
    }
    saves();
    const again = inspections.open({ asked: { ...asked, model: 'model 18' }, place: undefined }, signal);
    await holds();
    await again;
    expect([inspections.history.entries.length, inspections.history.entries.at(-1)?.model]).toEqual([20, 'en-fr, small']);
  });

  it.each(['open', 'peek'] as const)('that are pinned while %s looks for their model stay pinned', async method => {
    const { inspections, holds } = fakeWorker();
    const passing = inspections.peek({ asked, place: undefined }, signal);
    await holds();
    const { id } = await passing;
    const again = inspections[method]({ asked, place: undefined }, signal);
    inspections.history.pin(id, true);
    await again;
    expect(inspections.history.entries).toMatchObject([{ inspection: id, isPinned: true }]);
  });

  it('that leave the history while their model is looked for are run anew', async () => {
    const { inspections, calls, holds, id } = await opened();
    const again = inspections.open({ asked, place: undefined }, signal);
    inspections.history.remove(id);
    await holds();
    expect([(await again).id === id, calls.length, inspections.history.entries.length]).toEqual([false, 2, 1]);
  });

  it('of a model that was saved anew, and that the worker forgot, are told to who shows them', async () => {
    const replaced: string[] = [];
    const { inspections, call, holds, saves } = fakeWorker({ replaced: (old, by) => replaced.push(old, by.id) });
    const opening = inspections.open({ asked, place: undefined }, signal);
    await holds();
    const { id } = await opening;
    const map = inspections.ask(mapMethod, mapOf(id), signal);
    const refused = expect(map).rejects.toMatchObject({ code: 'inspection-gone' });
    await settle();
    saves();
    call(1).fail(gone);
    await holds();
    await refused;
    expect(replaced).toEqual([id, inspections.history.all[0]?.id]);
  });

  it('that leave the history are closed in the worker', async () => {
    const { inspections, holds, closed, id } = await opened();
    for (let more = 0; more < 20; more++) {
      const opening = inspections.open({ asked: { ...asked, text: `${more}` }, place: undefined }, signal);
      await holds();
      await opening;
    }
    expect(closed).toEqual(['held-1']);
    await expect(inspections.recall(id, signal)).rejects.toMatchObject({ code: 'inspection-gone' });
  });

  it('that are looked at in passing are kept once they are opened, and not run again for that', async () => {
    const { inspections, calls, holds, closed } = await opened();
    for (let step = 0; step < 30; step++) {
      const passing = inspections.peek({ asked: { ...asked, model: `step ${step}` }, place: undefined }, signal);
      await holds();
      await passing;
    }
    expect([inspections.history.entries.map(({ model }) => model), closed.length]).toEqual([['en-fr, small'], 24]);
    const kept = await inspections.open({ asked: { ...asked, model: 'step 29' }, place: undefined }, signal);
    expect(await inspections.peek({ asked: { ...asked, model: 'step 29' }, place: undefined }, signal)).toEqual(kept);
    expect([inspections.history.entries.map(({ model }) => model), calls.length]).toEqual([['step 29, small', 'en-fr, small'], 31]);
  });

  it('of a text that was changed meanwhile are stale as they come', async () => {
    const place = { uri: 'file:///a.txt', span: { start: 0, end: 11 } };
    const { inspections, holds } = fakeWorker({ locate: () => undefined });
    const opening = inspections.open({ asked, place }, signal);
    await holds();
    await opening;
    expect(inspections.history.entries).toMatchObject([{ isStale: true }]);
    inspections.remember([{ asked: { ...asked, text: 'pinned' }, place, file: undefined, at: 0 }]);
    expect(inspections.history.entries[0]).toMatchObject({ text: 'pinned', isPinned: true, isStale: true });
  });

  it('of an image that was pinned in an earlier session read its file again, and are the same as those asked for now', async () => {
    const { inspections, calls, call, holds } = fakeWorker();
    const image = { ...asked, text: 'cat.png' };
    inspections.remember([{ asked: image, place: undefined, file: 'file:///cat.png', at: 5 }]);
    const opening = inspections.open({ asked: { ...image, image: 'AAAA' }, place: undefined, file: 'file:///cat.png' }, signal);
    await holds();
    await opening;
    expect([call(0).params, calls.length, inspections.history.entries.length]).toMatchObject([{ text: 'cat.png', image: 'bytes of file:///cat.png' }, 1, 1]);
  });

  it('of an image keep its bytes to themselves', async () => {
    const { inspections, call, holds } = fakeWorker();
    const opening = inspections.open({ asked: { ...asked, text: 'cat.png', image: 'AAAA' }, place: undefined }, signal);
    await holds();
    expect([call(0).params, 'image' in (await opening).asked]).toMatchObject([{ image: 'AAAA' }, false]);
  });
});
