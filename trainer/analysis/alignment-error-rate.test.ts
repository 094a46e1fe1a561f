import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { alignmentErrorRate, parsePharaoh } from './alignment-error-rate.ts';

const hansards = new URL('../../../shared/data/align/en-fr-hansards/', import.meta.url);
const present = existsSync(hansards);
if (!present) process.stderr.write(`skipped: AER on the Hansards gold set, which needs ${fileURLToPath(hansards)}\n`);

function linesOf(name: string): string[] {
  return readFileSync(new URL(name, hansards), 'utf8').trimEnd().split('\n');
}

describe('alignmentErrorRate', () => {
  const gold = parsePharaoh('1-1 2-2 2p3', 1, 'gold:1');

  it('is 0 for the sure links with any of the possible ones, and 1 for none of them', () => {
    expect(alignmentErrorRate([{ links: gold.sure, gold }])).toBe(0);
    expect(alignmentErrorRate([{ links: [...gold.sure, ...gold.possible], gold }])).toBe(0);
    expect(alignmentErrorRate([{ links: [{ source: 5, target: 5 }], gold }])).toBe(1);
    expect(alignmentErrorRate([])).toBe(0);
  });

  it('follows the formula where both sides err', () => {
    // A = {0-0, 0-1}; A∩S = A∩P = {0-0}: 1 − (1 + 1) / (2 + 2).
    const links = [{ source: 0, target: 0 }, { source: 0, target: 1 }];
    expect(alignmentErrorRate([{ links, gold }])).toBe(0.5);
    // Summed over the corpus, not averaged over sentences: 1 − (2 + 4) / (4 + 4).
    expect(alignmentErrorRate([{ links, gold }, { links: gold.sure, gold }])).toBe(0.25);
  });

  it.skipIf(!present)('gives awesome-align its published 4.1 % on the English–French Hansards', () => {
    // Dou and Neubig 2021, "Word Alignment by Fine-tuning Embeddings on Parallel Corpora".
    const golds = linesOf('enfr.gold').map((line, at) => parsePharaoh(line, 1, `enfr.gold:${at + 1}`));
    const outputs = linesOf('enfr.awesome-align.out').map((line, at) => parsePharaoh(line, 0, `out:${at + 1}`));
    expect(outputs).toHaveLength(447);
    const judged = golds.map((one, at) => ({ links: outputs[at]?.sure ?? [], gold: one }));
    expect((100 * alignmentErrorRate(judged)).toFixed(1)).toBe('4.1');
  });
});

describe('parsePharaoh', () => {
  it('reads sure and possible links, counted from 0 or 1', () => {
    expect(parsePharaoh(' 3-4\t5p6 7?8\n', 1, 'x')).toEqual({
      sure: [{ source: 2, target: 3 }],
      possible: [{ source: 4, target: 5 }, { source: 6, target: 7 }],
    });
    expect(parsePharaoh('', 0, 'x')).toEqual({ sure: [], possible: [] });
  });

  it.each(['3', '3-', 'a-b', '3-4-5', '-1-2', '0-3'])('names the place of a bad link: %s', item => {
    expect(() => parsePharaoh(`1-1 ${item}`, 1, 'enfr.gold:7')).toThrow(Failure);
    expect(() => parsePharaoh(`1-1 ${item}`, 1, 'enfr.gold:7')).toThrow(new RegExp(`^enfr.gold:7: found “${item}”`, 'u'));
  });
});
