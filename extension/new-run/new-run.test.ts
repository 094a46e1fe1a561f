import { describe, expect, it } from 'vitest';
import { answersFrom, guessLanguages, nameAfter, nameProblem, tagProblem, withFiles, withTask } from './answers.ts';
import { columnTexts, estimateText, proposalText, readingText } from './tell.ts';
import { type Place, type Step, walk, type Went } from './walk.ts';

/** Steps that answer as the test says, and note when they are asked. */
function steps(answers: Readonly<Record<string, readonly Went[]>>): { steps: Step[]; asked: string[] } {
  const asked: string[] = [];
  const made = Object.entries(answers).map(([name, given]): Step => {
    const left = [...given];
    return async () => {
      asked.push(name);
      return left.length > 1 ? (left.shift() ?? 'away') : (left[0] ?? 'away');
    };
  });
  return { steps: made, asked };
}

describe('the way through the steps', () => {
  it('goes on to the end', async () => {
    const { steps: all, asked } = steps({ a: ['on'], b: ['on'] });
    expect([await walk(all), asked]).toEqual([true, ['a', 'b']]);
  });

  it('goes back, past what is skipped, and on again', async () => {
    const { steps: all, asked } = steps({ a: ['on'], b: ['skipped'], c: ['back', 'on'], d: ['on'] });
    expect([await walk(all), asked]).toEqual([true, ['a', 'b', 'c', 'b', 'a', 'b', 'c', 'd']]);
  });

  it('ends where the user goes away', async () => {
    const { steps: all, asked } = steps({ a: ['on'], b: ['away'], c: ['on'] });
    expect([await walk(all), asked]).toEqual([false, ['a', 'b']]);
  });

  it('never goes before the first step, even where that is skipped', async () => {
    const { steps: all } = steps({ a: ['skipped'], b: ['back', 'on'] });
    expect(await walk(all)).toBe(true);
  });

  it('tells each step its place, and that there is no way back from the first', async () => {
    const places: Place[] = [];
    const note: Step = async place => {
      places.push(place);
      return 'on';
    };
    await walk([note, note]);
    expect(places).toEqual([{ step: 1, of: 2, canGoBack: false }, { step: 2, of: 2, canGoBack: true }]);
  });
});

describe('answers that are remembered', () => {
  it('come back as they were given', () => {
    const answers = { task: 'translation', files: ['/a.tsv'], reading: 'tsv', roles: { source: 1 }, languages: ['en', 'fr'], name: 'mine', size: 'large' } as const;
    expect(answersFrom(JSON.parse(JSON.stringify(answers)))).toEqual(answers);
  });

  it('of another version are passed over where they are no answers', () => {
    expect(answersFrom(undefined)).toEqual({});
    expect(answersFrom({ task: 'cooking', files: [], roles: { source: 'x' }, size: 'huge', languages: [1], name: 3 })).toEqual({ roles: {} });
  });

  it('hold as long as what they are about: other data are read and called otherwise, another task has other data', () => {
    const answers = { task: 'translation', files: ['/a.tsv'], reading: 'tsv', roles: { source: 1 }, name: 'a', size: 'large' } as const;
    expect(withFiles(answers, ['/a.tsv'])).toBe(answers);
    expect(withFiles(answers, ['/b.tsv'])).toEqual({ task: 'translation', files: ['/b.tsv'], size: 'large' });
    expect(withTask(answers, 'translation')).toBe(answers);
    expect(withTask(answers, 'dialogue')).toEqual({ task: 'dialogue' });
  });
});

it.each([
  ['translation', ['/d/train.de.gz', '/d/train.en.gz'], ['de', 'en']],
  ['translation', ['/d/fra-eng/fra.txt'], ['fr', 'en']],
  ['translation', ['/d/pairs.de.tsv'], ['de', 'en']],
  ['translation', ['/d/en-fr.tsv'], ['en', 'fr']],
  ['translation', ['/d/pairs.tsv'], ['en', 'fr']],
  ['classification', ['/d/reviews.de.tsv'], ['de']],
  ['language-modelling', ['/d/book.txt'], ['en']],
] as const)('languages of %s as %j tell them', (task, files, languages) => {
  expect(guessLanguages(task, files)).toEqual(languages);
});

it('a name after the data’s is one that a config takes', () => {
  for (const [file, name] of [['/d/My Pairs (2).tsv.gz', 'my-pairs-2'], ['C:\\d\\train.de.gz', 'train.de'], ['/d/.txt', 'my-model'], ['/d/ÄÖ.csv', 'my-model'], [`/d/${'a'.repeat(90)}`, 'a'.repeat(64)]] as const) {
    expect(nameAfter([file])).toBe(name);
    expect(nameProblem(nameAfter([file]))).toBeUndefined();
  }
  expect(nameProblem('Mine!')).toBeDefined();
  expect([tagProblem('en'), tagProblem('pt-BR'), tagProblem('English')]).toEqual([undefined, undefined, expect.any(String)]);
});

describe('what was found is told', () => {
  const reading = {
    id: 'tsv', title: 'Table parted by tabs, 2 columns', roles: [], rows: 142_787, isCounted: true, problems: [],
    columns: [{ name: 'Column 1', examples: ['Go.', `A long\nsentence ${'on '.repeat(30)}`] }, { name: 'Column 2', examples: ['Va !'] }],
  };

  it('of data, with two examples a column, each on one line', () => {
    expect(readingText('translation', ['/d/pairs.tsv'], reading)).toEqual({ label: 'Table parted by tabs, 2 columns', description: '143 K pairs', detail: '' });
    expect(readingText('translation', ['/d/pairs.tsv'], { ...reading, isCounted: false, problems: ['/d/pairs.tsv, line 3: torn.'] })).toMatchObject({ description: 'about 143 K pairs', detail: '$(warning) pairs.tsv, line 3: torn.' });
    expect(columnTexts(reading)).toEqual([
      { label: '$(list-selection) Column 1', description: expect.stringMatching(/^“Go\.”, “A long sentence on [^”]*…”$/) },
      { label: '$(list-selection) Column 2', description: '“Va !”' },
    ]);
    expect(columnTexts({ ...reading, columns: Array.from({ length: 10 }, () => ({ name: 'x', examples: [] })) }).at(-1)?.label).toBe('$(ellipsis) 2 more');
  });

  it('of models and of what one takes', () => {
    expect(proposalText({ size: 'medium', title: 'GRU', text: '', parameters: 4_154_784, recommended: true })).toEqual({ label: 'Medium', description: '4.15 M parameters · suits so much data', detail: 'GRU' });
    const estimate = { secondsAStep: 0.2134, steps: 28_340, stepsAnEpoch: 2834, seconds: 6048, validations: 29, bytes: 950 * 2 ** 20, parameters: 7e6, share: 1 };
    expect(estimateText(estimate)).toEqual({ label: 'About 1 h 41 min, 950 MB of memory', description: '10 min an epoch', detail: '28,340 steps of 213 ms, as measured; on top, 29 tries on held-out data' });
    expect(estimateText({ ...estimate, seconds: 25 }).label).toBe('Less than a minute, 950 MB of memory');
    expect(estimateText({ ...estimate, secondsAStep: 2.13, share: 0.084 }).detail).toBe('28,340 steps of 2.1 s, as measured on 8 % of the corpus; on top, 29 tries on held-out data');
  });
});
