/** What cannot be opened is told by file, layer, what was found and what was expected. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { input, layers as l, model as modelOf, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { Random } from '../training/random.ts';
import { openTensorFlowJs } from './open.ts';
import { drawn, DrawnWeights, type NamedArray, runImported, saveConverted, saveModel } from './saved-model.fixture.ts';

const stack = (...layers: readonly object[]): object => ({ keras_version: '2.15.0', model_config: { class_name: 'Sequential', config: { name: 'stack', layers } } });
const layer = (class_name: string, config: object): object => ({ class_name, config });
const inputLayer = layer('InputLayer', { name: 'x', batch_input_shape: [null, 3, 4], dtype: 'float32' });

async function refusal(topology: unknown, weights: readonly NamedArray[] = [], extra: Readonly<Record<string, unknown>> = {}): Promise<Failure> {
  const folder = await saveConverted(topology, [weights], extra);
  const thrown: unknown = await openTensorFlowJs(folder).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(thrown instanceof Failure)) throw new Error(`it was opened, or failed otherwise: ${String(thrown)}`);
  expect(thrown.code).toBe('broken-model');
  expect(thrown.message).toContain(join(folder, 'model.json'));
  return thrown;
}

const dense = { name: 'd', units: 2, activation: 'linear', use_bias: false };

test.each([
  ['Lambda', { name: 'f' }, /layer "f" is a "Lambda", a function of Python.*expected one of Embedding, Dense/],
  ['Conv3D', { name: 'c' }, /layer "c" is a "Conv3D", which is not supported; expected one of/],
  ['CuDNNLSTM', { name: 'c' }, /graphics card/],
  ['LSTM', { name: 'r', units: 2, stateful: true }, /layer "r" \("LSTM"\): "stateful".*not supported/],
  ['LSTM', { name: 'r', units: 2, activation: 'gelu' }, /activation "gelu" of a recurrent layer is not supported; expected one of sigmoid/],
  ['LSTM', { name: 'r' }, /its setting "units" is nothing; expected number/],
  ['Dense', { ...dense, activation: 'sine' }, /activation "sine" is not supported; expected one of linear, relu/],
  ['Dense', { ...dense, units: -3 }, /its setting "units" is -3/],
  ['MultiHeadAttention', { name: 'm', num_heads: 2, key_dim: 3, use_gate: true }, /"use_gate" is not supported/],
  ['Reshape', { name: 's', target_shape: [-1, -1] }, /at most one open length/],
  ['Permute', { name: 'p', dims: [1, 1] }, /each axis behind the batch's once/],
  ['TimeDistributed', { name: 't', layer: { class_name: 'Lambda', config: {} } }, /"Lambda"/],
  ['Dot', { name: 'dot', axes: 1 }, /it is not fed two tensors/],
  ['RNN', { name: 'r', cell: { class_name: 'StackedRNNCells', config: {} } }, /the cell StackedRNNCells is not supported; expected SimpleRNN, GRU or LSTM/],
] as const)('a %s with %o', async (className, config, message) => {
  const weights = new DrawnWeights();
  weights.add('d/kernel', [4, 2]);
  weights.add('r/kernel', [4, 8]);
  weights.add('r/recurrent_kernel', [2, 8]);
  weights.add('r/bias', [8]);
  expect((await refusal(stack(inputLayer, layer(className, config)), weights.all)).message).toMatch(message);
});

describe('files', () => {
  test('that hold no layers model', async () => {
    expect((await refusal({ node: [] }, [], { format: 'graph-model' })).hint).toContain('tfjs_layers_model');
    expect((await refusal(null)).message).toContain('"modelTopology" is null');
    expect((await refusal({ class_name: 'MyModel', config: {} })).message).toContain('is a "MyModel"; expected a Sequential or Functional model');
    expect((await refusal(stack())).message).toContain('has no layers');
    expect((await refusal(stack(layer('Dense', dense)))).message).toMatch(/input "d_input" has the shape nothing; expected a list of lengths/);
    expect((await refusal(stack(layer('InputLayer', { name: 'x', batch_input_shape: [null], dtype: 'string' }), layer('Flatten', { name: 'f' })))).message).toContain('input "x" holds texts');
  });

  test('whose weights are missing, of another shape, or may be two', async () => {
    const topology = stack(inputLayer, layer('Dense', dense));
    expect((await refusal(topology)).message).toMatch(/layer "d" has no weight "kernel"; there are none; expected one named "d" and "kernel"/);
    const one = new DrawnWeights();
    one.add('d/kernel', [4, 3]);
    expect((await refusal(topology, one.all)).message).toContain('weight "d/kernel" is [4, 3]; expected [4, 2] by the settings of its layer');
    const two = new DrawnWeights();
    two.add('a/d/kernel', [4, 2]);
    two.add('b/d/kernel', [4, 2]);
    expect((await refusal(topology, two.all)).message).toContain('"kernel" of layer "d" may be "a/d/kernel" or "b/d/kernel"; expected one');
  });

  test('whose shards are missing or cut off', async () => {
    const weights = new DrawnWeights();
    weights.add('d/kernel', [4, 2]);
    const folder = await saveConverted(stack(inputLayer, layer('Dense', dense)), [weights.all]);
    const shard = join(folder, 'group1-shard1of1.bin');
    await writeFile(shard, (await readFile(shard)).subarray(0, 31));
    await expect(openTensorFlowJs(folder)).rejects.toThrow(/"d\/kernel" ends at byte 32/);
    await rm(shard);
    await expect(openTensorFlowJs(folder)).rejects.toThrow(/group1-shard1of1.bin is missing/);
    await expect(openTensorFlowJs(join(folder, 'no'))).rejects.toMatchObject({ code: 'no-such-file' });
  });

  test('whose layers feed themselves, or are fed by none', async () => {
    const call = (name: string): unknown => [[[name, 0, 0, {}]]];
    const graph = (fed: string): object => ({
      class_name: 'Model',
      config: {
        name: 'm',
        layers: [
          { name: 'x', ...inputLayer, inbound_nodes: [] },
          { name: 'a', ...layer('Activation', { activation: 'relu' }), inbound_nodes: call(fed) },
          { name: 'b', ...layer('Activation', { activation: 'relu' }), inbound_nodes: call('a') },
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [['b', 0, 0]],
      },
    });
    expect((await refusal(graph('b'))).message).toContain('layer "b" of model "m" is fed by what it makes itself');
    expect((await refusal(graph('c'))).message).toContain('layer "a" is fed by ["c",0,0,{}]; expected [layer, call, output]');
  });

  test('whose models lie inside each other without end, or call each other beyond all measure', async () => {
    const inside = (depth: number): object => ({ class_name: 'Sequential', config: { name: `n${depth}`, layers: depth === 0 ? [layer('Flatten', { name: 'f' })] : [inside(depth - 1)] } });
    expect((await refusal({ model_config: inside(40) })).message).toContain('inside 17 models; expected at most 16');
    const twice = (depth: number): object => {
      const own = depth === 0 ? layer('Activation', { name: 'inner', activation: 'relu' }) : twice(depth - 1);
      const calls = [[['in', 0, 0, {}]], [['inner', 1, 0, {}]]];
      const first = depth === 0 ? 0 : 1;
      return {
        class_name: 'Functional',
        name: 'inner',
        config: {
          name: 'inner',
          layers: [
            { ...inputLayer, name: 'in', config: { name: 'in', batch_input_shape: [null, 3] }, inbound_nodes: [] },
            { ...own, name: 'inner', inbound_nodes: [calls[0], depth === 0 ? [['inner', 0, 0, {}]] : calls[1]] },
          ],
          input_layers: [['in', 0, 0]],
          output_layers: [['inner', first + 1, 0]],
        },
      };
    };
    expect((await refusal({ model_config: twice(13) })).message).toContain('its layers are called more than 10000 times');
  });
});

/** A value in a place that is chosen at random is put in another's stead. */
function mutate(json: unknown, random: Random): unknown {
  const places: { readonly holder: Record<string, unknown> | unknown[]; readonly key: string | number }[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach((each, key) => (places.push({ holder: value, key }), visit(each)));
    else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) (places.push({ holder: value as Record<string, unknown>, key }), visit(each));
    }
  };
  visit(json);
  const place = places[random.below(places.length)];
  const others = [null, -1, 0, 1, 2, 7, 1e9, 0.5, '', 'x', [], {}, [[]], true, 'Dense', 'LSTM', ['x', 0, 0], places[random.below(places.length)]?.holder];
  // eslint-disable-next-line -- either kind of holder is written by its key
  if (place !== undefined) (place.holder as Record<string | number, unknown>)[place.key] = structuredClone(others[random.below(others.length)]);
  return json;
}

