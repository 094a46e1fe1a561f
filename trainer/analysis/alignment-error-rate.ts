import { Failure } from '../../protocol/failure.ts';

/** A link between the words at these 0-based positions of a sentence pair. */
export interface WordPair {
  readonly source: number;
  readonly target: number;
}

/** What people linked: `sure` links are undisputed; `possible` ones, which exclude them here, may be left out. */
export interface GoldAlignment {
  readonly sure: readonly WordPair[];
  readonly possible: readonly WordPair[];
}

export interface JudgedAlignment {
  readonly links: readonly WordPair[];
  readonly gold: GoldAlignment;
}

/**
 * Alignment error rate over a corpus, 0 (perfect) to 1: 1 − (|A∩S| + |A∩P|) / (|A| + |S|), where P includes S
 * (Och and Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", "Evaluation Methodology").
 * 0 where neither side has a link.
 */
export function alignmentErrorRate(sentences: Iterable<JudgedAlignment>): number {
  let agreed = 0;
  let expected = 0;
  for (const { links, gold } of sentences) {
    const found = keysOf(links);
    const sure = keysOf(gold.sure);
    const possible = new Set([...sure, ...keysOf(gold.possible)]);
    for (const key of found) agreed += Number(sure.has(key)) + Number(possible.has(key));
    expected += found.size + sure.size;
  }
  return expected === 0 ? 0 : 1 - agreed / expected;
}

function keysOf(pairs: readonly WordPair[]): Set<string> {
  return new Set(pairs.map(({ source, target }) => `${source}-${target}`));
}

/**
 * Reads one sentence's links in Pharaoh notation: `3-4` is sure and `3p4` or `3?4` possible, separated by spaces, source first.
 * `firstIndex` is what the file calls a sentence's first word: gold files often say 1 where programs write 0.
 * Throws `Failure` `bad-corpus` naming `place` (file and line) where an item is something else.
 */
export function parsePharaoh(line: string, firstIndex: 0 | 1, place: string): GoldAlignment {
  const sure: WordPair[] = [];
  const possible: WordPair[] = [];
  for (const item of line.split(/\s+/u).filter(text => text !== '')) {
    const match = /^(?<source>\d+)(?<kind>[-p?])(?<target>\d+)$/u.exec(item)?.groups;
    const source = Number(match?.['source'] ?? NaN) - firstIndex;
    const target = Number(match?.['target'] ?? NaN) - firstIndex;
    if (!(source >= 0 && target >= 0)) {
      throw new Failure(
        'bad-corpus',
        `${place}: found “${item}”, expected a link such as 3-4 or 3p4, counted from ${firstIndex}.`,
        'Mend or remove the line.',
      );
    }
    (match?.['kind'] === '-' ? sure : possible).push({ source, target });
  }
  return { sure, possible };
}
