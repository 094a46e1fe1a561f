/** Graphs of one operator, for tests, and what to feed them. */
import type { Tensors } from '../engine/session.ts';
import type { NewAttribute, NewPort, NewTensor } from '../onnx/messages.ts';
import type { NewModel } from '../onnx/model.fixture.ts';
import { integerTensor, noise, sizeOf, tensor } from './tapped.fixture.ts';

export type Feed = { readonly shape: readonly number[]; readonly values?: readonly number[]; readonly dtype?: 'int32' | 'int64' | 'uint8' };

export interface Single {
  readonly operator: string;
  readonly domain?: string;
  readonly opset?: number;
  /** By name, in the operator's order; a name alone is left out. */
  readonly inputs: Readonly<Record<string, Feed | NewTensor | undefined>>;
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, NewAttribute>>;
}

export const isStored = (input: Feed | NewTensor): input is NewTensor => 'data' in input;

export function singleModel({ operator, domain = 'com.microsoft', opset = 17, inputs, outputs, attributes = {} }: Single): NewModel {
  const given = Object.entries(inputs);
  const ports = given.flatMap(([name, input]): NewPort[] => (input === undefined || isStored(input) ? [] : [{ name, dtype: input.dtype ?? 'float32', shape: input.shape.map(() => '?') }]));
  return {
    opsets: { '': opset, ...(domain === '' ? {} : { [domain]: 1 }) },
    graph: {
      name: 'one operator',
      nodes: [{ name: 'attends', operator, domain, inputs: given.map(([name, input]) => (input === undefined ? '' : name)), outputs, attributes }],
      initializers: given.flatMap(([, input]) => (input !== undefined && isStored(input) ? [input] : [])),
      inputs: ports,
      outputs: outputs.filter(name => name !== '').map(name => ({ name, dtype: 'float32' })),
    },
  };
}

/** The same each time. */
export async function singleFeeds({ inputs }: Single): Promise<Tensors> {
  const feeds: Tensors = {};
  for (const [name, input] of Object.entries(inputs)) {
    if (input === undefined || isStored(input)) continue;
    const { shape, values = [...noise(sizeOf(shape), name.length)], dtype } = input;
    feeds[name] = dtype === undefined ? await tensor(shape, values) : await integerTensor(dtype, shape, values);
  }
  return feeds;
}
