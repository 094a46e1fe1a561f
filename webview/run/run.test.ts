import { describe, expect, it } from 'vitest';
import type { ShownRun, ToRunPage } from '../../protocol/run-page.ts';
import type { RunDetails, RunProbeMap, RunSeries, RunSummary } from '../../protocol/runs.ts';
import { headCurves } from './attention/head-curves.ts';
import { arePatches, chosenMap, mapIn, nearestStep, probeMapData, stepIndex } from './attention/probe-map.ts';
import { checkpointName, firstPair, keptPair } from './compare/pair.ts';
import { progressLine, wishesOf } from './header.ts';
import { fresh, recall } from './remembered.ts';
import { initialState, probeKey, reduce, type RunState } from './state.ts';
import { configRows } from './tables/config-rows.ts';
import { pointsFor, wantedOf } from './wanted.ts';

const summary: RunSummary = {
  folder: '/runs/a', format: 'attention-scope', name: 'a', experiment: 'en-fr', tags: [], task: 'translation', state: 'running', step: 4350, totalSteps: 20_484,
  loss: 2.1, metric: null, secondsLeft: 725, started: '2026-11-27T10:00:00.000Z', updated: null, message: null, job: null, checkpoints: [],
};
const details: RunDetails = {
  run: summary, config: [], metrics: ['train/loss', 'validation/loss', 'memory'], samples: [], earlierSamples: 0, probes: null, warnings: [],
};
const shown = (folder: string): ShownRun => ({ folder, name: folder, run: { ...summary, folder }, isGone: false });
const series = (metric: string, steps: readonly number[]): RunSeries => ({
  metric, steps, values: steps.map(step => 1 / step), times: steps.map(step => Date.parse('2026-11-27T10:00:00.000Z') + 1000 * step), count: steps.length,
});
const told = (...messages: readonly ToRunPage[]): RunState => messages.reduce(reduce, initialState);
const failure = { code: 'no-such-file', message: 'It is gone.', hint: 'Choose another.' } as const;

describe('the line below a run’s name', () => {
  it('tells how it stands, how far it is and how long it takes', () => {
    expect(progressLine(summary)).toBe('Running · step 4,350 of 20,484 (21 %) · 12 min left');
    expect(progressLine({ ...summary, state: 'failed', totalSteps: null, message: 'The disk is full.' })).toBe('Failed · step 4,350 · The disk is full.');
    expect(progressLine({ ...summary, state: 'finished', step: 20_485 })).toBe('Finished · step 20,484 of 20,484 (100 %)');
    expect(progressLine({ ...summary, state: 'preparing', step: 0 })).toBe('Preparing');
  });

  it('goes with what can be wished, of runs of ours alone', () => {
    expect([wishesOf(summary), wishesOf({ ...summary, state: 'paused' }), wishesOf({ ...summary, state: 'interrupted' })]).toEqual([['pause', 'stop'], ['resume', 'stop'], ['resume']]);
    expect(wishesOf({ ...summary, format: 'tensorboard' })).toEqual([]);
  });
});

describe('what the page knows', () => {
  it('of a run is forgotten when it is shown no longer', () => {
    const state = told({ type: 'runs', runs: [shown('/runs/a'), shown('/runs/b')] }, { type: 'details', details }, { type: 'curves', folder: '/runs/a', range: {}, series: [series('train/loss', [1, 2])] });
    expect([state.details.size, state.curves.get('/runs/a')?.size]).toEqual([1, 1]);
    const rest = reduce(state, { type: 'runs', runs: [shown('/runs/b')] });
    expect([rest.details.size, rest.curves.size]).toEqual([0, 0]);
  });

  it('a curve that is told again replaces itself and no other', () => {
    const state = told(
      { type: 'curves', folder: '/runs/a', range: {}, series: [series('train/loss', [1, 2]), series('validation/loss', [2])] },
      { type: 'curves', folder: '/runs/a', range: { from: 1, to: 9 }, series: [series('train/loss', [1, 2, 3])] },
    );
    const known = state.curves.get('/runs/a');
    expect([known?.get('train/loss')?.range, known?.get('train/loss')?.series.steps, known?.get('validation/loss')?.range]).toEqual([{ from: 1, to: 9 }, [1, 2, 3], {}]);
  });

  it('why a run cannot be read, until it can', () => {
    const state = told({ type: 'unreadable', folder: '/runs/a', failure });
    expect(state.failures.get('/runs/a')).toEqual(failure);
    expect(reduce(state, { type: 'details', details }).failures.size).toBe(0);
  });

  it('maps that were looked at, the last few hundred', () => {
    const at = (step: number) => ({ folder: '/runs/a', step, example: 0, map: '0' });
    const many = Array.from({ length: 450 }, (_, step): ToRunPage => ({ type: 'probe', at: at(step), probe: { source: [], target: [], rows: [] } }));
    const state = told(...many);
    expect([state.probes.size, state.probes.has(probeKey(at(449))), state.probes.has(probeKey(at(3)))]).toEqual([400, true, false]);
    expect(reduce(state, { type: 'unprobed', at: at(999), failure: { ...failure, code: 'cancelled' } }).probes.size).toBe(400);
    expect(reduce(state, { type: 'unprobed', at: at(999), failure }).probes.get(probeKey(at(999)))).toEqual({ kind: 'failed', failure });
  });
});

