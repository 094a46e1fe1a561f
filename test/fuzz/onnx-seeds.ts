/** ONNX files to damage: one with everything that a reader follows, and small ones that others exported, where they are here. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floats, integers, modelBytes, type NewModel } from '../../trainer/onnx/model.fixture.ts';
import type { Seed } from './subject.ts';

const weights = { file: 'weights.bin', offset: 16, length: 24 };

/** Branches inside branches, a function, constants of every kind of storage, and an attention's softmax. */
const everything: NewModel = {
  graph: {
    name: 'main',
    nodes: [
      { name: 'scores', operator: 'MatMul', inputs: ['query', 'key'], outputs: ['scores'] },
      { name: 'softmax', operator: 'Softmax', inputs: ['scores'], outputs: ['attention'], attributes: { axis: -1 } },
      { name: 'context', operator: 'MatMul', inputs: ['attention', 'value'], outputs: ['context'] },
      { name: 'constant', operator: 'Constant', inputs: [], outputs: ['two'], attributes: { value: { tensor: floats('', [2, 3], [2]) } } },
      { name: 'own', operator: 'Twice', domain: 'ours', inputs: ['context'], outputs: ['doubled'], attributes: { factor: { float: 2 }, list: [1, 2, 3], names: { texts: ['a', 'b'] } } },
      {
        name: 'choice', operator: 'If', inputs: ['flag'], outputs: ['y'],
        attributes: {
          then_branch: { graph: { name: 'then', nodes: [{ operator: 'Neg', inputs: ['doubled'], outputs: ['yes'] }], initializers: [floats('inner', [1])], outputs: [{ name: 'yes' }] } },
          else_branch: {
            graph: {
              name: 'else',
              nodes: [{ operator: 'If', inputs: ['flag'], outputs: ['no'], attributes: {
                then_branch: { graph: { name: 'deep', nodes: [{ operator: 'Abs', inputs: ['doubled'], outputs: ['deeper'] }], outputs: [{ name: 'deeper' }] } },
                else_branch: { graph: { name: 'deepest', nodes: [{ operator: 'Identity', inputs: ['doubled'], outputs: ['deepest'] }], outputs: [{ name: 'deepest' }] } },
              } }],
              outputs: [{ name: 'no' }],
            },
          },
        },
      },
    ],
    initializers: [
      floats('weight', [1, 2, 3, 4], [2, 2]), integers('shape', [1, -1]), { name: 'outside', dtype: 'float32', shape: [2, 3], data: weights },
      { name: 'small', dtype: 'int4', shape: [3], data: Uint8Array.of(0x21, 0x03) }, { name: 'half', dtype: 'float16', shape: [2], data: Uint8Array.of(0, 60, 0, 188) },
    ],
    inputs: ['query', 'key', 'value'].map(name => ({ name, dtype: 'float32' as const, shape: [1, 'length', 2] })).concat([{ name: 'flag', dtype: 'float32' as const, shape: [] }]),
    outputs: [{ name: 'y', dtype: 'float32', shape: [1, 'length', 2] }],
  },
  opsets: { '': 17, ours: 1 },
  functions: [{ name: 'Twice', domain: 'ours', inputs: ['x'], outputs: ['twice'], nodes: [{ operator: 'Add', inputs: ['x', 'x'], outputs: ['twice'] }] }],
  metadata: { author: 'a test' },
};

export async function onnxSeeds(): Promise<Seed[]> {
  const made: Seed = { files: { 'model.onnx': Buffer.from(modelBytes(everything)), 'weights.bin': Buffer.alloc(40, 1) }, opened: 'model.onnx' };
  const shared = fileURLToPath(new URL('../../../shared/models/ort-graphs/', import.meta.url));
  const names = await readdir(shared).catch((): string[] => []);
  const files = await Promise.all(names.filter(name => name.endsWith('.onnx')).map(async name => [name, await readFile(join(shared, name))] as const));
  return [made, ...files.filter(([, bytes]) => bytes.length < 6000).map(([name, bytes]): Seed => ({ files: { [name]: bytes }, opened: name }))];
}
