import { describe, expect, it } from 'vitest';
import type { RunSeries } from '../../../protocol/runs.ts';
import { axisText, placeText } from './axis-text.ts';
import { chartsOf, metricsOf, type Curve } from './charts.ts';
import { measureText, nameOfCurve, titleOf } from './naming.ts';
import { drawnData, type Drawing } from './plot.ts';
import { extentOf, lastOf, nearest, pointsOf, smoothed, stepsAround, stepsIn } from './points.ts';
import { styleOf } from './style.ts';

const series = (metric: string, steps: readonly number[], values: readonly (number | null)[], times: readonly (number | null)[] = steps.map(step => 1000 * step)): RunSeries =>
  ({ metric, steps, values, times, count: steps.length });
const digits = (values: readonly (number | null)[]): readonly (number | null)[] => values.map(value => (value === null ? null : Number(value.toFixed(4))));

describe('a curve’s name', () => {
  it('tells the measure and the part, whoever wrote it', () => {
    const names = ['train/loss', 'validation/likelihood', 'val_loss', 'eval_loss', 'loss', 'epoch_loss', 'gradientNorm', 'lr', 'train/grad_norm', 'eval/macroF1', 'validation', 'test.accuracy'];
    expect(names.map(nameOfCurve).map(({ measure, part }) => `${part} ${measure}`)).toEqual([
      'train loss', 'validation likelihood', 'validation loss', 'validation loss', 'train loss', 'train loss', 'train gradient_norm', 'train learning_rate',
      'train gradient_norm', 'validation macro_f1', 'train validation', 'test accuracy',
    ]);
    expect(nameOfCurve('constructor/loss').part).toBe('train');
  });

  it('is told as people say it, its values in their units', () => {
    expect(['learning_rate', 'bleu', 'macro_f1', 'x'].map(titleOf)).toEqual(['Learning rate', 'BLEU', 'Macro F1', 'X']);
    expect([measureText('memory', 2 ** 30), measureText('tokens_per_second', 3578.6), measureText('loss', 0.123456)]).toEqual(['1 GB', '3,579', '0.1235']);
  });

  it('decides among curves and hardware; speed is both', () => {
    const all = ['train/loss', 'train/epoch', 'train/memory', 'processors', 'train/tokensPerSecond', 'gpu/0/memory'];
    expect([metricsOf(all, 'curves'), metricsOf(all, 'hardware')]).toEqual([['train/loss', 'train/tokensPerSecond'], ['train/memory', 'processors', 'train/tokensPerSecond', 'gpu/0/memory']]);
  });
});

describe('charts', () => {
  const run = (name: string, place: number, ...all: readonly RunSeries[]) => ({ folder: `/runs/${name}`, name, place, began: 0, series: all });

  it('hold one measure each: what is minimised first, how it goes last', () => {
    const charts = chartsOf([run('a', 0, series('learning_rate', [1], [1]), series('bleu', [1], [1]), series('validation/loss', [1], [1]), series('train/loss', [1], [2]))], 'step');
    expect(charts.map(({ measure, curves }) => [measure, ...curves.map(({ label }) => label)])).toEqual([['loss', 'validation', 'train'], ['bleu', 'train'], ['learning_rate', 'train']]);
  });

  it('name their curves by as much as tells them apart', () => {
    const charts = chartsOf([run('a', 0, series('loss', [1], [1]), series('val_loss', [1], [1])), run('b', 2, series('loss', [1], [1]), series('lr', [1], [1]))], 'step');
    expect(charts.map(({ curves }) => curves.map(({ label, place }) => `${label} ${place}`))).toEqual([['a, train 0', 'a, validation 0', 'b, train 2'], ['b 2']]);
  });

  it('tell curves of one measure and part apart by their own names', () => {
    const trainer = [series('loss', [1, 2], [3, 2]), series('train_loss', [2], [2.5]), series('eval_loss', [2], [2.7])];
    expect(chartsOf([run('a', 0, ...trainer)], 'step').map(({ curves }) => curves.map(({ label }) => label))).toEqual([['loss', 'train_loss', 'validation']]);
    const both = chartsOf([run('a', 0, ...trainer), run('b', 1, series('loss', [1], [1]))], 'step');
    expect(both.map(({ curves }) => curves.map(({ label }) => label))).toEqual([['a, loss', 'a, train_loss', 'a, validation', 'b, train']]);
  });

  it('are without curves that the axis does not know', () => {
    expect(chartsOf([run('a', 0, series('loss', [1], [1], [null]))], 'relative')).toEqual([]);
  });

  it('tell six runs by colour and the next six by dashes', () => {
    const styles = Array.from({ length: 12 }, (_, place) => styleOf(place));
    expect(new Set(styles.map(style => JSON.stringify(style))).size).toBe(12);
    expect(new Set(styles.slice(0, 6).map(({ colour }) => colour)).size).toBe(6);
    expect(styles[0]?.dash).toEqual([]);
  });
});

