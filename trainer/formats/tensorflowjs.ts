/**
 * TensorFlow.js: `model.json` of a layers or a graph model, and the files of its weights beside it. The weights of a group
 * are one stretch of bytes cut into files (tensorflow/tfjs, "WeightsManifestConfig" in tfjs-core's io/types.ts).
 */
import { basename } from 'node:path';
import type { Fact } from '../../protocol/checkpoint.ts';
import { broken, shortened } from './broken.ts';
import { ByteSource } from './bytes.ts';
import { fileBeside } from './confined.ts';
import type { Format } from './format.ts';
import { fieldsOf } from './json.ts';
import { ofName } from './opened.ts';
import type { TensorFile } from './tensor-file.ts';
import { Group } from './tensorflowjs-group.ts';
import { groupsOf } from './tensorflowjs-manifest.ts';

export const tensorflowjs: Format = {
  name: 'TensorFlow.js',
  recognise: async seen => seen.kind === 'file' && Array.isArray((await seen.json())?.get('weightsManifest')),
  open: async seen => openManifest(seen.path, (seen.kind === 'file' ? await seen.json() : undefined) ?? new Map()),
};

const mostFiles = 10_000;

/**
 * Opens the weights of a model whose `model.json` was read.
 * @param path of that file
 * @throws Failure `broken-model`
 */
export async function openManifest(path: string, model: ReadonlyMap<string, unknown>): Promise<TensorFile> {
  const manifest = groupsOf(model.get('weightsManifest'), path);
  const files = manifest.flatMap(group => group.paths);
  if (files.length > mostFiles) throw broken(path, `its weightsManifest names ${files.length} files`, `at most ${mostFiles}`);
  const sources: ByteSource[] = [];
  const close = async (): Promise<void> => void (await Promise.all(sources.map(source => source.close())));
  try {
    const groups: Group[] = [];
    for (const { paths, weights } of manifest) {
      const shards: ByteSource[] = [];
      for (const name of paths) {
        const shard = await ByteSource.open(await fileBeside(path, name));
        sources.push(shard);
        shards.push(shard);
      }
      groups.push(await Group.of(shards, weights, path));
    }
    const byName = new Map(groups.flatMap(group => Array.from(group.tensors, tensor => [tensor.entry.name, { group, tensor }] as const)));
    const count = groups.reduce((sum, group) => sum + group.tensors.length, 0);
    if (byName.size < count) throw broken(path, `its weightsManifest lists ${count} weights by ${byName.size} names`, 'a name for each');
    return {
      format: tensorflowjs.name,
      path,
      size: sources.reduce((sum, source) => sum + source.size, 0),
      facts: factsOf(model, groups),
      tensors: Array.from(byName.values(), ({ tensor }) => tensor.entry),
      read: ({ name }) => {
        const { group, tensor } = ofName(byName, name, path);
        return group.read(tensor);
      },
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function factsOf(model: ReadonlyMap<string, unknown>, groups: readonly Group[]): Fact[] {
  const topology = fieldsOf(model.get('modelTopology'));
  const config = fieldsOf(topology?.get('model_config'));
  const quantized = groups.flatMap(group => group.tensors.flatMap(({ quantization }) => quantization?.dtype ?? []));
  const told: readonly (readonly [string, unknown])[] = [
    ['Kind', model.get('format')],
    ['Model', config?.get('class_name')],
    ['Written by', model.get('generatedBy')],
    ['Converted by', model.get('convertedBy')],
    ['Keras', topology?.get('keras_version')],
  ];
  return [
    ...told.flatMap(([label, value]) => (typeof value === 'string' ? [{ label, value: shortened(value) }] : [])),
    ...(quantized.length === 0 ? [] : [{ label: 'Quantised', value: `${quantized.length} weights, as ${[...new Set(quantized)].join(', ')}` }]),
    { label: 'Files', value: shortened(groups.flatMap(group => group.shards.map(({ path }) => basename(path))).join(', '), 1000) },
  ];
}
