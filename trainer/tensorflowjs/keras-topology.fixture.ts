/** Topologies as Keras' converter writes them, piece by piece. */
import type { Mask } from './reference.fixture.ts';
import type { NamedArray } from './saved-model.fixture.ts';

export const close = 1e-5;

/** A layer as Keras 2 writes it. */
export function layer(className: string, name: string, config: object, ...calls: readonly unknown[]): object {
  return { class_name: className, name, config: { name, trainable: true, dtype: 'float32', ...config }, inbound_nodes: calls };
}
export const input = (name: string, shape: readonly (number | null)[]): object => layer('InputLayer', name, { batch_input_shape: [null, ...shape], sparse: false, ragged: false });
export const from = (name: string, call = 0, output = 0, named: object = {}): unknown => [name, call, output, named];

export function functional(layers: readonly object[], inputs: readonly string[], outputs: readonly unknown[], version = '2.15.0'): object {
  const refs = (names: readonly unknown[]): unknown[] => names.map(name => (typeof name === 'string' ? [name, 0, 0] : name));
  const config = { name: 'model', trainable: true, layers, input_layers: refs(inputs), output_layers: refs(outputs) };
  return { keras_version: version, backend: 'tensorflow', model_config: { class_name: 'Functional', config } };
}

/** The same as Keras 3 writes it. */
export function layer3(className: string, name: string, config: object, args: readonly unknown[] = [], kwargs: object = {}): object {
  const inbound_nodes = args.length === 0 ? [] : [{ args, kwargs }];
  return { module: 'keras.layers', class_name: className, config: { name, trainable: true, dtype: { class_name: 'DTypePolicy', config: { name: 'float32' } }, ...config }, registered_name: null, name, inbound_nodes };
}
export const from3 = (name: string, output = 0): unknown => ({ class_name: '__keras_tensor__', config: { shape: [null, null, 4], dtype: 'float32', keras_history: [name, 0, output] } });

export const padding = [[1, 2, 3, 0], [0, 4, 5, 6], [2, 0, 0, 1]] as const;
export const isWord: Mask = padding.map(row => row.map(id => id !== 0));
export const ids = { shape: [3, 4], data: padding.flat() } as const;

export const rowsOf = (table: NamedArray, width: number): number[][][] => padding.map(row => row.map(id => Array.from(table.data.subarray(id * width, (id + 1) * width))));
