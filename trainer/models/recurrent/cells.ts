/** The cells there are, by the names that a config calls them. */
import type { Cell } from './cell.ts';
import { gru } from './gru.ts';
import { lstm } from './lstm.ts';

export type CellKind = 'gru' | 'lstm';

const cells: Readonly<Record<CellKind, Cell>> = { gru, lstm };

export const cellOf = (kind: CellKind): Cell => cells[kind];
