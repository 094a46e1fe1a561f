import { describe, expect, it } from 'vitest';
import { trackEdits } from './track-edits.ts';

const span = { start: 10, end: 20 };
const edit = (rangeOffset: number, rangeLength: number, text: string) => ({ rangeOffset, rangeLength, text });

describe('an annotation follows edits', () => {
  it('moves when text is typed or deleted before it', () => {
    expect(trackEdits(span, [edit(3, 0, 'abc')])).toEqual({ start: 13, end: 23 });
    expect(trackEdits(span, [edit(2, 4, '')])).toEqual({ start: 6, end: 16 });
    expect(trackEdits(span, [edit(0, 10, '')])).toEqual({ start: 0, end: 10 });
  });

  it('stays when text is typed after it', () => {
    expect(trackEdits(span, [edit(21, 3, 'x')])).toBe(span);
  });

  it('takes text at its very start and end as outside', () => {
    expect(trackEdits(span, [edit(10, 0, 'é')])).toEqual({ start: 11, end: 21 });
    expect(trackEdits(span, [edit(20, 0, 'x')])).toBe(span);
  });

  it('is cleared by a change inside it, across its border or all over it', () => {
    for (const change of [edit(15, 0, 'x'), edit(19, 1, ''), edit(8, 3, ''), edit(18, 9, 'y'), edit(0, 50, 'z'), edit(10, 1, 'T')]) {
      expect(trackEdits(span, [change])).toBeUndefined();
    }
  });

  it('adds up the changes of several carets, which VS Code lists from the last to the first', () => {
    expect(trackEdits(span, [edit(25, 0, 'c'), edit(5, 1, 'bb'), edit(1, 0, 'a')])).toEqual({ start: 12, end: 22 });
    expect(trackEdits(span, [edit(25, 0, 'c'), edit(12, 0, 'b'), edit(1, 0, 'a')])).toBeUndefined();
  });
});
