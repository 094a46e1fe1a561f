/** A search as a table: every token that was looked at, step by step, after which one it came, and what became of it. */
import { csvOf, csvText } from '../../../protocol/csv.ts';
import type { PagedTable } from '../../map/paged-table.ts';
import { fateNames, probabilityText, rawText, tokenText, type SearchTree } from './tree.ts';

/** @param step the one that is looked at */
export function searchTable({ columns }: SearchTree, step: number): PagedTable {
  const nodes = columns.flat().map(({ node }) => node);
  const byIndex = new Map(columns.flat().map(({ index, node }) => [index, node]));
  return {
    label: 'The search, step by step',
    heading: 'Token',
    columns: ['Step', 'After', 'Probability', 'With all before it', 'What became of it'],
    count: nodes.length,
    row: index => {
      const node = nodes[index];
      if (node === undefined) return { name: '', cells: [], isCurrent: false };
      const before = byIndex.get(node.parent);
      return {
        name: rawText(node),
        cells: [String(node.step + 1), before === undefined ? undefined : tokenText(before), probabilityText(node.logProb), probabilityText(node.total), fateNames[node.fate]],
        isCurrent: node.fate === 'chosen' && node.step === step,
      };
    },
  };
}

/** The row of the table where a step begins. */
export function rowOfStep({ columns }: SearchTree, step: number): number {
  return columns.slice(0, step).reduce((rows, nodes) => rows + nodes.length, 0);
}

/** The searches of all sentences as one table for other programs: probabilities as logarithms, in nats. */
export function searchCsv(trees: readonly SearchTree[]): string {
  const rows = trees.flatMap(({ columns }, sentence) => {
    const byIndex = new Map(columns.flat().map(({ index, node }) => [index, node]));
    return columns.flat().map(({ node }) => {
      const { token, text, step, parent, logProb, total, fate } = node;
      return [String(sentence + 1), String(step + 1), csvText(byIndex.get(parent)?.text ?? ''), csvText(text), String(token), String(logProb), String(total), fate];
    });
  });
  return csvOf([['sentence', 'step', 'after', 'token', 'id', 'log-probability', 'sum so far', 'fate'], ...rows]);
}
