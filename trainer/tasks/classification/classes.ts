/** The classes of a classifier as its config has them: how they are called, and how much an example of each counts. */
import * as z from 'zod';
import { Failure } from '../../../protocol/failure.ts';
import { printableWord } from '../../render/printable.ts';

const label = z.string().min(1).max(200);

/** From a label of the corpus to the name that is shown for it. */
export const shownLabels = z.record(label, label).optional();

/** What an example counts in the loss: the same whatever its class, as much less as its class is frequent, or as given. */
export const classWeights = z
  .union([z.enum(['none', 'balanced']), z.record(label, z.number().positive().max(1000))], {
    error: 'expected "none", "balanced" or an object from labels of the corpus to numbers',
  })
  .default('none');
export type ClassWeights = z.infer<typeof classWeights>;

/**
 * The names of the classes, in the order of `labels`.
 * @throws Failure `bad-config` for the name of a class that there is not, or the same name twice
 */
export function namesOf(labels: readonly string[], shown: Readonly<Record<string, string>> = {}): string[] {
  checkKeys('data.labels', shown, labels);
  const names = labels.map(each => ownOf(shown, each) ?? each);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw badKey(`"data.labels" calls several classes "${twice}"; a name of its own for each is expected.`);
  return names;
}

/**
 * The weight of each class. Balanced ones are n / (classes · n_class), so that every class counts as much as any other
 * and an example 1 on average (King and Zeng 2001, section 4).
 * @param counts training examples of each class, in the order of `labels`
 * @throws Failure `bad-config` for the name of a class that there is not
 */
export function weightsOf(labels: readonly string[], counts: readonly number[], weights: ClassWeights): number[] {
  if (weights === 'none') return labels.map(() => 1);
  if (weights === 'balanced') {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map(count => total / (labels.length * Math.max(1, count)));
  }
  checkKeys('training.classWeights', weights, labels);
  return labels.map(each => ownOf(weights, each) ?? 1);
}

/** A label may be called as what every object has: "constructor". */
function ownOf<Item>(record: Readonly<Record<string, Item>>, key: string): Item | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function checkKeys(key: string, record: Readonly<Record<string, unknown>>, labels: readonly string[]): void {
  const stranger = Object.keys(record).find(each => !labels.includes(each));
  if (stranger === undefined) return;
  const known = labels.slice(0, 10).map(each => `"${each}"`).join(', ');
  throw badKey(`"${key}" names "${stranger}", which no training example is labelled with; expected ${known}${labels.length > 10 ? ', …' : ''}.`);
}

function badKey(message: string): Failure {
  return new Failure('bad-config', message, 'Correct the key named and run again; docs/training.md explains each.');
}

/** Classes that are listed in a line; of more their number is told. */
const mostListed = 20;

/** How many examples there are of each class, as a line shows it. */
export function listedCounts(labels: readonly string[], names: readonly string[], counts: ReadonlyMap<string, number>): string {
  const listed = labels.slice(0, mostListed).map((label, index) => `${counts.get(label) ?? 0} ${printableWord(names[index] ?? label)}`);
  return [...listed, ...(labels.length > mostListed ? [`… of ${labels.length} classes`] : [])].join(', ');
}

export function countLabels(examples: Iterable<{ readonly label: string }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const example of examples) counts.set(example.label, (counts.get(example.label) ?? 0) + 1);
  return counts;
}

/** @throws Failure `bad-corpus` for a class that the training has no example of, since all of them were left out or held out */
export function checkClassesLeft(labels: readonly string[], train: Iterable<{ readonly label: string }>): void {
  const counts = countLabels(train);
  const lost = labels.find(each => !counts.has(each));
  if (lost === undefined) return;
  throw new Failure(
    'bad-corpus',
    `No example of the class "${lost}" is left for training; at least one of each is expected.`,
    'Add examples of it, or hold fewer out ("split" in the config).',
  );
}
