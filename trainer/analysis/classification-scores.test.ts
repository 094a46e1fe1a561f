import { describe, expect, it } from 'vitest';
import { Random } from '../training/random.ts';
import { classificationScores, leastProbability, logLoss } from './classification-scores.ts';

describe('classificationScores', () => {
  it('is as counted by hand', () => {
    //            actual 0: two right, one taken for 1; actual 1: one right; actual 2: one taken for 0, one right.
    const scores = classificationScores([0, 0, 0, 1, 2, 2], [0, 0, 1, 1, 0, 2], 3);
    expect(scores.confusion).toEqual([[2, 1, 0], [0, 1, 0], [1, 0, 1]]);
    expect(scores.accuracy).toBe(4 / 6);
    expect(scores.classes).toEqual([
      { precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 },
      { precision: 1 / 2, recall: 1, f1: 2 / 3, support: 1 },
      { precision: 1, recall: 1 / 2, f1: 2 / 3, support: 2 },
    ]);
    expect(scores.macroF1).toBeCloseTo(2 / 3, 15);
  });

  it('punishes never finding the rare class, where accuracy does not', () => {
    const { accuracy, macroF1, classes } = classificationScores([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], new Array<number>(10).fill(0), 2);
    expect(accuracy).toBe(0.9);
    expect(classes[1]).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
    expect(macroF1).toBeCloseTo((18 / 19 + 0) / 2, 15);
  });

  it('leaves classes out of the mean that neither occur nor are predicted', () => {
    expect(classificationScores([0, 2], [0, 2], 5).macroF1).toBe(1);
    expect(classificationScores([0, 2], [0, 3], 5).macroF1).toBeCloseTo(1 / 3, 15);
  });

  it('keeps to the formulas on random predictions', () => {
    const random = new Random('scores test');
    const actual = Array.from({ length: 500 }, () => random.below(6));
    const predicted = actual.map(label => (random.uniform() < 0.6 ? label : random.below(6)));
    const { accuracy, classes, confusion } = classificationScores(actual, predicted, 6);
    expect(accuracy).toBeCloseTo(actual.filter((label, index) => label === predicted[index]).length / 500, 15);
    classes.forEach(({ precision, recall, f1 }, label) => {
      const right = actual.filter((one, index) => one === label && predicted[index] === label).length;
      expect(precision).toBeCloseTo(right / predicted.filter(one => one === label).length, 15);
      expect(recall).toBeCloseTo(right / actual.filter(one => one === label).length, 15);
      expect(f1).toBeCloseTo(2 / (1 / precision + 1 / recall), 14);
      expect(confusion[label]?.[label]).toBe(right);
    });
    // Recall, weighed by how often each class occurs, is accuracy again.
    expect(classes.reduce((sum, { recall, support }) => sum + recall * support, 0) / 500).toBeCloseTo(accuracy, 14);
  });

  it('refuses what cannot be scored', () => {
    expect(() => classificationScores([], [], 2)).toThrow(RangeError);
    expect(() => classificationScores([0], [0, 1], 2)).toThrow(/2 predictions for 1/u);
    expect(() => classificationScores([0, 2], [0, 1], 2)).toThrow(/2 is none of the 2 classes/u);
  });
});

describe('logLoss', () => {
  it('is the mean surprise at the truth', () => {
    expect(logLoss([0, 1], [0.5, 0.5, 0.75, 0.25], 2)).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 15);
    expect(logLoss([2], Float32Array.of(0, 0, 1), 3)).toBe(0);
  });

  it('stays finite for a certain error', () => {
    expect(logLoss([1], [1, 0], 2)).toBeCloseTo(-Math.log(leastProbability), 12);
  });

  it('refuses a table of another size', () => {
    expect(() => logLoss([0, 1], [1, 0], 2)).toThrow(/2 probabilities for 2 examples of 2 classes/u);
  });
});
