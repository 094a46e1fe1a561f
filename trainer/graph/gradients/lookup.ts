import { at, single } from './vjp.ts';

/** Y = rows i of E: Ē = Σ over lookups, Ȳ added to row i; left as rows */
export const gatherVjp = single<'Gather'>((g, node, inputs) => {
  if (node.attributes.axis !== 0) throw new Error('only lookups of rows have a gradient');
  return [{ kind: 'rows', indices: at(inputs, 1), rows: g }, undefined];
});
