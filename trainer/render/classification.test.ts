import { expect, test } from 'vitest';
import type { ImageClassification, TextClassification } from '../../protocol/classification.ts';
import { renderClassification } from './classification.ts';
import { renderClassificationJson } from './classification-json.ts';

const nothing = { model: 'toy', evidence: [], maps: [], weights: [], warnings: [] } as const;

const review: TextClassification = {
  ...nothing,
  labels: [{ label: 'positive', probability: 0.75 }, { label: 'negative', probability: 0.25 }],
  attention: [0.1, 0.4, 0.4, 0.1],
  source: {
    text: 'A wonderful\nfilm\u001b[2J',
    tokens: [
      { text: 'a', start: 0, end: 1 },
      { text: 'wonder', start: 2, end: 8 },
      { text: 'ful', start: 8, end: 11 },
      { text: 'film', start: 12, end: 16 },
    ],
    words: [{ start: 0, end: 1 }, { start: 2, end: 11 }, { start: 12, end: 16 }],
  },
};

const picture: ImageClassification = {
  ...nothing,
  labels: Array.from({ length: 12 }, (_, index) => ({ label: `class ${index}`, probability: index === 0 ? 0.45 : 0.05 })),
  attention: [0.5, 0.25, 0.2, 0.05],
  image: { width: 4, height: 4 },
  patches: [{ x: 0, y: 0, width: 2, height: 2 }, { x: 2, y: 0, width: 2, height: 2 }, { x: 0, y: 2, width: 2, height: 2 }, { x: 2, y: 2, width: 2, height: 2 }],
};

test('labels as bars, and words shaded next to the strongest', () => {
  expect(renderClassification(review, { colour: false, columns: 50 }).split('\n')).toEqual([
    'positive  75.0 %  ████████████████████████',
    'negative  25.0 %  ████████',
    '',
    '░A █wonderful',
    '░film␛[2J',
    '',
    'shaded by attention; the word that got most has 80.0 %: in percent of it ░ 5–19  ▒ 20–39  ▓ 40–69  █ ≥70',
  ]);
});

test('in colour the text itself stays whole', () => {
  const shown = renderClassification(review, { colour: true, columns: 50 });
  expect(shown).toContain('\u001b[38;5;16;48;5;208mwonderful\u001b[0m');
  expect(shown.replace(/\u001b\[[\d;]*m/gu, '')).toContain('A wonderful\nfilm␛[2J');
});

test('a coarse picture of the patches, and no more labels than can be read', () => {
  const lines = renderClassification(picture, { colour: false, columns: 80 }).split('\n');
  expect(lines[10]).toBe('and 2 more with 10.0 % together');
  expect(lines.slice(12, 14)).toEqual(['██▓▓', '▓▓░░']);
});

test('as JSON, one line, numbers no longer than their precision', () => {
  const json = renderClassificationJson({ ...review, attention: [0.1, 1 / 3].map(Math.fround) });
  expect(json).not.toContain('\n');
  expect(json).toContain('"attention":[0.1,0.33333334]');
  expect(JSON.parse(json)).toMatchObject({ model: 'toy', labels: [{ label: 'positive', probability: 0.75 }, {}] });
});
