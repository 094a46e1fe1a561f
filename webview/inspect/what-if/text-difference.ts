/** Two texts, word by word: what they share and what they don't. */
import { alongside } from '../../../protocol/common-subsequence.ts';

export interface DiffPiece {
  readonly text: string;
  readonly of: 'both' | 'old' | 'new';
}

/** By the longest common subsequence of words (with the white space after them). */
export function textDifference(before: string, after: string): readonly DiffPiece[] {
  const [old, fresh] = [wordsOf(before), wordsOf(after)];
  return joined(alongside(old, fresh).map(({ one, other }): DiffPiece => {
    if (one === undefined) return { text: fresh[other ?? -1] ?? '', of: 'new' };
    return { text: old[one] ?? '', of: other === undefined ? 'old' : 'both' };
  }));
}

function wordsOf(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

function joined(pieces: readonly DiffPiece[]): DiffPiece[] {
  const runs: { text: string; of: DiffPiece['of'] }[] = [];
  for (const { text, of } of pieces) {
    const last = runs.at(-1);
    if (last?.of === of) last.text += text;
    else runs.push({ text, of });
  }
  return runs;
}
