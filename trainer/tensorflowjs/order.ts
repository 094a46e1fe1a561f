/** In which order the calls of a model's layers are made: each after those that it is fed by. */
import { broken, quoted } from '../formats/broken.ts';
import { type Call, type LayerSpec, type ModelSpec, refsOf, type TensorRef } from './topology.ts';

export interface Step {
  readonly layer: LayerSpec;
  readonly index: number;
  readonly call: Call;
}

export const keyOf = (layer: string, call: number): string => `${call} ${layer}`;

const noCall: Call = { positional: [], named: new Map() };

/**
 * The calls that a model's outputs need, and those of its inputs.
 * @throws Failure `broken-model` where a layer is missing, or is fed by itself
 */
export function stepsOf(model: ModelSpec, file: string): Step[] {
  const layers = new Map(model.layers.map(layer => [layer.name, layer]));
  const inputs = new Set(model.inputs.map(({ layer, call }) => keyOf(layer, call)));
  const stepOf = ({ layer: name, call: index }: TensorRef): Step => {
    const layer = layers.get(name);
    if (layer === undefined) throw broken(file, `model ${quoted(model.name)} uses layer ${quoted(name)}, which it has not`, 'one of its layers');
    const call = layer.calls[index] ?? (index === 0 && inputs.has(keyOf(name, index)) ? noCall : undefined);
    if (call === undefined) throw broken(file, `model ${quoted(model.name)} uses call ${index} of layer ${quoted(name)}, which is called ${layer.calls.length} times`, 'one of its calls');
    return { layer, index, call };
  };
  const steps: Step[] = [];
  const states = new Map<string, 'open' | 'done'>();
  // Depth first, on a stack of its own: a model may be deeper than the program's.
  const stack: { readonly step: Step; readonly needs: readonly TensorRef[]; next: number }[] = [];
  const enter = (ref: TensorRef): void => {
    const key = keyOf(ref.layer, ref.call);
    const state = states.get(key);
    if (state === 'done') return;
    if (state === 'open') throw broken(file, `layer ${quoted(ref.layer)} of model ${quoted(model.name)} is fed by what it makes itself`, 'layers in an order');
    const step = stepOf(ref);
    states.set(key, 'open');
    const needs = inputs.has(key) ? [] : [...step.call.positional, ...step.call.named.values()].flatMap(refsOf);
    stack.push({ step, needs, next: 0 });
  };
  for (const ref of [...model.inputs, ...model.outputs]) {
    enter(ref);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const need = top.needs[top.next];
      top.next++;
      if (need !== undefined) {
        enter(need);
        continue;
      }
      states.set(keyOf(top.step.layer.name, top.step.index), 'done');
      steps.push(top.step);
      stack.pop();
    }
  }
  return steps;
}
