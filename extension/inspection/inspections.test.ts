import { describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { mapMethod, openInspectionMethod, plainReading, type MapParams } from '../../protocol/inspection.ts';
import { asked, fakeWorker, gone, settle, windowOf, inspectionOf } from './inspection.fixture.ts';

const { signal } = new AbortController();
const choice = { of: 'heads', kind: 'cross', layer: 0, heads: [1], by: 'mean' } as const;
const mapOf = (inspection: string, minus?: string): MapParams => ({
  map: { inspection, choice }, ...(minus === undefined ? {} : { minus: { inspection: minus, choice } }), reading: plainReading, most: { rows: 9, columns: 9 }, values: 'bytes',
});
const window = windowOf(inspectionOf('any'), 1, 0, []);

async function opened() {
  const made = fakeWorker();
  const opening = made.inspections.open(asked, undefined, signal);
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
    expect((await inspections.open({ ...asked }, undefined, signal)).id).toBe(id);
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
    inspections.remember([{ asked, place: undefined }]);
    const [id] = inspections.history.entries.map(({ inspection }) => inspection);
    const first = inspections.recall(id ?? '', signal);
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
    await expect(inspections.open({ ...asked, model: '/models/bert.onnx' }, undefined, signal)).rejects.toBe(refusal);
    expect(calls).toEqual([]);
  });

  it('that leave the history are closed in the worker', async () => {
    const { inspections, holds, closed, id } = await opened();
    for (let more = 0; more < 20; more++) {
      const opening = inspections.open({ ...asked, text: `${more}` }, undefined, signal);
      await holds();
      await opening;
    }
    expect(closed).toEqual(['held-1']);
    await expect(inspections.recall(id, signal)).rejects.toMatchObject({ code: 'inspection-gone' });
  });

  it('that are looked at in passing are kept once they are opened, and not run again for that', async () => {
    const { inspections, calls, holds, closed } = await opened();
    for (let step = 0; step < 30; step++) {
      const passing = inspections.peek({ ...asked, model: `step ${step}` }, signal);
      await holds();
      await passing;
    }
    expect([inspections.history.entries.map(({ model }) => model), closed.length]).toEqual([['en-fr, small'], 24]);
    const kept = await inspections.open({ ...asked, model: 'step 29' }, undefined, signal);
    expect(await inspections.peek({ ...asked, model: 'step 29' }, signal)).toEqual(kept);
    expect([inspections.history.entries.map(({ model }) => model), calls.length]).toEqual([['step 29, small', 'en-fr, small'], 31]);
  });

  it('of a text that was changed meanwhile are stale as they come', async () => {
    const place = { uri: 'file:///a.txt', span: { start: 0, end: 11 } };
    const { inspections, holds } = fakeWorker({ locate: () => undefined });
    const opening = inspections.open(asked, place, signal);
    await holds();
    await opening;
    expect(inspections.history.entries).toMatchObject([{ isStale: true }]);
    inspections.remember([{ asked: { ...asked, text: 'pinned' }, place }]);
    expect(inspections.history.entries[0]).toMatchObject({ text: 'pinned', isPinned: true, isStale: true });
  });

  it('of an image keep its bytes to themselves', async () => {
    const { inspections, call, holds } = fakeWorker();
    const opening = inspections.open({ ...asked, text: 'cat.png', image: 'AAAA' }, undefined, signal);
    await holds();
    expect([call(0).params, 'image' in (await opening).asked]).toMatchObject([{ image: 'AAAA' }, false]);
  });
});