test('whatever is wrong in a file, it is told, and nothing else is thrown', { timeout: 300_000 }, async () => {
  const [source, target] = [input({ shape: [null], name: 'source' }), input({ shape: [4], name: 'target' })];
  const read = l.bidirectional({ layer: l.gru({ units: 3, returnSequences: true, recurrentInitializer: 'glorotUniform' }) as never, mergeMode: 'concat' });
  const states = read.apply(l.embedding({ inputDim: 5, outputDim: 3, maskZero: true }).apply(source)) as SymbolicTensor;
  const written = l.timeDistributed({ layer: l.dense({ units: 6 }) }).apply(l.embedding({ inputDim: 5, outputDim: 3 }).apply(target)) as SymbolicTensor;
  const weights = l.activation({ activation: 'softmax' }).apply(l.dot({ axes: [2, 2] }).apply([written, states])) as SymbolicTensor;
  const both = l.concatenate().apply([l.dot({ axes: [2, 1] }).apply([weights, states]) as SymbolicTensor, l.layerNormalization().apply(written) as SymbolicTensor]);
  const outputs = l.dense({ units: 2 }).apply(l.flatten().apply(l.conv1d({ filters: 2, kernelSize: 2 }).apply(both))) as SymbolicTensor;
  const folder = await saveModel(modelOf({ inputs: [source, target], outputs }));
  const path = join(folder, 'model.json');
  const json = await readFile(path, 'utf8');
  await runImported(await openTensorFlowJs(folder), [{ shape: [1, 3], data: [1, 2, 0] }, { shape: [1, 4], data: drawn([4]).data.map(() => 1) }]);
  const random = new Random('mutations');
  const seen = { opened: 0, refused: 0 };
  for (let round = 0; round < 250; round++) {
    let mutated = JSON.parse(json) as unknown;
    for (let change = random.below(3); change >= 0; change--) mutated = mutate(mutated, random);
    await writeFile(path, JSON.stringify(mutated));
    try {
      await openTensorFlowJs(folder);
      seen.opened++;
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw new Error(`round ${round}: ${String(thrown)}\n${JSON.stringify(mutated)}`, { cause: thrown });
      expect(thrown.message, JSON.stringify(mutated)).toContain(folder);
      seen.refused++;
    }
  }
  expect(seen.opened).toBeGreaterThan(20);
  expect(seen.refused).toBeGreaterThan(20);
});
