/** Runs for the page's tests: the shape of real ones, told as the worker tells them. */
import type { ShownRun } from '../../protocol/run-page.ts';
import type { RunDetails, RunHeadsResult, RunProbeParams, RunProbeResult, RunSeries, RunSummary } from '../../protocol/runs.ts';

export const probeSteps = [500, 1000, 1500, 2000, 2500, 3000];
const began = Date.parse('2026-11-27T10:00:00.000Z');
const source = ['Ein', 'Hund', 'rennt', 'durch', 'den', 'Schnee', '.', '</s>'];
const target = ['A', 'dog', 'runs', 'through', 'the', 'snow', '.', '</s>'];

export function summaryOf(name: string, more: Partial<RunSummary> = {}): RunSummary {
  return {
    folder: `/home/user/runs/${name}`, format: 'attention-scope', name, experiment: 'multi30k', tags: [], task: 'translation', state: 'running', step: 3000, totalSteps: 20_000,
    loss: 2.1, metric: { name: 'bleu', value: 34.2, best: 34.2 }, secondsLeft: 725, started: new Date(began).toISOString(), updated: null, message: null, job: null,
    checkpoints: [1000, 3000].map(step => ({ step, folder: `/home/user/runs/${name}/checkpoints/${step}`, bytes: 9_600_000, best: step === 3000, metric: 30, likelihood: 1.4 })), ...more,
  };
}

export function shownRun(run: RunSummary, isGone = false): ShownRun {
  return { folder: run.folder, name: run.name, run, isGone };
}

export function detailsOf(run: RunSummary, more: Partial<RunDetails> = {}): RunDetails {
  const heads = (['encoder', 'cross'] as const).flatMap(kind => [0, 1].flatMap(layer => [0, 1, 2, 3].map(head => ({ name: `${kind} ${layer}.${head}`, kind, layer, head }))));
  return {
    run,
    config: [{ key: 'task', value: 'translation' }, { key: 'model.width', value: run.name.endsWith('wide') ? '256' : '128' }, { key: 'model.heads', value: '4' }],
    metrics: seriesOf(1).map(({ metric }) => metric),
    samples: probeSteps.flatMap(step => [
      { step, source: 'Ein Hund rennt durch den Schnee.', target: step < 2000 ? 'A dog dog dog.' : 'A dog runs through the snow.', reference: 'A dog runs through the snow.' },
      { step, source: 'Eine Frau liest.', target: 'A woman is reading.', reference: 'A woman reads.' },
    ]),
    earlierSamples: 7,
    probes: { steps: probeSteps, examples: ['Ein Hund rennt durch den Schnee.', 'Eine Frau liest.'], maps: heads },
    warnings: [], ...more,
  };
}

/** @param seed tells runs apart */
export function seriesOf(seed: number, last = 3000): readonly RunSeries[] {
  const curve = (metric: string, every: number, value: (step: number) => number | null): RunSeries => {
    const steps = Array.from({ length: Math.floor(last / every) }, (_, index) => (index + 1) * every);
    return { metric, steps, values: steps.map(value), times: steps.map(step => began + 230 * step), count: steps.length };
  };
  const noise = (step: number): number => Math.sin(step * 12.9898 * seed) * 0.2;
  const decay = (step: number): number => 1.2 + 6 * Math.exp(-step / (400 * seed));
  return [
    curve('train/loss', 10, step => decay(step) + noise(step) + 0.6), curve('train/likelihood', 10, step => decay(step) + noise(step)),
    curve('train/gradientNorm', 10, step => 0.6 + Math.abs(noise(step))), curve('train/learningRate', 10, step => 0.003 * Math.min(step / 500, 1)),
    curve('train/tokensPerSecond', 10, step => 3400 + 300 * noise(step)), curve('train/epoch', 10, step => Math.floor(step / 900)),
    curve('train/memory', 10, step => 9e8 + 1e5 * step), curve('train/processors', 10, step => 1.9 + noise(step) / 4),
    curve('validation/likelihood', 500, decay), curve('validation/perplexity', 500, step => Math.exp(decay(step))), curve('validation/bleu', 500, step => 36 * (1 - Math.exp(-step / (900 * seed)))),
  ];
}

/** The diagonal grows with the steps, in each head of its own. */
export function probeAt({ step, example, map }: RunProbeParams): RunProbeResult {
  const sharpness = (step / 1000) * (1 + 0.4 * Number(map.at(-1)));
  const rows = target.map((_, query) => softmax(source.map((__, key) => (query === key ? 1 : -Math.abs(query - key) / 4) * sharpness + (example === 1 && key === 7 ? 1 : 0))));
  return { source, target, rows };
}

export const heads: RunHeadsResult = {
  steps: probeSteps,
  heads: ['encoder', 'cross'].flatMap(kind => [0, 1].flatMap(layer => [0, 1, 2, 3].map(head => ({
    map: `${kind} ${layer}.${head}`,
    entropy: probeSteps.map(step => 2.6 - (step / 2500) * (1 + 0.3 * head) * (kind === 'cross' ? 1 : 0.3)),
    alignmentError: kind === 'cross' ? probeSteps.map(step => 0.8 - (step / 9000) * (1 + 0.4 * head)) : null,
  })))),
};

function softmax(scores: readonly number[]): readonly number[] {
  const powers = scores.map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}
