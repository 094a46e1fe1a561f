import { describe, expect, it } from 'vitest';
import { bestCheckpoint, durationText, experimentDescription, runDescription, valueText } from './describe.ts';
import { metricOf, runOf } from './run.fixture.ts';

const live = { state: 'running', step: 450, totalSteps: 1000, loss: 2.12345, metric: metricOf('bleu', 31.25), secondsLeft: 725 } as const;

describe('a run in the tree', () => {
  it('tells how far it is, how good, and how long it takes', () => {
    expect(runDescription(runOf('a', live))).toBe('45 % · 12 min left · BLEU 31.25 · loss 2.123');
    expect(runDescription(runOf('a', { ...live, totalSteps: null, secondsLeft: null, tags: ['x'] }))).toBe('step 450 · BLEU 31.25 · loss 2.123 · #x');
  });

  it('tells its state where that is not plain', () => {
    expect(runDescription(runOf('a', { ...live, state: 'paused' }))).toBe('paused · 45 % · BLEU 31.25 · loss 2.123');
    expect(runDescription(runOf('a', { state: 'queued', totalSteps: 1000 }))).toBe('queued');
    expect(runDescription(runOf('a', { state: 'failed', message: `The disk is full.\n${'x'.repeat(200)}` }))).toBe('failed: The disk is full.');
    expect(runDescription(runOf('a', { state: 'failed', message: 'x'.repeat(200) }))).toHaveLength('failed: '.length + 60);
  });

  it('never passes a hundred percent, and tells values that are no numbers', () => {
    expect(runDescription(runOf('a', { state: 'running', step: 1001, totalSteps: 1000, loss: NaN }))).toBe('100 % · loss no number');
    expect([valueText(-0.5), valueText(Infinity), valueText(0.000012345)]).toEqual(['−0.5', '∞', '0.00001235']);
  });
});

describe('a time', () => {
  it('is told in two units at most', () => {
    expect([5, 59, 725, 3600, 12_000, 86_400, 187_200].map(durationText)).toEqual(['less than a minute', '1 min', '12 min', '1 h', '3 h 20 min', '1 d', '2 d 4 h']);
  });
});

describe('an experiment', () => {
  it('counts its runs, and those that live', () => {
    expect(experimentDescription([runOf('a', { state: 'running' }), runOf('b'), runOf('c', { state: 'queued' })])).toBe('3 runs · 1 running · 1 queued');
  });
});

describe('the checkpoint to open', () => {
  it('is the best, else the latest', () => {
    const checkpoint = (step: number, best: boolean) => ({ step, best, folder: `/c/${step}`, bytes: 1, metric: null, likelihood: null });
    expect(bestCheckpoint(runOf('a', { checkpoints: [checkpoint(1, true), checkpoint(2, false)] }))?.step).toBe(1);
    expect(bestCheckpoint(runOf('a', { checkpoints: [checkpoint(2, false), checkpoint(1, false)] }))?.step).toBe(2);
    expect(bestCheckpoint(runOf('a'))).toBeUndefined();
  });
});
