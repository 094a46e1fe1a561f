/** Every head of a model as a table for other programs: layers and heads count from 1, as in the panel. */
import { csvOf } from '../../../protocol/csv.ts';
import { headRoles, type HeadFacts } from '../../../protocol/inspection.ts';
import { roleNames } from '../names.ts';
import type { ModelRow } from './arrange.ts';

const measures = ['entropy', 'confidence', 'diagonality', 'distance', 'coverage', 'similarity'] as const satisfies readonly (keyof HeadFacts)[];

/** In the order that is shown; a role that a head has not is empty. */
export function headsCsv(rows: readonly ModelRow<HeadFacts>[]): string {
  const heads = rows.flatMap(row => (row.of === 'heads' ? row.cells.filter(head => head !== undefined) : []));
  return csvOf([
    ['kind', 'layer', 'head', ...measures, ...headRoles.map(role => roleNames[role])],
    ...heads.map(head => [
      head.kind, String(head.layer + 1), String(head.head + 1), ...measures.map(measure => numberText(head[measure])),
      ...headRoles.map(role => numberText(head.roles.find(one => one.role === role)?.score ?? null)),
    ]),
  ]);
}

/** To six digits: they are measured in float32. */
function numberText(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(6)));
}
