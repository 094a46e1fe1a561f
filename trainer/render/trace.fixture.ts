/** Test support: realistic traces from a few words each. Not part of the product. */
import { alignWords, receivedBy } from '../analysis/alignment.ts';
import type { AttentionRow, Sentence, Span, TargetToken, Token, Trace } from '../../protocol/trace.ts';

/**
 * A sentence by its words, separated by spaces: `|` splits one into tokens and a leading `~` joins it to the word
 * before. `links` gives for each target word the source word it looks at, or -1 for the end of the sentence.
 */
export interface SentenceSketch {
  readonly source: string;
  readonly target: string;
  readonly links: readonly number[];
}

interface SketchedSide {
  text: string;
  readonly tokens: Token[];
  readonly words: Span[];
  /** Per token the word of its sentence, or -1. */
  readonly wordOfToken: number[];
}

export function traceOf(sketches: readonly SentenceSketch[], separator = ' '): Trace {
  const source = emptySide();
  const target = emptySide();
  const sentences: Sentence[] = [];
  const rows: AttentionRow[] = [];
  for (const sketch of sketches) {
    const sourceRange = append(source, sketch.source, separator);
    const targetRange = append(target, sketch.target, separator);
    sentences.push({ source: sourceRange, target: targetRange });
    const columns = source.wordOfToken.slice(sourceRange.first);
    target.wordOfToken.slice(targetRange.first).forEach((word, offset) => {
      const peak = word < 0 ? -1 : sketch.links[word] ?? -1;
      rows.push({ firstSource: sourceRange.first, weights: softmaxRow(columns, peak, targetRange.first + offset) });
    });
  }
  const tokens: TargetToken[] = target.tokens.map((token, index) => ({ ...token, logProb: Math.fround(-0.05 * (index % 7) - 0.01) }));
  const sides = {
    source: { text: source.text, tokens: source.tokens, words: source.words },
    target: { text: target.text, tokens, words: target.words },
    rows,
  };
  return {
    model: 'en-fr',
    ...sides,
    sentences,
    map: { kind: 'cross', layer: 0, head: 0 },
    maps: [{ kind: 'cross', layer: 0, head: 0 }],
    received: receivedBy(rows, source.tokens.length),
    alignment: alignWords(sides),
    warnings: [],
  };
}

function emptySide(): SketchedSide {
  return { text: '', tokens: [], words: [], wordOfToken: [] };
}

function append(side: SketchedSide, sketch: string, separator: string): { first: number; end: number } {
  const first = side.tokens.length;
  sketch.split(' ').forEach((word, index) => {
    if (side.text !== '') side.text += index === 0 ? separator : word.startsWith('~') ? '' : ' ';
    const wordStart = side.text.length;
    for (const piece of word.replace(/^~/u, '').split('|')) {
      side.tokens.push({ text: piece, start: side.text.length, end: side.text.length + piece.length });
      side.wordOfToken.push(index);
      side.text += piece;
    }
    side.words.push({ start: wordStart, end: side.text.length });
  });
  side.tokens.push({ text: '</s>', start: side.text.length, end: side.text.length });
  side.wordOfToken.push(-1);
  return { first, end: side.tokens.length };
}

/** Float32 softmax of scores with a peak at one word's tokens, a slope around it and some deterministic noise. */
function softmaxRow(wordOfColumn: readonly number[], peak: number, row: number): number[] {
  const scores = wordOfColumn.map((word, column) => {
    const noise = Math.sin(12.9898 * (row + 1) + 78.233 * (column + 1));
    return noise + (word === peak ? 4.5 : word >= 0 && Math.abs(word - peak) === 1 ? 1.5 + noise : 0);
  });
  const exponentials = scores.map(Math.exp);
  const sum = exponentials.reduce((total, one) => total + one, 0);
  return exponentials.map(one => Math.fround(one / sum));
}

export const garden = traceOf([{
  source: 'The chil|dren are play|ing in the gar|den ~.',
  target: 'Les en|fants jouent dans le jar|din ~.',
  links: [0, 1, 3, 4, 5, 6, 7],
}]);

export const economic = traceOf([{
  source: 'The agree|ment on the Euro|pean Eco|nomic Area was signed in Au|gust 1992 ~, after long and diffi|cult nego|tia|tions between the govern|ments ~.',
  target: "L' ~accord sur la zone éco|nomique euro|péenne a été signé en août 1992 ~, après de longues et diffi|ciles négo|cia|tions entre les gouver|nements ~.",
  links: [0, 1, 2, 3, 6, 5, 4, 7, 7, 8, 9, 10, 11, 12, 13, -1, 14, 15, 16, 17, 18, 19, 20, 21],
}]);

export const twoSentences = traceOf([
  { source: 'I am late ~.', target: 'Je suis en retard ~.', links: [0, 1, 2, 2, 3] },
  { source: 'Wait for me ~!', target: 'Attends ~-moi !', links: [0, 2, 3] },
]);

export const wide = traceOf([{
  source: '我们 明天 在 北京 见面 👩‍👩‍👧 ~。',
  target: 'Nous nous retrou|verons demain à Pe\u0301kin 👩‍👩‍👧 ~.',
  links: [0, -1, 4, 1, 2, 3, 5, 6],
}]);

/** What a hostile or unlucky text holds: markup, controls, a lone surrogate, right-to-left words. */
export const hostile = traceOf([{
  source: '<script>alert(1)</script> "a"&b \u001b[31mred\u0007 \ud800 مرحبا \u202eabc ]]>',
  target: "<img/onerror='x'> &lt; \u001b]0;t\u0007 \udfff שלום c\u0085d\0 -->",
  links: [0, 1, 2, 3, 4, 5],
}]);
