import { describe, expect, it } from 'vitest';
import { metricOf, runOf } from './run.fixture.ts';
import { runsStatus } from './status-view.ts';

const training = runOf('en-fr', { state: 'running', step: 45, totalSteps: 100, secondsLeft: 700, metric: metricOf('bleu', 30) });

describe('the status bar', () => {
  it('says nothing while nothing is trained', () => {
    expect(runsStatus([runOf('a'), runOf('b', { state: 'queued' })])).toBeUndefined();
  });

  it('tells how far the only run is, and shows it at a click', () => {
    expect(runsStatus([training, runOf('next', { state: 'queued' })])).toEqual({
      text: '$(pulse) en-fr 45 % · 12 min left',
      label: 'Attention Scope trains en-fr 45 % · 12 min left',
      lines: ['en-fr · 45 % · 12 min left · BLEU 30', 'next · queued'],
      only: '/runs/en-fr',
    });
  });

  it('tells of several by their number and the one that runs', () => {
    const status = runsStatus([runOf('a', { state: 'paused', step: 1, totalSteps: 10 }), training]);
    expect(status?.text).toBe('$(pulse) 2 runs · en-fr 45 % · 12 min left');
    expect(status?.only).toBeUndefined();
    expect(status?.lines).toEqual(['en-fr · 45 % · 12 min left · BLEU 30', 'a · 10 % · paused']);
  });

  it('shows states by their icons, and no icon that a name asks for', () => {
    expect(runsStatus([runOf('$(bug)', { state: 'preparing' })])?.text).toBe('$(loading~spin) $ (bug) preparing');
    expect(runsStatus([runOf('a', { state: 'paused', step: 1 })])?.text).toBe('$(debug-pause) a step 1 · paused');
  });
});