describe('what is asked for', () => {
  const state = told({ type: 'runs', runs: [shown('/runs/a'), shown('/runs/b')] }, { type: 'details', details }, { type: 'details', details: { ...details, run: { ...summary, folder: '/runs/b' } } });

  it('is what the tab draws, of the runs that are not hidden', () => {
    expect(wantedOf(state, { ...fresh, hidden: ['/runs/b'] }, 1024)).toEqual({ curves: [{ folder: '/runs/a', metrics: ['train/loss', 'validation/loss'] }], points: 1024, heads: null });
    expect(wantedOf(state, { ...fresh, tab: 'hardware' }, 1024).curves.map(({ metrics }) => metrics)).toEqual([['memory'], ['memory']]);
    expect(wantedOf(state, { ...fresh, tab: 'samples' }, 1024).curves).toEqual([]);
    const probes = { steps: [1], examples: ['x'], maps: [] };
    expect(wantedOf(reduce(state, { type: 'details', details: { ...details, probes } }), { ...fresh, tab: 'attention' }, 1024).heads).toBe('/runs/a');
  });

  it('is the stretch that is looked at, and a little more so that lines come in', () => {
    expect(wantedOf(state, { ...fresh, zoom: { min: 1000, max: 2000 } }, 1024).curves[0]).toMatchObject({ from: 980, to: 2020 });
    const timed = reduce(state, { type: 'curves', folder: '/runs/a', range: {}, series: [series('train/loss', [10, 20, 30, 40, 50])] });
    expect(wantedOf(timed, { ...fresh, axis: 'relative', zoom: { min: 25, max: 35 } }, 1024).curves[0]).toMatchObject({ folder: '/runs/a', from: 20, to: 40 });
  });

  it('has as many points as there are pixels to show them, in coarse steps', () => {
    expect([pointsFor(320), pointsFor(1200), pointsFor(1210), pointsFor(2000)]).toEqual([768, 1024, 1024, 1024]);
  });
});

describe('settings side by side', () => {
  const of = (config: Record<string, string>): RunDetails => ({ ...details, config: Object.entries(config).map(([key, value]) => ({ key, value })) });

  it('are told apart where they differ or are missing', () => {
    const rows = configRows([of({ 'model.heads': '4', seed: '1' }), of({ 'model.heads': '8', seed: '1', extra: 'x' })]);
    expect(rows.map(({ key, values, isDifferent }) => [key, ...values, isDifferent])).toEqual([
      ['model.heads', '4', '8', true], ['seed', '1', '1', false], ['extra', undefined, 'x', true],
    ]);
  });

  it('of a run that is still read differ in nothing', () => {
    expect(configRows([of({ seed: '1' }), undefined])).toEqual([{ key: 'seed', values: ['1', undefined], isDifferent: false }]);
  });
});

