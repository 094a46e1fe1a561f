/** Two texts, word by word: what they share and what they don't. */

export interface DiffPiece {
  readonly text: string;
  readonly of: 'both' | 'old' | 'new';
}

/** Beyond so many words on a side, what differs in the middle is told whole. */
const mostWords = 2_000;

/** By the longest common subsequence of words (with the white space after them). */
export function textDifference(before: string, after: string): readonly DiffPiece[] {
  const [one, other] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  const [left, right] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  const middle = Math.max(left.length, right.length) > mostWords ? whole(left, right) : common(left, right);
  return joined([...one.slice(0, start).map(both), ...middle, ...one.slice(one.length - end).map(both)]);
}

function wordsOf(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

function both(text: string): DiffPiece {
  return { text, of: 'both' };
}

function whole(left: readonly string[], right: readonly string[]): DiffPiece[] {
  return [...left.map((text): DiffPiece => ({ text, of: 'old' })), ...right.map((text): DiffPiece => ({ text, of: 'new' }))];
}

function common(left: readonly string[], right: readonly string[]): DiffPiece[] {
  const across = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * across);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i * across + j] = left[i] === right[j]
        ? 1 + (lengths[(i + 1) * across + j + 1] ?? 0)
        : Math.max(lengths[(i + 1) * across + j] ?? 0, lengths[i * across + j + 1] ?? 0);
    }
  }
  const pieces: DiffPiece[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [old, fresh] = [left[i], right[j]];
    if (old !== undefined && old === fresh) {
      pieces.push(both(old));
      i++;
      j++;
    } else if (fresh === undefined || (old !== undefined && (lengths[(i + 1) * across + j] ?? 0) >= (lengths[i * across + j + 1] ?? 0))) {
      pieces.push({ text: old ?? '', of: 'old' });
      i++;
    } else {
      pieces.push({ text: fresh, of: 'new' });
      j++;
    }
  }
  return pieces;
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
