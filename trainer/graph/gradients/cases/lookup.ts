import { mul } from '../../operators/elementwise.ts';
import { embed } from '../../operators/lookup.ts';
import type { CasesOf } from './operator-case.ts';

export const lookup: CasesOf<'Gather'> = {
  Gather: draw => {
    const [rows, features] = [draw.between(2, 4), draw.length()];
    return [
      {
        about: 'rows that come twice',
        operands: [draw.real([rows, features]), draw.rows([2, 4], rows)],
        build: (table, ids) => embed(table, ids),
        torch: 'F.embedding(b, a)',
      },
      {
        about: 'a table that was computed',
        operands: [draw.real([rows, features]), draw.real([features]), draw.rows([7], rows)],
        build: (table, gain, ids) => embed(mul(table, gain), ids),
        torch: 'F.embedding(c, a * b)',
      },
      {
        about: 'a computed table of higher rank',
        operands: [draw.real([rows, 2, features]), draw.rows([2, 3], rows)],
        build: (table, ids) => embed(mul(table, table), ids),
        torch: '(a * a)[b]',
      },
      {
        about: 'a table of single numbers',
        operands: [draw.real([rows]), draw.rows([5], rows)],
        build: (table, ids) => embed(mul(table, 2), ids),
        torch: '2 * a[b]',
      },
    ];
  },
};
