import { describe, expect, test, vi } from 'vitest';
import { csvOf, csvText } from '../../protocol/csv.ts';
import type { FromInspector, InspectQuestion } from '../../protocol/inspect-page.ts';
import { plainReading, type Axis, type InspectedLayer, type Inspection, type MapChoice, type SearchNode } from '../../protocol/inspection.ts';
import { byteOf } from '../../protocol/map-bytes.ts';
import { choiceName, combinationsOf, combined, fitted, headsOf, whyNot, withHeads } from './choice/choices.ts';
import { shareIn } from './compare/common-place.ts';
import { tokensIn } from './compare/same-tokens.ts';
import { rowOfStep, searchCsv, searchTable } from './decoding/search-table.ts';
import { stepMap } from './decoding/step-map.ts';
import { placeTree, probabilityText, rawText, searchOf, stepsInSight, tokenText } from './decoding/tree.ts';
import { abandoned, answered, begun, compared, intervened, question, undone } from './experiment.ts';
import { whyNoAlignment } from './export/alignment.ts';
import { entryChoices } from './history/entries.ts';
import type { InspectedMap } from './inspector.ts';
import { headsCsv } from './model/heads-csv.ts';
import { focusOf, litOf, onAxis, pointOf } from './lit.ts';
import { tokenName } from './names.ts';
import { freshReading, readingIn, readingText } from './reading/reading.ts';
import { freshMemory, learned, memoryOf, recallInspector, remembering } from './remembered.ts';
import { RemoteInspector } from './remote-inspector.ts';
import { findTokens } from './search.ts';
import { tabsOf, viewOf } from './tabs.ts';
import { linkedQuestion } from './texts/linked.ts';
import { alongAxis, wordLevels } from './texts/tints.ts';
import { agreementText, influenceText, readsWords, whyNoRanking } from './what-if/influence.ts';
import { changed, current, interventionsJson, interventionText, parseInterventions, parseRow, stepped, untouched } from './what-if/interventions.ts';
import { stepTable, totalText } from './what-if/step-table.ts';
import { textDifference } from './what-if/text-difference.ts';

const never = new AbortController().signal;
const layer = (kind: InspectedLayer['kind'], index: number, heads: number, queries: number, keys: number): InspectedLayer => ({ kind, layer: index, heads, queries, keys, hasArithmetic: true, hasValues: true });
const axis = (side: Axis['side'], text: string, cuts: readonly string[]): Axis => {
  let at = 0;
  const tokens = cuts.map(cut => {
    const start = cut.startsWith('<') ? at : text.indexOf(cut, at);
    at = cut.startsWith('<') ? at : start + cut.length;
    return { text: cut, start, end: at, special: cut.startsWith('<') };
  });
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
  return { side, text, tokens, words, sentences: [{ first: 0, end: tokens.length }] };
};
const inspection = {
  id: '1', asked: { model: 'm', text: 'the cats sat', languageId: 'plaintext', beam: 1, interventions: [] }, model: 'm',
  axes: [axis('source', 'the cats sat', ['the', 'cat', 's', 'sat', '</s>']), axis('target', 'les chats', ['les', 'chat', 's', '</s>']), axis('target', 'les chats', ['<s>', 'les', 'chat', 's'])],
  layers: [layer('encoder', 0, 4, 0, 0), layer('encoder', 1, 4, 0, 0), layer('decoder', 0, 4, 2, 2), layer('cross', 0, 2, 1, 0)],
  usual: { of: 'heads', kind: 'cross', layer: 0, heads: [1], by: 'mean' }, image: undefined,
  output: { kind: 'written', text: 'les chats', steps: [], searches: [] }, isRounded: false, warnings: [],
} as const satisfies Inspection;

