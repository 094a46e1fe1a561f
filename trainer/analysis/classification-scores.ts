/** Of one class. Each ratio is 0 where it would be 0 / 0. */
export interface ClassScores {
  /** Of what was predicted to be of the class, the share that is. */
  readonly precision: number;
  /** Of what is of the class, the share that was found. */
  readonly recall: number;
  /** The harmonic mean of both (van Rijsbergen 1979, "Information Retrieval", chapter 7). */
  readonly f1: number;
  /** How many examples are of the class. */
  readonly support: number;
}

export interface ClassificationScores {
  /** Share of the examples that were predicted right, 0 to 1. */
  readonly accuracy: number;
  /** Mean F1 of the classes that occur, be it only as predictions: each weighs the same, however rare. */
  readonly macroF1: number;
  readonly classes: readonly ClassScores[];
  /** `[actual class][predicted class]`: how many examples. */
  readonly confusion: readonly (readonly number[])[];
}

/**
 * Scores predictions against the truth; both are class numbers 0 … `classes` − 1, one an example. Macro F1 is the mean of
 * the classes' F1, as scikit-learn has it, not the F1 of mean precision and recall (Opitz and Burst 2019, "Macro F1 and
 * Macro F1", on why that matters). Throws `RangeError` for no examples, uneven lists, or a number that is no class.
 */
export function classificationScores(actual: readonly number[], predicted: readonly number[], classes: number): ClassificationScores {
  checkExamples(actual, classes);
  checkExamples(predicted, classes);
  if (actual.length !== predicted.length) throw new RangeError(`${predicted.length} predictions for ${actual.length} examples`);
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  actual.forEach((label, index) => {
    const row = confusion[label];
    const column = predicted[index] ?? 0;
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  });

  const hits = confusion.map((row, index) => row[index] ?? 0);
  const support = confusion.map(sum);
  const chosen = confusion.map((_, column) => sum(confusion.map(row => row[column] ?? 0)));
  const scores = hits.map((hit, index): ClassScores => ({
    precision: ratio(hit, chosen[index] ?? 0),
    recall: ratio(hit, support[index] ?? 0),
    f1: ratio(2 * hit, (chosen[index] ?? 0) + (support[index] ?? 0)),
    support: support[index] ?? 0,
  }));
  const occurring = scores.filter((_, index) => (support[index] ?? 0) + (chosen[index] ?? 0) > 0);
  return {
    accuracy: sum(hits) / actual.length,
    macroF1: sum(occurring.map(({ f1 }) => f1)) / occurring.length,
    classes: scores,
    confusion,
  };
}

/**
 * Mean −ln p of the true classes, in nats, given `[example, class]` probabilities in one array. A probability counts as at
 * least `leastProbability`, so that one certain error does not make everything else meaningless.
 */
export function logLoss(actual: readonly number[], probabilities: ArrayLike<number>, classes: number): number {
  checkExamples(actual, classes);
  if (probabilities.length !== actual.length * classes) {
    throw new RangeError(`${probabilities.length} probabilities for ${actual.length} examples of ${classes} classes`);
  }
  return sum(actual.map((label, index) => -Math.log(Math.max(leastProbability, probabilities[index * classes + label] ?? 0)))) / actual.length;
}

/** The smallest step from 1 in 32-bit floats: models' outputs can tell no less. */
export const leastProbability = 2 ** -23;

function checkExamples(labels: readonly number[], classes: number): void {
  if (labels.length === 0) throw new RangeError('there are no examples to score');
  const stranger = labels.find(label => !Number.isInteger(label) || label < 0 || label >= classes);
  if (stranger !== undefined) throw new RangeError(`${stranger} is none of the ${classes} classes`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
