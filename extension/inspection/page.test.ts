import { describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import type { ShownMap, ToInspector } from '../../protocol/inspect-page.ts';
import { influenceMethod, mapMethod, openInspectionMethod, plainReading, type OpenInspectionParams } from '../../protocol/inspection.ts';
import { asked, axisOf, fakeWorker, inspectionOf, settle } from './inspection.fixture.ts';
import type { Subject } from './history.ts';
import { InspectorPage, type InspectorServices } from './page.ts';

const subject: Subject = { asked, place: { uri: 'file:///a.txt', span: { start: 0, end: 11 } } };
const choice = { of: 'heads', kind: 'cross', layer: 0, heads: [1], by: 'mean' } as const;

function make(services: Partial<InspectorServices> = {}) {
  const worker = fakeWorker();
  const posted: ToInspector[] = [];
  const shown: (ShownMap | undefined)[] = [];
  const failures: string[] = [];
  const fed: Subject[] = [];
  const seen = { is: true };
  const page = new InspectorPage({
    inspections: worker.inspections,
    post: message => { if (seen.is) posted.push(message); },
    isSeen: () => seen.is,
    shown: (_, map) => shown.push(map),
    fed: given => fed.push(given),
    hidden: () => undefined,
    another: async () => undefined,
    chooseFile: async () => undefined,
    savePng: async () => undefined,
    saveCsv: async () => undefined,
    copy: async () => undefined,
    remember: () => undefined,
    remembered: () => 'as it was',
    failed: ({ message }) => failures.push(message),
    ...services,
  });
  const last = <Type extends ToInspector['type']>(type: Type): Extract<ToInspector, { type: Type }> | undefined =>
    posted.findLast((message): message is Extract<ToInspector, { type: Type }> => message.type === type);
  const ask = (id: number, method: string, params: unknown): void => page.receive({ type: 'ask', id, method, params });
  const map = (inspection: string) => ({ map: { inspection, choice }, reading: plainReading, most: { rows: 9, columns: 9 }, values: 'bytes' });
  return { ...worker, page, posted, shown, failures, fed, seen, last, ask, map };
}

async function shownPage(services: Partial<InspectorServices> = {}) {
  const made = make(services);
  made.page.show(subject);
  await settle();
  await made.holds();
  return { ...made, id: made.last('show')?.inspection?.id ?? '' };
}

describe('an inspector in a page', () => {
  it('is shown the inspection of its subject, once it is there', async () => {
    const { page, last, calls, holds, inspections } = make();
    page.show(subject);
    expect(calls).toEqual([]);
    await settle();
    expect(last('opening')).toBeDefined();
    await holds();
    expect(last('show')?.inspection).toMatchObject({ asked, model: 'en-fr, small' });
    expect(inspections.history.get(last('show')?.inspection?.id ?? '')?.place).toEqual(subject.place);
  });

  it('opens nothing while nobody looks, and then the last subject only', async () => {
    const { page, calls, call, seen, holds, last } = make();
    seen.is = false;
    page.show(subject);
    page.show({ ...subject, asked: { ...asked, text: 'another' } });
    await settle();
    expect(calls).toEqual([]);
    seen.is = true;
    page.ready();
    await settle();
    expect([calls.length, call(0).params]).toMatchObject([1, { text: 'another' }]);
    expect(last('remembered')?.memory).toBe('as it was');
    await holds();
    page.ready();
    await settle();
    expect([calls.length, last('show')?.inspection?.asked.text]).toEqual([1, 'another']);
  });

  it('stops a run for what is no longer to be shown', async () => {
    const { page, call, last } = make();
    page.show(subject);
    await settle();
    page.show(undefined);
    expect([call(0).method, call(0).signal.aborted, last('show')?.inspection]).toEqual([openInspectionMethod, true, undefined]);
  });

  it('is told why there is nothing to show, and tries again when it is asked again', async () => {
    const { page, call, calls, last } = make();
    page.show(subject);
    await settle();
    call(0).fail(new Failure('broken-model', 'It has no attention.', 'Choose another.'));
    await settle();
    expect(last('unopened')?.failure.code).toBe('broken-model');
    page.show(subject);
    await settle();
    expect(calls).toHaveLength(2);
  });

  it('runs a model that reads numbers on those that are given for the text', async () => {
    const { page, call, last, holds, fed } = make();
    page.show(subject);
    await settle();
    call(0).fail(new Failure('reads-numbers', 'It has no tokenizer.', 'Give token ids.'));
    await settle();
    expect(last('unopened')?.failure.code).toBe('reads-numbers');
    page.receive({ type: 'feed', numbers: '3 1 2' });
    await holds();
    expect(last('show')?.inspection?.asked).toEqual({ ...asked, text: '3 1 2' });
    expect(fed).toEqual([{ asked: { ...asked, text: '3 1 2' }, place: undefined }]);
    // They came too late: what they were for is shown no more.
    page.receive({ type: 'feed', numbers: '4' });
    await settle();
    expect([fed.length, last('show')?.inspection?.asked.text]).toEqual([1, '3 1 2']);
  });

  it('tells of numbers that are not taken why, and asks for others', async () => {
    const { page, call, calls, last } = make();
    page.show(subject);
    await settle();
    call(0).fail(new Failure('reads-numbers', 'It has no tokenizer.', 'Give token ids.'));
    await settle();
    page.receive({ type: 'feed', numbers: '1 '.repeat(6000) });
    expect(last('unopened')?.failure).toEqual({ code: 'reads-numbers', message: expect.stringContaining('at most 10,000 characters'), hint: 'Give token ids.' });
    page.receive({ type: 'feed', numbers: '1' });
    await settle();
    expect(calls.length).toBe(2);
  });

  it('shows what the user asks for again, whatever was chosen meanwhile or has become of its text', async () => {
    const { page, posted, last, ask, holds, inspections, calls, id } = await shownPage();
    ask(1, 'open', { ...asked, text: 'another' });
    await holds();
    page.receive({ type: 'shown', shown: { inspection: inspections.history.all[0]?.id, choice, reading: plainReading, pointed: undefined } });
    page.show(subject);
    await settle();
    expect(posted.filter(({ type }) => type === 'show')).toHaveLength(2);
    page.inspect(subject);
    await settle();
    expect([last('show')?.inspection?.id, calls.length]).toEqual([id, 2]);
    inspections.history.edit('file:///a.txt', [{ rangeOffset: 4, rangeLength: 3, text: 'young' }]);
    page.inspect(subject);
    await settle();
    await holds();
    expect(last('show')?.inspection?.id).not.toBe(id);
  });

  it('shows the same words elsewhere where they stand there, without running the model again', async () => {
    const { page, posted, calls, inspections, id } = await shownPage();
    const second = { uri: 'file:///b.txt', span: { start: 5, end: 16 } };
    page.show({ ...subject, place: second });
    await settle();
    expect([inspections.history.get(id)?.place, calls.length, posted.filter(({ type }) => type === 'show').length]).toEqual([second, 1, 4]);
    // It moved with what was typed before it: nothing else is asked for.
    inspections.history.edit(second.uri, [{ rangeOffset: 0, rangeLength: 0, text: '12' }]);
    page.show({ ...subject, place: { ...second, span: { start: 7, end: 18 } } });
    await settle();
    expect(posted.filter(({ type }) => type === 'show')).toHaveLength(4);
  });

  it('is told where the text stands that is asked about elsewhere while the model runs', async () => {
    const { page, calls, inspections, holds } = make();
    page.show(subject);
    await settle();
    const second = { uri: 'file:///b.txt', span: { start: 5, end: 16 } };
    page.show({ ...subject, place: second });
    await holds();
    expect([inspections.history.all.map(({ place }) => place), calls.length]).toEqual([[second], 1]);
  });

  it('shows anew what was changed and changed back, once it is asked for', async () => {
    const { page, last, holds, inspections, id } = await shownPage();
    inspections.history.edit('file:///a.txt', [{ rangeOffset: 4, rangeLength: 3, text: 'young' }]);
    page.show(subject);
    await holds();
    const now = last('show')?.inspection?.id ?? '';
    expect([now === id, inspections.history.get(now)?.isStale]).toEqual([false, false]);
  });

  it('is shown what a model does that was saved anew, also while it shows the old one', async () => {
    const { page, inspections, last, id } = await shownPage();
    page.replaced('another', { ...inspectionOf('new'), id: 'new' });
    expect(last('show')?.inspection?.id).toBe(id);
    page.replaced(id, { ...inspectionOf('new'), id: 'new' });
    expect([last('show')?.inspection?.id, inspections.history.entries.length]).toEqual(['new', 1]);
  });

  it('changes the image that it shows, and not the one of the same name that it was given', async () => {
    const image = (bytes: string): Subject => ({ asked: { ...asked, text: 'cat.png', image: bytes }, place: undefined });
    const { page, inspections, ask, call, holds } = make();
    const before = inspections.open(image('AAAA'), new AbortController().signal);
    await holds();
    const { id } = await before;
    page.show(image('BBBB'));
    await holds();
    page.receive({ type: 'shown', shown: { inspection: id, choice, reading: plainReading, pointed: undefined } });
    ask(1, 'open', { ...asked, text: 'cat.png', interventions: [{ do: 'keep-only', kind: 'cross', layer: 0, head: 1 }] });
    await settle();
    expect(call(-1).params).toMatchObject({ image: 'AAAA', interventions: [{ do: 'keep-only' }] });
  });

  it('has its questions answered, as the worker answers', async () => {
    const { ask, map, call, last, id } = await shownPage();
    ask(7, 'map', map(id));
    await settle();
    expect(call(-1)).toMatchObject({ method: mapMethod, params: { map: { inspection: 'held-1' } } });
    const window = { cells: 'AAAA' };
    call(-1).answer(window);
    await settle();
    expect(last('answer')).toEqual({ type: 'answer', id: 7, result: window });
    ask(8, 'influence', { inspection: id, choice, by: 'mask' });
    await settle();
    call(-1).progress?.({ done: 1, of: 3 });
    expect([call(-1).method, last('progress')]).toEqual([influenceMethod, { type: 'progress', id: 8, progress: { done: 1, of: 3 } }]);
  });

  it('has what it takes back cancelled in the worker, and answered as cancelled', async () => {
    const { page, ask, map, call, last, id } = await shownPage();
    ask(1, 'map', map(id));
    await settle();
    page.receive({ type: 'cancel', id: 1 });
    await settle();
    expect([call(-1).signal.aborted, last('refused')]).toMatchObject([true, { id: 1, failure: { code: 'cancelled' } }]);
  });

  it('is refused what cannot be understood, or is not there', async () => {
    const { ask, map, last, id } = await shownPage();
    ask(1, 'map', { ...map(id), most: { rows: 1e9, columns: 1 } });
    expect(last('refused')).toMatchObject({ id: 1, failure: { code: 'bad-argument', message: expect.stringContaining('the message.params.most.rows is 1000000000') } });
    ask(2, 'map', map('nobody'));
    await settle();
    expect(last('refused')).toMatchObject({ id: 2, failure: { code: 'inspection-gone' } });
  });

  it('waits with more than four readings, and forgets those of a page that is gone', async () => {
    const { page, ask, map, calls, call, posted, id } = await shownPage();
    for (let question = 0; question < 9; question++) ask(question, 'map', map(id));
    await settle();
    expect(calls).toHaveLength(5);
    call(1).answer({});
    await settle();
    expect(calls).toHaveLength(6);
    page.ready();
    const before = posted.length;
    await settle();
    expect(calls.slice(2).every(({ signal }) => signal.aborted)).toBe(true);
    expect(posted.slice(before).filter(({ type }) => type === 'answer' || type === 'refused')).toEqual([]);
  });

  it('opens what the user changed about the run, of the same place', async () => {
    const { ask, holds, last, inspections } = await shownPage();
    ask(1, 'open', { ...asked, interventions: [{ do: 'keep-only', kind: 'cross', layer: 0, head: 1 }] });
    await holds();
    const answer = last('answer')?.result;
    const opened = inspections.history.all[0];
    expect([answer, opened?.place]).toMatchObject([{ id: opened?.id, asked: { interventions: [{ do: 'keep-only' }] } }, subject.place]);
  });

  it('answers with nothing where the user chose no other model and no file', async () => {
    const { ask, map, posted, id } = await shownPage();
    ask(1, 'another', { inspection: id, what: 'model' });
    await settle();
    ask(2, 'export', { map: map(id).map, reading: plainReading, format: 'svg', drawing: 'matrix' });
    await settle();
    expect(posted.filter(({ type }) => type === 'answer')).toEqual([{ type: 'answer', id: 1, result: null }, { type: 'answer', id: 2, result: null }]);
  });

  it('tells what it shows, but for the word that the document itself has lit', async () => {
    const { page, posted, shown, last, id } = await shownPage();
    const tell = (pointed: unknown): void => page.receive({ type: 'shown', shown: { inspection: id, choice, reading: plainReading, pointed } });
    page.light('source', 1);
    expect([last('light')?.word, axisOf('source', asked.text).tokens[1]?.text]).toEqual([{ axis: 0, word: 1 }, 'old']);
    tell({ axis: 0, tokens: { first: 1, end: 2 }, as: 'key' });
    tell({ axis: 1, tokens: { first: 1, end: 2 }, as: 'query' });
    expect(shown.slice(-2).map(map => map?.pointed)).toEqual([undefined, { axis: 1, tokens: { first: 1, end: 2 }, as: 'query' }]);
    page.ready();
    await settle();
    expect(posted.slice(-2)).toMatchObject([{ type: 'show' }, { type: 'light', word: { axis: 0, word: 1 } }]);
    // The word may be locked in the page all the same.
    page.unlock();
    expect(posted.at(-1)).toEqual({ type: 'unlock' });
  });

  it('lights a word of the document where it is in what is shown, and none where it was left out', async () => {
    const { page, ask, call, last, inspections } = await shownPage();
    page.light('source', 2);
    ask(1, 'open', { ...asked, interventions: [{ do: 'replace', start: 0, end: 4, text: '' }] });
    await settle();
    const params = call(-1).params as OpenInspectionParams;
    call(-1).answer({ ...inspectionOf('held-2', params), axes: [axisOf('source', 'old dog'), axisOf('target', 'chien')] });
    await settle();
    page.receive({ type: 'shown', shown: { inspection: inspections.history.all[0]?.id, choice, reading: plainReading, pointed: undefined } });
    expect(last('light')?.word).toEqual({ axis: 0, word: 1 });
    const lit = (side: 'source' | 'target', word: number) => {
      page.light(side, word);
      return last('light')?.word;
    };
    expect([lit('source', 0), lit('source', 1), lit('target', 2)]).toEqual([undefined, { axis: 0, word: 0 }, undefined]);
  });

  it('tells the user what fails without a question', async () => {
    const { page, failures } = make({ copy: async () => { throw new Failure('bad-argument', 'No clipboard.', 'Try again.'); } });
    page.receive({ type: 'copy', text: '[]' });
    await settle();
    expect(failures).toEqual(['No clipboard.']);
  });
});
