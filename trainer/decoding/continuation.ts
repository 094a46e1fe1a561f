/** What a model writes on where a text ends: it grows token by token, and each change of it is told. */
import type { AttentionRow, TargetToken } from '../../protocol/trace.ts';
import type { TranslateOptions } from './request.ts';
import { rowOver } from './row-over.ts';

/** How many tokens are written where nobody says how many. */
export const usualLength = 40;

export class Continuation {
  text = '';
  tokens: readonly TargetToken[] = [];
  readonly rows: AttentionRow[] = [];

  /** @param source how many tokens the text given has, which the rows are over */
  constructor(
    private readonly source: number,
    private readonly onProgress: TranslateOptions['onProgress'],
  ) {}

  /**
   * @param row what the new token attended to, over all that was read
   * @param spelled what all tokens spell, the new one among them
   */
  add(row: ArrayLike<number>, spelled: { readonly text: string; readonly tokens: readonly TargetToken[] }): void {
    this.rows.push(rowOver(row, this.source));
    // A character may be spelled by several tokens, and stands there only with the last of them.
    const from = spelled.tokens.findIndex((one, index) => !isSame(one, this.tokens[index]));
    this.onProgress?.({ kind: 'target', sentence: 0, from, at: 0, text: spelled.text, tokens: spelled.tokens.slice(from), rows: this.rows.slice(from) });
    this.text = spelled.text;
    this.tokens = spelled.tokens;
  }

  /**
   * Nobody misses more than was asked for.
   * @param room how many tokens there was room for
   * @param longest how many the model reads at once
   */
  cutWarnings(asked: number | undefined, room: number, longest: number): string[] {
    const { length } = this.tokens;
    if (asked === undefined || room >= asked || length < room) return [];
    return [`The text was cut after ${length} tokens: the model reads at most ${longest} at once, and half of that is kept for what was given.`];
  }
}

function isSame(one: TargetToken, other: TargetToken | undefined): boolean {
  return other !== undefined && one.text === other.text && one.start === other.start && one.end === other.end;
}
