/** A classifier's scores as a table of text. */
import type { ClassificationScores } from '../../analysis/classification-scores.ts';
import { displayWidth, fit, pad } from '../../render/display-width.ts';
import { printableWord } from '../../render/printable.ts';

/** Of more classes than these no confusion is printed: it is a square of them. */
const mostConfused = 20;
/** The widest that the name of a class is printed. */
const widestName = 24;

/** @param names of the classes, in the order of the scores */
export function scoreLines(scores: ClassificationScores, names: readonly string[]): string[] {
  const examples = scores.classes.reduce((sum, { support }) => sum + support, 0);
  const shown = names.map(name => fit(printableWord(name), widestName));
  const width = Math.max('macro F1'.length, ...shown.map(displayWidth));
  const row = (name: string, cells: readonly string[]): string => `${pad(name, width, 'left')} ${cells.map(cell => cell.padStart(10)).join('')}`.trimEnd();
  const percent = (ratio: number): string => (100 * ratio).toFixed(1);
  const lines = [
    row('accuracy', [percent(scores.accuracy)]),
    row('macro F1', [percent(scores.macroF1)]),
    row('examples', [examples.toLocaleString('en')]),
    '',
    row('', ['precision', 'recall', 'F1', 'examples']),
    ...scores.classes.map(({ precision, recall, f1, support }, index) =>
      row(shown[index] ?? '', [percent(precision), percent(recall), percent(f1), support.toLocaleString('en')]),
    ),
  ];
  return names.length > mostConfused ? lines : [...lines, '', ...confusionLines(scores.confusion, shown, width)];
}

/** A row for each class, a column for what examples of it were taken for, in the same order. */
function confusionLines(confusion: ClassificationScores['confusion'], names: readonly string[], width: number): string[] {
  const cell = Math.max(4, ...confusion.flat().map(count => String(count).length));
  const columns = names.map((_, index) => String(index + 1).padStart(cell)).join(' ');
  return [
    `${pad('is \\ taken for', width + 5, 'left')} ${columns}`,
    ...confusion.map((counts, index) => `${pad(names[index] ?? '', width, 'left')} ${String(index + 1).padStart(4)} ${counts.map(count => String(count).padStart(cell)).join(' ')}`),
  ];
}