describe('questions as messages', () => {
  const asking = (): { remote: RemoteInspector; sent: FromInspector[]; last: () => InspectQuestion } => {
    const sent: FromInspector[] = [];
    const last = (): InspectQuestion => {
      const found = sent.findLast(message => message.type === 'ask');
      if (found?.type !== 'ask') throw new Error('nothing was asked');
      return found;
    };
    return { remote: new RemoteInspector(message => sent.push(message)), sent, last };
  };

  test('end with their answers, each with its own, whatever the order', async () => {
    const { remote, sent } = asking();
    const [one, other] = [remote.recall('a', never), remote.recall('b', never)];
    expect(sent).toEqual([{ type: 'ask', id: 1, method: 'recall', params: { inspection: 'a' } }, { type: 'ask', id: 2, method: 'recall', params: { inspection: 'b' } }]);
    remote.receive({ type: 'answer', id: 2, result: { ...inspection, id: 'b' } });
    remote.receive({ type: 'answer', id: 1, result: { ...inspection, id: 'a' } });
    expect([(await one).id, (await other).id]).toEqual(['a', 'b']);
  });

  test('end refused, with what happened and what to do', async () => {
    const { remote, last } = asking();
    const asked = remote.heads({ inspection: '1', reading: plainReading, side: 4 }, never);
    remote.receive({ type: 'refused', id: last().id, failure: { code: 'inspection-gone', message: 'It is gone.', hint: 'Ask again.' } });
    await expect(asked).rejects.toMatchObject({ code: 'inspection-gone', hint: 'Ask again.' });
  });

  test('end when nobody waits any more, and the extension is told; a late answer is let go', async () => {
    const { remote, sent, last } = asking();
    const stop = new AbortController();
    const asked = remote.recall('a', stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    expect(sent.at(-1)).toEqual({ type: 'cancel', id: last().id });
    remote.receive({ type: 'answer', id: last().id, result: inspection });
    await expect(remote.recall('a', stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(sent).toHaveLength(2);
  });

  test('end with the page; progress is told until then', async () => {
    const { remote, last } = asking();
    const progress = vi.fn();
    const asked = remote.influence({ inspection: '1', choice: inspection.usual, by: 'mask' }, never, progress);
    remote.receive({ type: 'progress', id: last().id, progress: { done: 1, of: 3 } });
    remote.close();
    await expect(asked).rejects.toMatchObject({ code: 'worker-lost' });
    expect(progress).toHaveBeenCalledExactlyOnceWith({ done: 1, of: 3 });
  });
});

describe('which map', () => {
  const { usual } = inspection;

  test('fits another inspection as far as that has it', () => {
    const other = { ...inspection, layers: [layer('encoder', 0, 2, 0, 0)], usual: undefined };
    expect(fitted(usual, inspection)).toBe(usual);
    expect(fitted(usual, other)).toEqual({ of: 'heads', kind: 'encoder', layer: 0, heads: 'all', by: 'mean' });
    expect(fitted({ of: 'heads', kind: 'encoder', layer: 0, heads: [3], by: 'max' }, other)).toEqual({ of: 'heads', kind: 'encoder', layer: 0, heads: 'all', by: 'max' });
    expect(fitted(undefined, { ...other, layers: [] })).toBeUndefined();
  });

  test('is combined in every way that makes sense, and says why not in others', () => {
    expect(combined(usual, 'layers-max', inspection)).toEqual({ of: 'layers', kind: 'cross', layers: 'all', by: 'max' });
    expect(combined(usual, 'max', inspection)).toEqual({ ...usual, by: 'max' });
    const [self, , , cross] = inspection.layers;
    expect([whyNot('rollout', inspection, self), whyNot('rollout', inspection, cross)]).toEqual([undefined, 'of a text over itself only']);
    const long = { axes: [{ ...inspection.axes[0], tokens: Array.from({ length: 65 }, () => inspection.axes[0].tokens[0]).flatMap(token => token ?? []) }] };
    expect(whyNot('flow', long, self)).toBe('of 64 tokens at most, here are 65');
  });

  test('of one head or one layer is its own mean and largest: they are not offered', () => {
    const [self, , , cross] = inspection.layers;
    expect(combinationsOf(self, inspection)).toEqual(['mean', 'max', 'layers-mean', 'layers-max', 'rollout', 'flow']);
    expect(combinationsOf(cross, inspection)).toEqual(['mean', 'max', 'rollout', 'flow']);
    expect(combinationsOf({ ...self, heads: 1 }, inspection)).toEqual(['mean', 'layers-mean', 'layers-max', 'rollout', 'flow']);
  });

  test('links words, where it is between two texts', () => {
    const [source, target] = inspection.axes;
    const image: Axis = { side: 'image', text: '', tokens: [], words: [], sentences: [] };
    expect([{ queries: target, keys: source }, { queries: source, keys: source }, { queries: target, keys: image }, undefined].map(whyNoAlignment)).toEqual([undefined, ...Array.from({ length: 3 }, () => 'between two texts only')]);
  });

  test('is changed by choosing heads, all of them being the layer', () => {
    expect(headsOf(usual, inspection)).toEqual({ kind: 'cross', layer: 0, heads: [1] });
    expect(withHeads(usual, { kind: 'cross', layer: 0, heads: [0, 1] }, inspection)).toEqual({ of: 'heads', kind: 'cross', layer: 0, heads: 'all', by: 'mean' });
    const rollout: MapChoice = { of: 'rollout', kind: 'encoder', layer: 0 };
    expect(withHeads(rollout, { kind: 'encoder', layer: 1, heads: [0, 1, 2, 3] }, inspection)).toEqual({ ...rollout, layer: 1 });
  });

  test('has a name', () => {
    const names = [usual, { ...usual, heads: 'all' }, { of: 'heads', kind: 'encoder', layer: 1, heads: [0, 1, 3], by: 'max' }, { of: 'rollout', kind: 'encoder', layer: 1 }] as const;
    expect(names.map(choice => choiceName(choice, { layers: inspection.layers.filter(({ kind }) => kind === choice.kind) }))).toEqual([
      'Layer 1, head 2', 'Layer 1, mean of heads', 'Layer 2, largest of heads 1, 2 and 4', 'Rollout to layer 2',
    ]);
    expect(choiceName(usual, inspection)).toBe('Decoder, over the source: layer 1, head 2');
  });
});

describe('tables for other programs', () => {
  test('begin nothing that a program for tables would compute, and keep commas and quotes', () => {
    expect(csvOf([['', csvText('=1+1'), 'a,b'], ['say "no"', '-0.5', '']])).toBe([`,'=1+1,"a,b"`, '"say ""no""",-0.5,', ''].join('\r\n'));
  });

  test('tell of each head what was measured of it, counted as in the panel', () => {
    const head = { kind: 'encoder', layer: 0, head: 1, entropy: 1.23456789, confidence: 0.5, diagonality: 0, distance: null, coverage: 1, roles: [{ role: 'first', score: 0.9 }], similarity: null } as const;
    const [names, values] = headsCsv([{ of: 'heads', layer: 0, cells: [head, undefined] }]).split('\r\n').map(line => line.split(','));
    expect(Object.fromEntries(names?.map((name, at) => [name, values?.[at]]) ?? [])).toMatchObject({ 'kind': 'encoder', 'layer': '1', 'head': '2', 'entropy': '1.23457', 'distance': '', 'first token': '0.9', 'diagonal': '' });
  });

  test('tell of a search every token, and after which it came', () => {
    const node = (text: string, parent: number, step: number, fate: SearchNode['fate']): SearchNode => ({ token: 5, text, logProb: -0.5, parent, step, total: -1, fate });
    expect(searchCsv([placeTree([node(' a', -1, 0, 'chosen'), node('=b', 0, 1, 'dropped')])]).split('\r\n')).toEqual([
      'sentence,step,after,token,id,log-probability,sum so far,fate', '1,1,, a,5,-0.5,-1,chosen', "1,2, a,'=b,5,-0.5,-1,dropped", '',
    ]);
  });
});

test('what is pointed at in one text is the same words in another', () => {
  const [one, other] = [axis('source', 'the old cat sat', ['the', 'old', 'cat', 'sat']), axis('source', 'the cat sat down', ['the', 'cat', 'sat', 'down', 'x'])];
  expect([0, 1, 2, 3].map(first => tokensIn({ first, end: first + 1 }, one, other, one)?.first)).toEqual([0, undefined, 1, 2]);
  expect(tokensIn({ first: 1, end: 3 }, one, other, one)).toEqual({ first: 1, end: 2 });
  expect(tokensIn({ first: 2, end: 4 }, one, one, one)).toEqual({ first: 2, end: 4 });
});

describe('the same tokens are those of the difference', () => {
  test('from whichever of both they are pointed at', () => {
    const [minus, map] = [axis('source', 'a b', ['a', 'b']), axis('source', 'b a', ['b', 'a'])];
    expect([0, 1].map(first => tokensIn({ first, end: first + 1 }, minus, map, minus)?.first)).toEqual([undefined, 0]);
    expect([0, 1].map(first => tokensIn({ first, end: first + 1 }, map, minus, minus)?.first)).toEqual([1, undefined]);
  });

  test('what stands for no text is no word of that name', () => {
    const [minus, map] = [axis('source', 'a', ['<s>', 'a']), axis('source', '<s> x a', ['x', 'a'])];
    const written = { ...map, tokens: [{ text: '<s>', start: 0, end: 3, special: false }, ...map.tokens] };
    expect([0, 1].map(first => tokensIn({ first, end: first + 1 }, minus, written, minus)?.first)).toEqual([undefined, 2]);
  });
});

describe('what is pointed at', () => {
  const cross = inspection.layers[3];

  test('is the same place on whichever axis has that text', () => {
    expect(onAxis({ axis: 1, tokens: { first: 1, end: 3 } }, 2, inspection.axes)).toEqual({ first: 2, end: 4 });
    expect(onAxis({ axis: 1, tokens: { first: 3, end: 4 } }, 2, inspection.axes)).toBeUndefined();
    expect(onAxis({ axis: 0, tokens: { first: 0, end: 1 } }, 1, inspection.axes)).toBeUndefined();
  });

  test('is a row or a column of a map, and back again', () => {
    const lit = { axis: 0, tokens: { first: 1, end: 3 }, as: 'key' } as const;
    const point = pointOf(lit, cross, inspection.axes);
    expect(point).toEqual({ axis: 'key', tokens: { first: 1, end: 3 } });
    expect(litOf(point, cross)).toEqual(lit);
    const labels = [{ first: 0, end: 1 }, { first: 1, end: 3 }, { first: 3, end: 4 }].map(range => ({ ...range, text: '', special: false }));
    expect(focusOf(point, { rows: [], columns: labels })).toEqual({ rows: undefined, columns: { first: 1, end: 2 } });
  });

  test('is found by its letters, in tokens and in words that were cut', () => {
    expect(findTokens('cats', cross, inspection.axes)).toEqual([{ axis: 0, tokens: { first: 1, end: 3 }, as: 'key' }]);
    expect(findTokens('S', cross, inspection.axes).map(({ as, tokens }) => `${as} ${tokens.first}`)).toEqual(['query 0', 'query 2', 'query 3', 'key 2', 'key 3', 'key 4']);
    expect(findTokens(' ', cross, inspection.axes)).toEqual([]);
  });

  test('is at the edge of another map, too, whatever stands before it there', () => {
    const side = (count: number) => Array.from({ length: count }, (_, first) => ({ first, end: first + 1 }));
    // Two words more at the beginning; of the first none.
    const later = ({ first, end }: { readonly first: number; readonly end: number }) => (first === 0 ? undefined : { first: first + 2, end: end + 2 });
    expect([0, 0.2, 0.25, 0.9].map(share => shareIn(share, side(10), side(12), later) * 12)).toEqual([3, 4, 4.5, 11].map(at => expect.closeTo(at)));
    expect(shareIn(0.5, side(10), side(12), () => undefined)).toBe(0.5);
  });

  test('is found as a word by itself, where there is one', () => {
    const text = axis('source', 'we go together to the others', ['we', 'go', 'to', 'ge', 'the', 'r', 'to', 'the', 'other', 's']);
    const places = (wanted: string): number[] => findTokens(wanted, { queries: 0, keys: 0 }, [text]).map(({ tokens }) => tokens.first);
    expect([places('the'), places('togeth'), places('he')]).toEqual([[7], [2], [4, 7, 8]]);
  });

  test('tints words: a row’s tokens add up, a column’s largest counts', () => {
    const tokens = inspection.axes[0].tokens.map((_, first) => ({ first, end: first + 1 }));
    expect(wordLevels(inspection.axes[0], tokens, [0.1, 0.2, 0.2, 0.4, 0.1], 'sum')).toEqual([3, 10, 10]);
    expect(wordLevels(inspection.axes[0], tokens, [0.1, 0.2, 0.2, 0.4, 0.1], 'largest')).toEqual([3, 5, 10]);
    const words = [{ first: 0, end: 1 }, { first: 1, end: 3 }, { first: 3, end: 4 }, { first: 4, end: 5 }];
    expect(wordLevels(inspection.axes[0], words, [0.1, 0.4, 0.007, 0.1], 'sum')).toEqual([3, 10, 0]);
    const window = { size: { rows: 2, columns: 4 }, rows: { first: 0, end: 2 }, columns: { first: 0, end: 4 }, step: { rows: 1, columns: 2 }, isSigned: false, full: 0.5, strong: 0.5, hidden: { cells: 0, mass: 0 } };
    expect(Array.from(alongAxis({ ...window, values: 'bytes', cells: Uint8Array.from([1, 0, 1, 0.2], share => byteOf(share, false)) }, 'row'), weight => Number(weight.toFixed(3)))).toEqual([0.5, 0.5, 0.05, 0.05]);
    expect(Array.from(alongAxis({ ...window, values: 'floats', cells: Float32Array.of(0.5, 0.25, 0, 1) }, 'column'))).toEqual([0.75, 1]);
  });

  test('tints words however little each gets of what is pointed at', () => {
    const row = Float32Array.of(1 / 600, 1 / 600, 1 / 600, 0, 0);
    const question = linkedQuestion(inspection, cross, inspection.usual, plainReading, { axis: 'query', tokens: { first: 2, end: 3 } });
    if (question === undefined) throw new Error('there is a map');
    const window = { size: { rows: 4, columns: 5 }, rows: { first: 2, end: 3 }, columns: { first: 0, end: 5 }, step: { rows: 1, columns: 1 }, isSigned: false, full: 1, strong: 1, hidden: { cells: 0, mass: 0 } };
    const answer: InspectedMap = question.params.values === 'bytes'
      ? { ...window, values: 'bytes', cells: Uint8Array.from(row, weight => byteOf(weight, false)) }
      : { ...window, values: 'floats', cells: row };
    const tokens = inspection.axes[0].tokens.map((_, first) => ({ first, end: first + 1 }));
    expect(wordLevels(inspection.axes[0], tokens, alongAxis(answer, question.along), 'sum')).toEqual([5, 10, 0]);
  });
});

test('how a map is read is told in words', () => {
  expect([readingText(freshReading), readingText(plainReading)]).toEqual(['', 'tokens']);
  expect([readingIn(freshReading), readingIn(freshReading, 'words').unit, readingIn({ ...freshReading, unit: 'sentences' }, 'words').unit]).toEqual([plainReading, 'words', 'sentences']);
  expect(readingText({ valueWeighted: true, hideSpecial: true, unit: 'words', normalise: 'row', keep: { by: 'mass', mass: 0.9 } })).toBe('words, times the norms of values, without special tokens, each row sums to 1, 90 % of each row');
});

describe('a search', () => {
  const node = (text: string, parent: number, step: number, total: number, fate: SearchNode['fate']): SearchNode => ({ token: 0, text, logProb: -1, parent, step, total, fate });

  test('is placed with what was chosen uppermost, children beside their parents', () => {
    const tree = placeTree([node('a', -1, 0, -2, 'kept'), node('b', -1, 0, -1, 'chosen'), node('c', 0, 1, -3, 'dropped'), node('d', 1, 1, -2, 'chosen'), node('e', 1, 1, -4, 'dropped')]);
    expect(tree.columns.map(column => column.map(placed => placed.node.text).join(''))).toEqual(['ba', 'dec']);
    expect(tree.rows).toBe(3);
  });

  test('is a table, step by step, that says after what each came', () => {
    const tree = placeTree([node(' a', -1, 0, -2, 'dropped'), node(' b', -1, 0, -1, 'chosen'), node('c', 1, 1, -2, 'chosen')]);
    const { count, row } = searchTable(tree, 1);
    expect(Array.from({ length: count }, (_, index) => [row(index).name, ...row(index).cells.slice(0, 2), row(index).cells.at(-1), row(index).isCurrent])).toEqual([
      ['␣b', '1', undefined, 'on the way to what was written', false], ['␣a', '1', undefined, 'dropped', false], ['c', '2', 'b', 'on the way to what was written', true],
    ]);
    expect([rowOfStep(tree, 0), rowOfStep(tree, 1)]).toEqual([0, 2]);
  });

  test('that was greedy is its path with what could have been written beside it', () => {
    const [one, other] = [{ token: 1, text: 'x', logProb: -1 }, { token: 2, text: 'y', logProb: -2 }];
    const [nodes] = searchOf({ kind: 'written', text: 'xx', steps: [{ written: one, alternatives: [one, other] }, { written: one, alternatives: [other, one] }], searches: [] });
    expect(nodes?.map(({ text, parent, total, fate }) => [text, parent, total, fate])).toEqual([['x', -1, -1, 'chosen'], ['y', -1, -2, 'dropped'], ['x', 0, -2, 'chosen'], ['y', 0, -3, 'dropped']]);
  });

  test('tells probabilities, and draws only steps in sight', () => {
    expect([0, Math.log(0.123), Math.log(0.0004)].map(probabilityText)).toEqual(['100 %', '12 %', '0.04 %']);
    const texts = [' he', 'he', ' ', '\n', '</s>'].map(text => ({ text }));
    expect(texts.map(tokenText)).toEqual(['he', 'he', '␣', '␣', '</s>']);
    expect(texts.map(rawText)).toEqual(['␣he', 'he', '␣', '␣', '</s>']);
    expect(stepsInSight(1000, 1400, 700, 140)).toEqual({ first: 9, end: 16 });
  });
});

describe('what if', () => {
  const knock = { do: 'knock-out', kind: 'cross', layer: 0, heads: [1] } as const;
  const pin = { do: 'pin', kind: 'cross', layer: 0, heads: 'all', query: 1, key: 3, weight: 0.5 } as const;

  test('changes are undone and done again, until something else is changed', () => {
    const two = changed(changed(untouched, [knock]), [knock, pin]);
    expect(current(stepped(two, -1))).toEqual([knock]);
    expect(current(stepped(stepped(two, -1), 1))).toEqual([knock, pin]);
    expect(current(stepped(changed(stepped(two, -1), [pin]), 1))).toEqual([pin]);
    expect(current(stepped(untouched, -1))).toEqual([]);
  });

  test('a run without changes is the one from before them', () => {
    const experiment = intervened(begun(inspection), [knock]);
    expect(question(experiment, current(experiment.changes))).toEqual({ ...inspection.asked, interventions: [knock] });
    const shown = answered(experiment, { ...inspection, id: '2', asked: { ...inspection.asked, interventions: [knock] } });
    expect([shown.original.id, shown.shown.id]).toEqual(['1', '2']);
    expect(question(shown, current(undone(shown, -1).changes))).toBeUndefined();
  });

  test('what was before is asked for again with each change, and taken up where the model was saved anew since', () => {
    const changed = { ...inspection, id: '2', asked: { ...inspection.asked, interventions: [knock] } };
    const shown = answered(intervened(begun(inspection), [knock]), changed);
    expect([begun(inspection).isOriginalDue, shown.isOriginalDue]).toEqual([false, true]);
    const [same, anew] = [compared(shown, { ...inspection }), compared(shown, { ...inspection, id: '3' })];
    expect([same.original === inspection, same.isOriginalDue, anew.original.id, anew.shown.id, anew.isOriginalDue]).toEqual([true, false, '3', '2', false]);
    expect(answered(shown, anew.original).isOriginalDue).toBe(false);
  });

  test('the list that holds is that of what is shown, where nothing came of another', () => {
    const two = changed(changed(untouched, [knock]), [knock, pin]);
    const shows = (changes: typeof untouched, list: typeof two.lists[number]) => abandoned({ isOriginalDue: false, original: inspection, shown: { ...inspection, asked: { ...inspection.asked, interventions: list } }, changes });
    expect(shows(two, [knock]).changes).toEqual({ ...two, at: 1 });
    expect(shows(stepped(two, -1), [knock, pin]).changes).toEqual({ ...two, at: 2 });
    expect(shows(changed(stepped(two, -1), [pin]), [knock, pin]).changes).toEqual({ ...two, at: 2 });
  });

  test('what was changed when it came lacks what was before', () => {
    const given = begun({ ...inspection, asked: { ...inspection.asked, interventions: [knock] } });
    expect(given.isOriginalDue).toBe(true);
    expect(question(given, [])).toEqual(inspection.asked);
    expect(current(given.changes)).toEqual([knock]);
  });

  test('each is told in words', () => {
    const all = [knock, pin, { do: 'replace', start: 4, end: 8, text: 'dogs' }, { do: 'replace', start: 0, end: 3, text: '' }, { do: 'choose', step: 2, token: 7 }] as const;
    expect(all.map(one => interventionText(one, inspection))).toEqual([
      'Knocked out: decoder, over the source, layer 1, head 2', '“chat” → “sat” pinned to 0.5: decoder, over the source, layer 1, all heads', '“cats” replaced by “dogs”', '“the” left out', 'Another token written at step 3',
    ]);
  });

  test('says which token was chosen, and which of several alike is meant', () => {
    const [alternative, text] = [{ token: 7, text: ' chiens', logProb: -1 }, 'the cat the dog'];
    const doubled = { ...inspection, asked: { ...inspection.asked, text }, axes: [axis('source', text, ['the', 'cat', 'the', 'dog'])], layers: [layer('encoder', 0, 2, 0, 0)], output: { kind: 'written', text: '', searches: [], steps: [{ written: { token: 1, text: ' les', logProb: -1 }, alternatives: [alternative] }] } } as const;
    const all = [{ do: 'choose', step: 0, token: 7 }, { do: 'pin', kind: 'encoder', layer: 0, heads: [0], query: 2, key: 1, weight: 1 }, { do: 'mask', start: 8, end: 11 }] as const;
    expect(all.map(one => interventionText(one, doubled))).toEqual(['“chiens” written at step 1', '“the” (3) → “cat” pinned to 1: encoder, layer 1, head 1', '“the” (3) masked']);
  });

  test('tells step by step how probable each token was and is, and all of it as a logarithm', () => {
    const of = (tokens: readonly string[], logProb: number) => ({ kind: 'written', text: tokens.join(' '), searches: [], steps: tokens.map(text => ({ written: { token: text.length, text, logProb }, alternatives: [] })) }) as const;
    const [before, after] = [of(['a', 'bb', 'ccc'], Math.log(0.5)), of(['a', 'dddd', 'ccc', 'eeeee'], Math.log(0.25))];
    const { count, columns } = stepTable(before, after);
    expect(Array.from({ length: count }, (_, row) => columns.map(({ cell }) => cell(row)).join(' | '))).toEqual([
      '1 | a | 50 % | a | 25 % | −0.69', '2 | bb | 50 % | dddd | 25 % | −0.69', '3 | ccc | 50 % | ccc | 25 % | −0.69', '4 |  |  | eeeee | 25 % | ',
    ]);
    // What was left out is no step of what is written now.
    expect(Array.from({ length: 3 }, (_, row) => stepTable(of(['a', 'bb', 'ccc'], -1), of(['a', 'ccc'], -1)).columns[0]?.cell(row))).toEqual(['1', '', '2']);
    expect(totalText(before, after)).toBe('All of it: 0.4 % probable, log-probability −5.55; before: 13 % probable, log-probability −2.08. Difference: −3.47 nats over 4 instead of 3 tokens.');
    const long = Array.from({ length: 60 }, () => 'a');
    expect(totalText(of(long, -1), of(long, -0.99))).toBe('All of it: log-probability −59.40; before: log-probability −60.00. Difference: +0.60 nats over 60 tokens.');
  });

  test('come back from JSON as they went; what is no list of them says why', () => {
    const all = [knock, pin, { do: 'row', kind: 'encoder', layer: 1, heads: [0], query: 0, weights: [1, 0] }, { do: 'keep-only', kind: 'encoder', layer: 0, head: 1 }, { do: 'prefix', text: 'a' }, { do: 'mask', start: 0, end: 1 }] as const;
    expect(parseInterventions(interventionsJson(all))).toEqual({ list: all });
    const wrong = (text: string): string => {
      const parsed = parseInterventions(text);
      return 'wrong' in parsed ? parsed.wrong : '';
    };
    expect(wrong('{')).toMatch(/^It is no JSON: /);
    expect(wrong('{}')).toMatch(/^It is no list of interventions: expected a list/);
    expect(wrong(JSON.stringify([knock, { ...pin, weight: 2 }]))).toBe('It is no list of interventions: intervention 2, "weight": expected a number from 0 to 1, found 2.');
  });

  test('a row is one weight a key', () => {
    expect(parseRow('0.5, 1\n0', 3)).toEqual({ weights: [0.5, 1, 0] });
    expect([parseRow('1 2', 3), parseRow('1 x 2', 3), parseRow('0 0', 2)]).toEqual([
      { wrong: '2 weights were given where 3 keys are.' }, { wrong: 'Weight 2 is no number from 0 on.' }, { wrong: 'One of the weights must be more than 0.' },
    ]);
  });

  test('texts differ word by word, and both can be read off what is marked', () => {
    const pieces = textDifference('the old cat sat', 'the cat sat down');
    expect(pieces.map(({ text, of }) => `${of}: ${text}`)).toEqual(['both: the ', 'old: old ', 'both: cat ', 'old: sat', 'new: sat down']);
    expect(pieces.filter(({ of }) => of !== 'new').map(({ text }) => text).join('')).toBe('the old cat sat');
    expect(textDifference('same', 'same')).toEqual([{ text: 'same', of: 'both' }]);
  });

  test('how far both rankings agree is one sentence', () => {
    expect([0.8, 0.4, 0, -0.5, null].map(tau => agreementText({ words: [], measure: 'cosine', tau }).replace(/^Kendall.*: /, ''))).toEqual([
      'both rank the words much alike.', 'both rank the words somewhat alike.', 'the two rankings have little to do with each other.', 'the two rankings contradict each other.',
      'One of both rankings has only ties: there is no rank correlation.',
    ]);
  });
});

describe('how the user left it', () => {
  test('comes back through JSON, model by model; the oldest are forgotten', () => {
    let memory = remembering(freshMemory, 'a', { view: 'heads', choice: inspection.usual, reading: { ...plainReading, keep: { by: 'top', count: 5 } }, scale: 'clipped' });
    expect(recallInspector(JSON.parse(JSON.stringify(memory)))).toEqual(memory);
    for (let model = 0; model < 20; model++) memory = remembering(memory, `m${model}`, { view: 'model' });
    expect([Object.keys(memory.models).length, memoryOf(memory, 'a').view, memoryOf(memory, 'm19').view, memoryOf(memory, 'toString').view]).toEqual([20, undefined, 'model', undefined]);
  });

  test('two pages keep what each of them remembers of its model', () => {
    const here = remembering(freshMemory, 'a', { view: 'heads' });
    const there = remembering(remembering(freshMemory, 'a', { view: 'model' }), 'b', { view: 'arithmetic' });
    const { models } = learned(there, here, 'a');
    expect([models['a']?.view, models['b']?.view]).toEqual(['heads', 'arithmetic']);
    expect(memoryOf(learned(there, freshMemory, 'a'), 'a').view).toBe('model');
  });

  test('is fresh where something else was stored', () => {
    expect(recallInspector('x')).toEqual(freshMemory);
    const [wrong] = Object.values(recallInspector({ models: { a: { view: 'fly', choice: { of: 'heads', kind: 'x' }, reading: { keep: { by: 'top', count: -1 }, normalise: 7 }, scale: 'log' } } }).models);
    expect(wrong).toEqual({ view: undefined, choice: undefined, reading: freshReading, scale: 'auto' });
  });
});

describe('what was inspected before', () => {
  const names = (...texts: readonly string[]) => entryChoices(texts.map((text, index) => ({ inspection: `${index}`, model: '/models/opus', text, interventions: 0, at: 0, isPinned: false, isStale: false }))).map(({ name }) => name);

  test('is told apart where texts begin alike, by where they differ', () => {
    const long = 'The committee that was to decide on it met again on the following Tuesday';
    expect(names(`${long} and wrote a letter.`, `${long} but did nothing.`, 'Short.')).toEqual(['… following Tuesday and wrote a letter. · opus', '… following Tuesday but did nothing. · opus', 'Short. · opus']);
    expect(names(`${long} and wrote.`)).toEqual(['The committee that was to decide on it met again on the foll… · opus']);
  });

  test('is told by its time where only what was changed differs', () => {
    const entry = { model: 'm', text: 'Once more.', interventions: 1, isPinned: false, isStale: false };
    const [early, late] = [new Date(2020, 0, 2, 9, 5), new Date()];
    late.setHours(14, 30);
    expect(entryChoices([{ ...entry, inspection: '2', at: late.getTime() }, { ...entry, inspection: '1', at: early.getTime() }, { ...entry, interventions: 0, inspection: '0', at: 1 }]).map(({ name }) => name))
      .toEqual(['Once more. · m · 1 change · 14:30', 'Once more. · m · 1 change · Jan 2, 09:05', 'Once more. · m']);
  });

  test('is numbered where nothing else tells it apart; the whole text is told beside', () => {
    expect(names('Once  more.', 'Once more.')).toEqual(['Once more. · opus · 1 of 2', 'Once more. · opus · 2 of 2']);
    expect(entryChoices([{ inspection: '1', model: 'm', text: 'a '.repeat(50), interventions: 2, at: 0, isPinned: true, isStale: false }])[0]).toMatchObject({ title: 'a '.repeat(50).trim(), name: expect.stringMatching(/… · m · 2 changes, pinned$/) });
  });
});

test('a token is called by what it stands for; one of a space alone, and one of no text, by itself', () => {
  const token = (text: string, start: number, end: number) => ({ text, start, end, special: false });
  expect([token('▁cats', 4, 8), token('▁', 8, 8), token('</s>', 8, 8), token('16,0', 0, 0)].map(one => tokenName({ text: 'the cats' }, one))).toEqual(['cats', '␣', '</s>', '16,0']);
});

test('only views that make sense are there', () => {
  expect(tabsOf(inspection).map(({ key }) => key)).toEqual(['matrix', 'heads', 'model', 'arithmetic', 'decoding', 'what-if', 'compare']);
  const image = { layers: [{ ...layer('encoder', 0, 1, 0, 0), hasArithmetic: false }], output: { kind: 'labelled', labels: [] }, image: { width: 1, height: 1, patches: [] } } as const;
  expect(tabsOf(image).map(({ key }) => key)).toEqual(['matrix', 'heads', 'image', 'what-if', 'compare']);
  expect([viewOf(undefined, image), viewOf('decoding', image), viewOf(undefined, inspection)]).toEqual(['image', 'matrix', 'matrix']);
});

describe('what each step looked at', () => {
  const head = (kind: InspectedLayer['kind'], index: number, at: number): MapChoice => ({ of: 'heads', kind, layer: index, heads: [at], by: 'mean' });

  test('is told by the map that is looked at, where its rows are steps', () => {
    const cross = head('cross', 0, 1);
    expect(stepMap(cross, inspection)).toEqual(cross);
  });

  test('is told by another one, where an encoder is looked at', () => {
    expect(stepMap(head('encoder', 0, 0), inspection)).toEqual(inspection.usual);
    expect(stepMap({ of: 'layers', kind: 'encoder', layers: 'all', by: 'mean' }, { ...inspection, usual: undefined })).toMatchObject({ kind: 'cross', heads: 'all' });
  });
});

describe('which words matter', () => {
  const ofLayer = (one: InspectedLayer): MapChoice => ({ of: 'heads', kind: one.kind, layer: one.layer, heads: 'all', by: 'mean' });

  test('is asked of what reads words: neither of numbers nor of an image', () => {
    expect(readsWords(inspection)).toBe(true);
    expect(readsWords({ ...inspection, reads: 'numbers' })).toBe(false);
    expect(readsWords({ axes: [axis('image', '', [])], layers: [layer('encoder', 0, 1, 0, 0)] })).toBe(false);
  });

  test('is ranked beside maps over the text alone', () => {
    const [encoder, decoder] = [layer('encoder', 0, 1, 0, 0), layer('decoder', 0, 1, 1, 1)];
    const both = { axes: [axis('source', 'the house', ['the', 'house']), axis('target', 'la maison', ['la', 'maison'])], layers: [encoder, decoder] };
    expect(whyNoRanking(both, ofLayer(encoder))).toBeUndefined();
    expect(whyNoRanking(both, ofLayer(decoder))).toMatch(/choose a map whose keys are the text’s/);
  });

  test('is told of what it makes', () => {
    expect([influenceText({ kind: 'read' }), influenceText({ kind: 'labelled', labels: [] })]).toEqual([expect.stringMatching(/its vector of the text/), expect.stringMatching(/the class that it found/)]);
  });
});