describe('points', () => {
  it('run over steps, seconds since the beginning or the time of day, never backwards', () => {
    const told = series('loss', [1, 2, 3, 4], [4, 3, 2, 1], [10_000, 12_000, 11_000, null]);
    expect(pointsOf(told, 'step', 5000)).toEqual({ x: [1, 2, 3, 4], y: [4, 3, 2, 1] });
    expect(pointsOf(told, 'relative', 5000)).toEqual({ x: [5, 7, 7.001], y: [4, 3, 2] });
    expect(pointsOf(told, 'wall', 5000).x[0]).toBe(10);
    expect(extentOf([{ x: [3, 9], y: [1, 1] }, { x: [1], y: [1] }, { x: [], y: [] }])).toEqual({ min: 1, max: 9 });
    expect(extentOf([])).toBeUndefined();
  });

  it('are found by the place nearest to them that has a value', () => {
    const points = { x: [1, 2, 3, 10], y: [5, null, 6, 7] };
    expect([nearest(points, 2.2), nearest(points, 1.4), nearest(points, 9), nearest(points, 11), nearest(points, 0), lastOf({ x: [1, 2], y: [3, null] }), lastOf({ x: [], y: [] })]).toEqual([2, 0, 3, undefined, undefined, 0, undefined]);
  });

  it('in sight are those of these steps, and the next on either side', () => {
    expect(stepsIn({ min: 2.5, max: 3.5 }, [1, 2, 3, 4], [10, 20, 30, 40])).toEqual({ from: 20, to: 40 });
    expect(stepsIn({ min: 50, max: 60 }, [1, 2], [10, 20])).toBeUndefined();
    expect(stepsAround({ min: 100, max: 200 })).toEqual({ from: 98, to: 202 });
  });
});

describe('smoothing', () => {
  it('leaves what is constant as it is, from the first point on', () => {
    expect(digits(smoothed({ x: [0, 1, 2, 3], y: [2, 2, 2, 2] }, 0.9, 3))).toEqual([2, 2, 2, 2]);
    expect(smoothed({ x: [0, 1], y: [1, 5] }, 0, 1)).toEqual([1, 5]);
  });

  it('lets what is no number stand, and goes on after it', () => {
    const [first, gap, third] = smoothed({ x: [0, 1, 2], y: [1, null, 3] }, 0.99, 500);
    expect([first, gap]).toEqual([1, null]);
    expect(third).toBeGreaterThan(1.9);
    expect(third).toBeLessThan(2.1);
  });

  it('counts distance and not points: twice as many of the same come to the same', () => {
    const step = (x: number): number => (x < 250 ? 0 : 1);
    const of = (apart: number): number => {
      const x = Array.from({ length: 500 / apart + 1 }, (_, index) => index * apart);
      return smoothed({ x, y: x.map(step) }, 0.99, 500).at(-1) ?? 0;
    };
    expect(of(1)).toBeCloseTo(of(0.5), 2);
    expect(of(1)).toBeCloseTo(1 - (0.99 ** 251 - 0.99 ** 501) / (1 - 0.99 ** 501), 2);
  });
});

describe('what is drawn', () => {
  const curve = (key: string, x: readonly number[], y: readonly (number | null)[], part: Curve['part'] = 'train'): Curve => ({ key, label: key, place: 0, part, points: { x, y }, steps: x });
  const drawing = (more: Partial<Drawing>): Drawing => ({ measure: 'loss', curves: [], axis: 'step', isLogarithmic: false, smoothing: 0, extent: { min: 0, max: 10 }, chosen: '', ...more });

  it('is all curves over the places of any, gaps apart from places that a curve does not have', () => {
    const { data, lines } = drawnData(drawing({ curves: [curve('a', [1, 3], [5, null]), curve('b', [2], [7], 'validation')], chosen: 'b' }));
    expect(data.map(column => Array.from(column))).toEqual([[1, 2, 3], [5, undefined, null], [undefined, 7, undefined]]);
    expect(lines.map(({ key, isMarked, isChosen }) => [key, isMarked, isChosen])).toEqual([['a', false, false], ['b', true, true]]);
  });

  it('is faintly as it was behind its smoothed form', () => {
    const { data, lines } = drawnData(drawing({ curves: [curve('a', [0, 10], [0, 1])], smoothing: 0.9 }));
    expect(lines.map(({ isFaint }) => isFaint)).toEqual([true, false]);
    expect(data).toHaveLength(3);
  });

  it('leaves out of a logarithmic scale what is not above zero', () => {
    expect(drawnData(drawing({ curves: [curve('a', [1, 2, 3], [1, 0, -1])], isLogarithmic: true })).data[1]).toEqual([1, null, null]);
  });

  it('is nothing where there are no curves', () => {
    expect(drawnData(drawing({})).data).toEqual([[]]);
  });
});

describe('places of an axis', () => {
  it('are told in the axis’ own unit', () => {
    expect([placeText(15_300, 'step'), placeText(3725, 'relative')]).toEqual(['Step 15,300', 'After 1 h 2 min']);
    expect([axisText(15_000, 'step', 5000), axisText(15_300, 'step', 100), axisText(2_000_000, 'step', 1_000_000), axisText(0.5, 'step', 0.5), axisText(135, 'relative', 15)]).toEqual(['15 K', '15,300', '2 M', '', '2 min 15 s']);
  });
});
