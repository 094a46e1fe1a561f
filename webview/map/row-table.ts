/** A map as a table: of each row what it gave most to. */
import { html, type TemplateResult } from 'lit';
import { one, type AnyMap } from './data.ts';
import { brief, strongestInRow } from './describe.ts';
import type { PagedTable } from './paged-table.ts';

/** What columns are called that hold the strongest, the next, and so on. */
export const ranks = ['1st', '2nd', '3rd', '4th', '5th'] as const;

/** @param label what the map is called */
export function rowTable(map: AnyMap, label: string, current: number | undefined): PagedTable {
  return {
    label: `${label}: what each row gave most to`,
    heading: 'Row',
    columns: ranks,
    count: map.rows.length,
    row: index => {
      const entries = strongestInRow(map, one(index), ranks.length);
      return {
        name: map.rows[index]?.text ?? '',
        cells: ranks.map((_, rank) => {
          const entry = entries[rank];
          return entry === undefined ? undefined : weighed(entry.label, brief(entry));
        }),
        isCurrent: index === current,
      };
    },
  };
}

/** A word with its weight. */
export function weighed(label: string, weight: string): TemplateResult {
  return html`<bdi>${label}</bdi> <span class="number">${weight}</span>`;
}
