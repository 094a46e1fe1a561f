import { describe, expect, it } from 'vitest';
import { displayWidth } from './display-width.ts';
import { renderTerminal } from './terminal.ts';
import { economic, garden, hostile, traceOf, twoSentences, wide } from './trace.fixture.ts';

const traces = { garden, economic, twoSentences, wide, hostile };

function withoutColour(text: string): string {
  return text.replace(/\x1b\[[\d;]*m/gu, '');
}

/** The display column in which a piece of a line starts. */
function columnOf(line: string, piece: string): number {
  expect(line).toContain(piece);
  return displayWidth(line.slice(0, line.indexOf(piece)));
}

describe('without colour', () => {
  it('shows the translation, the shaded matrix with its words, and each word’s link', () => {
    expect(renderTerminal(garden, { colour: false, columns: 80 }).split('\n')).toEqual([
      'Les enfants jouent dans le jardin.',
      '',
      '         The  children are  playing  in  the  garden  .',
      '    Les  ████ ░░░░░░░░  ·      ·     ·    ·     ·     ·    ← The 75%',
      'enfants   ·   ████████  ·      ·     ·    ·     ·     ·    ← children 93%',
      ' jouent   ·      ·     ░░░░ ███████ ░░░░  ·     ·     ·    ← playing 83%',
      '   dans   ·      ·      ·   ░░░░░░░ ████  ·     ·     ·    ← in 81%',
      '     le   ·      ·      ·      ·     ·   ████ ░░░░░░  ·    ← the 82%',
      ' jardin   ·      ·      ·      ·     ·   ░░░░ ██████  ·    ← garden 83%',
      '      .   ·      ·      ·      ·     ·    ·   ▒▒▒▒▒▒ ▓▓▓▓  ← . 66%',
      '',
      'in percent:  · <5  ░ 5–19  ▒ 20–39  ▓ 40–69  █ ≥70  ← linked word',
    ]);
  });

  it('turns the headings upright and breaks into blocks where the words do not fit across', () => {
    const lines = renderTerminal(economic, { colour: false, columns: 80 }).split('\n');
    expect(lines.filter(line => line.includes('accord  '))).toHaveLength(1);
    // The first block ends with August; the row of 1992 has its neighbour there and its link in the second.
    expect(lines.filter(line => /^ +1992 /u.test(line)).map(line => line.includes('← 1992 80%'))).toEqual([false, true]);
    // Each of the sentence's words stands in some block, read from top to bottom.
    const letters = lines.filter(line => /^ {16}/u.test(line)).flatMap(line => [...line.replaceAll(' ', '')]).sort();
    const source = [...economic.source.words.map(({ start, end }) => economic.source.text.slice(start, end)).join('')].sort();
    expect(letters).toEqual(source);
  });

  it('gives each sentence its own matrix', () => {
    const text = renderTerminal(twoSentences, { colour: false, columns: 80 });
    const [, first, second] = text.split('\n\n');
    expect(first).toMatch(/^ +I +am +late/u);
    expect(first).not.toContain('Wait');
    expect(second).toMatch(/^ +Wait +for/u);
  });

  it('has no escape sequence in it', () => {
    for (const trace of Object.values(traces)) expect(renderTerminal(trace, { colour: false, columns: 80 })).not.toMatch(/\x1b/u);
  });
});

describe('with colour', () => {
  it('shows percentages on backgrounds', () => {
    const text = renderTerminal(garden, { colour: true, columns: 80 });
    expect(text).toContain('\x1b[1mLes enfants jouent dans le jardin.\x1b[0m');
    expect(text).toContain('\x1b[38;5;16;48;5;208m   93   \x1b[0m');
    expect(withoutColour(text)).toMatch(/^enfants +1 +93 +1 +1 +1 +· +1 +1 /mu);
  });

  it('lays out the same lines as without', () => {
    for (const trace of Object.values(traces)) {
      const lines = (colour: boolean) => withoutColour(renderTerminal(trace, { colour, columns: 80 })).split('\n').length;
      expect(lines(true)).toBe(lines(false));
    }
  });
});

describe('any text', () => {
  it.each(Object.entries(traces))('keeps to the terminal’s width: %s', (_, trace) => {
    for (const columns of [40, 60, 80, 132, 200]) {
      for (const colour of [true, false]) {
        const matrix = withoutColour(renderTerminal(trace, { colour, columns })).split('\n').slice(1);
        expect(Math.max(...matrix.map(displayWidth))).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('lines up under East Asian, emoji and combining words', () => {
    const lines = renderTerminal(wide, { colour: false, columns: 80 }).split('\n');
    const heading = lines[2] ?? '';
    const rowOf = (word: string) => lines.find((line, index) => index > 2 && line.trimStart().startsWith(word)) ?? '';
    expect(columnOf(rowOf('demain'), '████')).toBe(columnOf(heading, '明天'));
    expect(columnOf(rowOf('Pe\u0301kin'), '████')).toBe(columnOf(heading, '北京'));
    expect(columnOf(rowOf('👩‍👩‍👧'), '████')).toBe(columnOf(heading, '👩‍👩‍👧') - 1);
  });

  it('lets no control character, direction mark or lone surrogate of the text through', () => {
    const text = renderTerminal(hostile, { colour: false, columns: 80 });
    // What remains of the format characters are the marks that keep right-to-left words in their columns.
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Control}\p{Surrogate}\u061c\u200f\u202a-\u202e\u2066-\u2069]/u);
    expect(text).toContain('␛]0;t␇');
  });

  it('shows the bare translation where there is no map', () => {
    const nothing = { ...traceOf([]), target: { text: '---\r\n\t42', tokens: [], words: [] } };
    expect(renderTerminal(nothing, { colour: false, columns: 80 })).toBe('---\n\t42');
  });
});

describe('displayWidth', () => {
  it.each([
    ['abc', 3], ['é', 1], ['e\u0301', 1], ['漢字', 4], ['ｱ', 1], ['한국', 4], ['👍🏽', 2], ['👩‍👩‍👧', 2], ['🇫🇷', 2], ['❤️', 2], ['❤', 1],
    ['\u200b', 0], ['', 0], ['สวัส', 3],
  ])('of %s is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

it('says of a model without attention that it has none, and draws no grid', () => {
  expect(renderTerminal({ ...garden, map: undefined, maps: [] }, { colour: false, columns: 80 }).split('\n')).toEqual(['Les enfants jouent dans le jardin.', '', 'no attention']);
});
