import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { underRoot } from '../../scripts/root.ts';
import { type Curve, pageWith } from './curves-page.ts';

const curve: Curve = {
  file: 'step-length', title: 'A step by length', x: 'tokens', y: 'milliseconds a step',
  series: [
    { name: 'ours', points: [{ x: 8, y: 1.234 }, { x: 16, y: 23.45 }] },
    { name: 'PyTorch', points: [{ x: 16, y: 234.5 }] },
  ],
};
const page = 'Before.\n\n<!-- Written by npm run bench -- curves -->\n\nold figures\n\n<!-- Written until here -->\n\nAfter.\n';

test('figures take the place of those before; the rest of the page stays', () => {
  const written = pageWith(page, [curve], 'A machine.');
  expect(written).toBe(`Before.

<!-- Written by npm run bench -- curves -->

A machine.

### A step by length

![A step by length: milliseconds a step](images/performance-step-length.svg)

In milliseconds a step:

| tokens | ours | PyTorch |
| --- | --- | --- |
| 8 | 1.23 |  |
| 16 | 23.4 | 235 |

<!-- Written until here -->

After.
`);
  expect(pageWith(written, [curve], 'A machine.')).toBe(written);
});

test('the page that there is can be written into, one without markers cannot', () => {
  expect(pageWith(readFileSync(underRoot('docs', 'performance.md'), 'utf8'), [curve], 'A machine.')).toContain('| 16 | 23.4 | 235 |');
  expect(() => pageWith('no markers', [curve], '')).toThrow(/needs the lines/);
});