describe('a probe’s map', () => {
  it('has the tokens that there are as many of as rows and columns, marks of the vocabulary set apart', () => {
    const { rows, columns, weights } = probeMapData({ source: ['▁Ein', 'Hund', '</s>'], target: ['A', 'dog'], rows: [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]] });
    expect([rows.map(({ text }) => text), columns]).toEqual([['A', 'dog'], [{ text: 'Ein', special: false }, { text: 'Hund', special: false }, { text: '</s>', special: true }]]);
    expect(weights.map(row => row.length)).toEqual([3, 3]);
    expect(probeMapData({ source: ['a', 'b', 'c'], target: [], rows: [[1, 0], [0, 1]] }).rows.map(({ text }) => text)).toEqual(['row 1', 'row 2']);
  });

  it('of an image’s patches is a map of their places', () => {
    expect([arePatches('0,0 3,0 0,3 3,3'), arePatches('1,2'), arePatches('In 1,2 3,4')]).toEqual([true, false, false]);
    const { rows, columns, weights } = probeMapData({ source: ['0,0', '3,0', '0,3', '3,3'], target: ['bag'], rows: [[0.1, 0.2, 0.3, 0.4]] });
    expect([rows.map(({ text }) => text), columns.map(({ text }) => text), weights.map(row => Array.from(row, value => Number(value.toFixed(1))))]).toEqual([['0', '3'], ['0', '3'], [[0.1, 0.2], [0.3, 0.4]]]);
  });

  it('has one scale at every step; a single query over many keys shows at full strength what is far above even', () => {
    const over = (keys: number, queries: number) => probeMapData({ source: [], target: [], rows: Array.from({ length: queries }, () => Array.from({ length: keys }, () => 1 / keys)) }).full;
    expect([over(64, 1), over(4, 1), over(64, 2)]).toEqual([0.125, 1, undefined]);
  });

  it('is found again by its name, its step by its number', () => {
    const map = (kind: RunProbeMap['kind'], layer: number, head: number): RunProbeMap => ({ name: `${kind} ${layer}.${head}`, kind, layer, head });
    const maps = [map('encoder', 0, 0), map('cross', 0, 0), map('cross', 0, 1), map('cross', 1, 0)];
    expect([chosenMap(maps, 'cross 0.1')?.head, chosenMap(maps, 'gone')?.kind, chosenMap([], '')]).toEqual([1, 'encoder', undefined]);
    expect([mapIn(maps, 'cross', 0, 1)?.name, mapIn(maps, 'cross', 1, 1)?.name]).toEqual(['cross 0.1', 'cross 1.0']);
    expect([stepIndex([5, 10, 20], undefined), stepIndex([5, 10, 20], 12), stepIndex([5, 10, 20], 1)]).toEqual([2, 1, 0]);
    expect([nearestStep([5, 10, 20], 14), nearestStep([5, 10, 20], 99)]).toEqual([1, 2]);
  });

  it('is one of several whose heads are drawn as curves, where anything is told of them', () => {
    const maps: readonly RunProbeMap[] = [0, 1].map(head => ({ name: `cross 0.${head}`, kind: 'cross', layer: 0, head }));
    const heads = { steps: [1, 2], heads: [{ map: 'cross 0.0', entropy: [2, 1.5], alignmentError: null }, { map: 'cross 0.1', entropy: [null, 1], alignmentError: [null, 0.4] }] };
    expect(headCurves(heads, maps, 'entropy').map(({ label, points }) => [label, ...points.y])).toEqual([['head 1', 2, 1.5], ['head 2', null, 1]]);
    expect(headCurves(heads, maps, 'alignmentError').map(({ key, place }) => [key, place])).toEqual([['cross 0.1', 1]]);
  });
});

describe('two checkpoints of a run', () => {
  const of = (...steps: readonly (readonly [number, boolean])[]) => steps.map(([step, best]) => ({ step, best }));

  it('are the first and the best to begin with', () => {
    expect([firstPair(of([30, false], [10, false], [20, true])), firstPair(of([10, true], [20, false])), firstPair(of([10, true])), firstPair(of())]).toEqual([[10, 20], [10, 20], undefined, undefined]);
  });

  it('stay those that were chosen as long as both are kept', () => {
    const kept = of([10, false], [20, false], [30, true]);
    expect([keptPair([20, 30], kept), keptPair([5, 30], kept), keptPair(undefined, kept)]).toEqual([[20, 30], [10, 30], [10, 30]]);
  });

  it('are called by their steps and measures', () => {
    const metric = { name: 'bleu', value: 1, best: 1 };
    expect(checkpointName({ step: 3000, best: true, metric: 34.2 }, { metric })).toBe('Step 3,000 · BLEU 34.2 · best');
    expect(checkpointName({ step: 10, best: false, metric: null }, { metric: null })).toBe('Step 10');
  });
});

describe('how the user left the page', () => {
  it('comes back as it was stored, through JSON', () => {
    const left = { ...fresh, folders: ['/runs/a'], tab: 'attention', smoothing: 0.9, zoom: { min: 1, max: 5 }, hidden: ['/runs/b'], step: 40, map: 'cross 0.1', pair: [10, 20], text: 'Ein Hund.', choice: { of: 'rollout', kind: 'encoder', layer: 1 }, reading: { ...fresh.reading, unit: 'words' }, scroll: { config: 30 } } as const;
    expect(recall(JSON.parse(JSON.stringify(left)))).toEqual(left);
  });

  it('is fresh where something else was stored', () => {
    expect(recall(undefined)).toEqual(fresh);
    expect(recall({ folders: 3, tab: 'x', axis: 'y', smoothing: 'much', zoom: { min: 5, max: 1 }, hidden: [4], example: -1, step: 1.5, pair: [1], text: 7, choice: { of: 'x' }, reading: 3, scroll: { curves: -3, other: 9 } })).toEqual(fresh);
    expect(recall({ smoothing: 7 }).smoothing).toBe(0.999);
  });
});
