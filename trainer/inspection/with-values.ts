/** A pass, with what can be told of the numbers behind each of its layers: the norms of the values, and whether there is arithmetic. */
import type { OpenModel } from '../foreign/facets.ts';
import { nameOf } from '../steering/steering.ts';
import type { Pass } from './pass.ts';

/** @param run runs the model once */
export async function withValues({ helm }: Pick<OpenModel, 'helm'>, run: () => Promise<Pass>): Promise<Pass> {
  const { ValueNorms } = await import('./arithmetic/value-norms.ts');
  const norms = new ValueNorms();
  const pass = await helm.collect(norms, run);
  const layers = [];
  for (const layer of pass.layers) {
    const values = norms.of(nameOf(layer), layer);
    layers.push({ ...layer, hasArithmetic: (await helm.whyNoNumbers(layer)) === undefined, ...(values && { values }) });
  }
  return { ...pass, layers };
}
