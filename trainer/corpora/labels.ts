/** The classes of labelled data: which there are, and that no other occurs later. */
import { Failure } from '../../protocol/failure.ts';
import { badCorpus, excerpt } from '../text/lines.ts';

/** Of a label that is longer one thinks that it is a text. */
const longestLabel = 200;

/** As many as a model's manifest lists. */
const mostLabels = 10_000;

/**
 * A label as it is compared: without blanks around it.
 * @param line counted from 1; undefined in a file without lines
 * @throws Failure `bad-corpus` for an empty one, or one of over 200 characters
 */
export function labelOf(raw: string, file: string, line: number | undefined): string {
  const label = raw.trim();
  if (label === '') throw badCorpus(file, line, 'an empty label found; the name or number of a class is expected');
  if (label.length > longestLabel) {
    throw badCorpus(file, line, `a label of ${label.length} characters found (${excerpt(label)}); at most ${longestLabel} are expected`);
  }
  return label;
}

/**
 * The classes in the order of a model's outputs: whole numbers by size, names by their characters' codes.
 * @param counts how many examples of each class the training data hold
 * @param file what a message calls those data
 * @throws Failure `bad-corpus` for fewer than two classes, or more than 10,000
 */
export function labelsOf(counts: ReadonlyMap<string, number>, file: string): string[] {
  const labels = [...counts.keys()].sort();
  if (labels.length < 2) {
    const [only] = labels;
    const count = only === undefined ? 0 : (counts.get(only) ?? 0);
    const examples = count === 1 ? '1 example' : `${count.toLocaleString('en')} examples`;
    const found = only === undefined ? 'no examples' : `${examples} of one class, "${only}",`;
    throw badCorpus(file, undefined, `${found} found; at least two classes are expected`);
  }
  if (labels.length > mostLabels) {
    const [found, expected] = [labels.length, mostLabels].map(count => count.toLocaleString('en'));
    throw badCorpus(file, undefined, `${found} classes found; at most ${expected} are expected`);
  }
  return labels.every(label => /^-?\d{1,15}$/.test(label)) ? labels.sort((one, other) => Number(one) - Number(other)) : labels;
}

/**
 * Hands on the examples of validation or test data, whose classes must all occur in the training data.
 * @param place what a message calls the place of an example, such as `valid.tsv, line 3`
 * @throws Failure `bad-corpus` for another class
 */
export async function* checkLabels<Example extends { readonly label: string }>(
  examples: AsyncIterable<Example>,
  labels: readonly string[],
  place: (example: Example) => string,
): AsyncGenerator<Example, void, undefined> {
  const known = new Set(labels);
  for await (const example of examples) {
    if (!known.has(example.label)) {
      const few = labels.slice(0, 10).map(label => `"${label}"`).join(', ');
      const expected = labels.length > 10 ? `${few}, … (${labels.length} classes)` : few;
      throw new Failure(
        'bad-corpus',
        `${place(example)}: the label "${example.label}" found, which does not occur in the training data; expected ${expected}.`,
        'Correct the label, or add examples of it to the training data.',
      );
    }
    yield example;
  }
}
