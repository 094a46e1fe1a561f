/** How strongly each word of a text is tinted: by what it got of what is pointed at, or of everything. */
import type { Axis, MapLabelRange } from '../../../protocol/inspection.ts';
import { shareOf } from '../../../protocol/map-bytes.ts';
import { tintLevel } from '../../../protocol/tint.ts';
import { wordOfTokens } from '../../../protocol/words.ts';
import { levels } from '../../map/scale.ts';
import type { InspectedMap } from '../inspector.ts';

/** A word's tokens share one unit of a row, and so add up; of a column each has a share of its own. */
export type Joining = 'sum' | 'largest';

/**
 * @param labels what each weight stands for
 * @returns 0…10 by word, the strongest at 10
 */
export function wordLevels(axis: Pick<Axis, 'tokens' | 'words'>, labels: readonly Pick<MapLabelRange, 'first' | 'end'>[], weights: ArrayLike<number>, joining: Joining): readonly number[] {
  const words = axis.words.map(() => 0);
  const of = wordOfTokens(axis.tokens, axis.words);
  labels.forEach(({ first, end }, index) => {
    for (const word of new Set(of.slice(first, end))) {
      const [before, weight] = [words[word], weights[index] ?? 0];
      if (before !== undefined) words[word] = joining === 'sum' ? before + weight : Math.max(before, weight);
    }
  });
  const largest = words.reduce((most, weight) => Math.max(most, weight), 0);
  return words.map(weight => (largest > 0 ? tintLevel(weight / largest, levels) : 0));
}

/** One weight a row or column: of a window of some rows, their mean by column; of some columns, their sum by row. */
export function alongAxis({ cells, values, full, rows, columns, step }: InspectedMap, along: 'row' | 'column'): Float32Array {
  const down = Math.ceil((rows.end - rows.first) / step.rows);
  const across = Math.ceil((columns.end - columns.first) / step.columns);
  const weightOf = (cell: number): number => (values === 'bytes' ? full * shareOf(cell, false) : cell);
  const weights = new Float32Array(along === 'row' ? columns.end - columns.first : rows.end - rows.first);
  for (let at = 0; at < weights.length; at++) {
    const cell = Math.floor(at / (along === 'row' ? step.columns : step.rows));
    let sum = 0;
    for (let other = 0; other < (along === 'row' ? down : across); other++) sum += weightOf(cells[along === 'row' ? other * across + cell : cell * across + other] ?? 0);
    weights[at] = sum / (along === 'row' ? Math.max(1, down) : 1);
  }
  return weights;
}
