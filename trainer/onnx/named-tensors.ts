/** The weights of a model by names that are unique in it. */
import { bodiesOf } from './bodies.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';

/**
 * Initializers by their names, tensors of `Constant` nodes by those of their outputs; before them, where they stand in the file if
 * that is not the main graph: `If_12/then_branch/lm_head.weight`. Of a name that is used again, the second is `name#2`.
 */
export function namedTensors({ graph, functions }: OnnxModel): ReadonlyMap<string, OnnxTensor> {
  const named = new Map<string, OnnxTensor>();
  const used = new Map<string, number>();
  const add = (wanted: string, tensor: OnnxTensor): void => {
    let name = wanted;
    while (named.has(name)) {
      const times = (used.get(wanted) ?? 1) + 1;
      used.set(wanted, times);
      name = `${wanted}#${times}`;
    }
    named.set(name, tensor);
  };
  for (const { prefix, nodes, initializers } of bodiesOf(graph, functions)) {
    for (const tensor of initializers) add(prefix + tensor.name, tensor);
    for (const { operator, domain, outputs, attributes } of nodes) {
      const value = operator === 'Constant' && domain === '' ? attributes.get('value') : undefined;
      if (value?.kind === 'tensor') add(prefix + (outputs[0] ?? value.value.name), value.value);
    }
  }
  return named;
}
