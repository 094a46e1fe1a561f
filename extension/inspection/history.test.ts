import { describe, expect, it } from 'vitest';
import { InspectionHistory, type Inspected } from './history.ts';
import { asked } from './inspection.fixture.ts';
import { keepPinned, recallPinned, type Pinned } from './pinned.ts';

const uri = 'file:///a.txt';

function make() {
  const forgotten: string[] = [];
  let changes = 0;
  const history = new InspectionHistory(() => void changes++, id => forgotten.push(id));
  const put = (id: string, more: Partial<Inspected> = {}): void =>
    history.put({ id, asked: { ...asked, text: more.place === undefined ? id : asked.text }, model: undefined, place: undefined, file: undefined, at: 0, isPinned: false, isStale: false, isPassing: false, ...more });
  return { history, put, forgotten, changes: () => changes, ids: () => history.entries.map(({ inspection }) => inspection) };
}
const place = { uri, span: { start: 10, end: 21 } };

describe('the history of inspections', () => {
  it('lists the newest first, and what is looked at again as new', () => {
    const { history, put, ids } = make();
    for (const id of ['a', 'b', 'c']) put(id);
    const again = history.get('a');
    if (again !== undefined) history.put(again);
    expect(ids()).toEqual(['a', 'c', 'b']);
  });

  it('keeps the last twenty, and those that are pinned', () => {
    const { history, put, ids, forgotten } = make();
    for (let number = 0; number < 20; number++) put(`${number}`);
    history.pin('0', true);
    put('20');
    put('21');
    expect([forgotten, ids().length, ids().at(-1)]).toEqual([['1'], 21, '0']);
    history.pin('0', false);
    expect(forgotten).toEqual(['1', '0']);
  });

  it('lists none that is looked at in passing, and lets none of the user’s go for it', () => {
    const { history, put, ids, forgotten } = make();
    for (let number = 0; number < 20; number++) put(`${number}`);
    for (let step = 0; step < 8; step++) put(`step ${step}`, { isPassing: true });
    expect([ids().length, forgotten]).toEqual([20, ['step 0', 'step 1']]);
    history.pin('step 7', true);
    expect([ids()[0], ids().length]).toEqual(['step 7', 21]);
  });

  it('follows a text that is moved, and marks one that is changed', () => {
    const { history, put } = make();
    put('a', { place });
    history.edit(uri, [{ rangeOffset: 0, rangeLength: 0, text: '12345' }]);
    expect(history.get('a')).toMatchObject({ isStale: false, place: { span: { start: 15, end: 26 } } });
    history.edit('file:///b.txt', [{ rangeOffset: 16, rangeLength: 1, text: '' }]);
    expect(history.entries).toMatchObject([{ isStale: false }]);
    history.edit(uri, [{ rangeOffset: 16, rangeLength: 1, text: '' }]);
    expect(history.entries).toMatchObject([{ isStale: true }]);
    expect(history.same({ asked, place })).toBeUndefined();
  });

  it('marks what was changed while its document was closed', () => {
    const { history, put } = make();
    put('a', { place });
    history.verify(uri, ({ start, end }) => ({ start: start + 5, end: end + 5 }));
    expect(history.get('a')).toMatchObject({ isStale: false, place: { span: { start: 15, end: 26 } } });
    history.verify(uri, () => undefined);
    expect(history.get('a')?.isStale).toBe(true);
  });
});

describe('pinned inspections', () => {
  function storage(stored?: unknown) {
    let value = stored;
    return { get: () => value as never, update: async (_: string, to: unknown) => void (value = JSON.parse(JSON.stringify(to))) };
  }

  const one: Pinned = { asked, place: undefined, file: undefined, at: 5 };

  it('are there after a reload by what was asked, where it stood and when it was asked for', async () => {
    const where = storage();
    const changed: Pinned = { ...one, asked: { ...asked, interventions: [{ do: 'knock-out', kind: 'cross', layer: 0, heads: 'all' }] }, place };
    await keepPinned(where, [changed, one]);
    expect(recallPinned(where)).toEqual([changed, one]);
  });

  it('of an image are known by its file', async () => {
    const where = storage();
    await keepPinned(where, [{ ...one, asked: { ...asked, image: 'AAAA' }, file: 'file:///cat.png' }]);
    expect(recallPinned(where)).toEqual([{ ...one, file: 'file:///cat.png' }]);
  });

  it('that are not understood are forgotten', () => {
    expect(recallPinned(storage('torn'))).toEqual([]);
    expect(recallPinned(storage([{ ...asked, beam: 'wide' }, { ...asked, place: { uri } }, asked]))).toEqual([{ ...one, at: 0 }]);
  });
});
