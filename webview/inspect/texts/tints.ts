/** How strongly each word of a text is tinted: by what it got of what is pointed at, or by the most that anything gave it. */
import type { Axis } from '../../../protocol/inspection.ts';
import { levelOf } from '../../map/scale.ts';
import { wordsOfTokens } from '../lit.ts';
import type { InspectedMap } from '../inspector.ts';

/** A word's tokens share one unit of a row, and so add up; of a column each has a share of its own. */
export type Joining = 'sum' | 'largest';

/** @returns 0…10 by word, the strongest at 10 */
export function wordLevels(axis: Pick<Axis, 'tokens' | 'words'>, weights: ArrayLike<number>, joining: Joining): readonly number[] {
  const words = axis.words.map(() => 0);
  wordsOfTokens(axis).forEach((word, token) => {
    const [before, weight] = [words[word], weights[token] ?? 0];
    if (before === undefined) return;
    words[word] = joining === 'sum' ? before + weight : Math.max(before, weight);
  });
  const largest = Math.max(0, ...words);
  return words.map(weight => (largest > 0 ? levelOf(weight / largest) : 0));
}

/** One weight a token of the axis: of a window of some rows, their mean by column; of some columns, their sum by row. */
export function alongAxis({ cells, values, full, rows, columns, step }: InspectedMap, along: 'row' | 'column'): Float32Array {
  const down = Math.ceil((rows.end - rows.first) / step.rows);
  const across = Math.ceil((columns.end - columns.first) / step.columns);
  const scale = values === 'bytes' ? full / 255 : 1;
  const weights = new Float32Array(along === 'row' ? columns.end - columns.first : rows.end - rows.first);
  for (let at = 0; at < weights.length; at++) {
    const cell = Math.floor(at / (along === 'row' ? step.columns : step.rows));
    let sum = 0;
    for (let other = 0; other < (along === 'row' ? down : across); other++) sum += cells[along === 'row' ? other * across + cell : cell * across + other] ?? 0;
    weights[at] = (sum * scale) / (along === 'row' ? Math.max(1, down) : 1);
  }
  return weights;
}
