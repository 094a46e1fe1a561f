/**
 * A model in several files, as Hugging Face's libraries save large ones: `model.safetensors.index.json` or
 * `pytorch_model.bin.index.json`, whose `weight_map` says which tensor is in which file beside it.
 */
import { broken, quoted, shortened } from './broken.ts';
import { fileBeside } from './confined.ts';
import type { Format } from './format.ts';
import { type Glimpse, glimpse } from './glimpse.ts';
import { fieldsOf, shown } from './json.ts';
import { ofName } from './opened.ts';
import { pytorch } from './pytorch.ts';
import { refuse } from './refused.ts';
import { safetensors } from './safetensors.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

export const sharded: Format = {
  name: 'sharded',
  recognise: async seen => (await mapIn(seen)) !== undefined,
  open,
};

const mostShards = 4096;

/** Of a file, its `weight_map`. */
async function mapIn(seen: Glimpse): Promise<ReadonlyMap<string, unknown> | undefined> {
  return seen.kind === 'file' ? fieldsOf((await seen.json())?.get('weight_map')) : undefined;
}

async function open(seen: Glimpse): Promise<TensorFile> {
  const { path } = seen;
  const byTensor = await mapIn(seen);
  if (byTensor === undefined) throw broken(path, 'it has no weight_map', 'an object: tensors and the files that they are in');
  const names = new Set(byTensor.values());
  if (names.size > mostShards) throw broken(path, `its weight_map names ${names.size} files`, `at most ${mostShards}`);
  const shards = new Map<unknown, TensorFile>();
  const close = async (): Promise<void> => void (await Promise.all(Array.from(shards.values(), shard => shard.close())));
  try {
    for (const name of names) {
      if (typeof name !== 'string') throw broken(path, `its weight_map names ${shown(name)}`, 'files');
      shards.set(name, await openShard(await fileBeside(path, name)));
    }
    const found = new Map<string, { shard: TensorFile; tensor: TensorEntry }>();
    const entries = new Map(Array.from(shards, ([name, shard]) => [name, new Map(shard.tensors.map(tensor => [tensor.name, tensor]))]));
    for (const [name, file] of byTensor) {
      const shard = shards.get(file);
      const tensor = entries.get(file)?.get(name);
      if (shard === undefined || tensor === undefined) throw broken(path, `tensor ${quoted(name)} is not in ${shown(file)}`, 'it there, as its weight_map says');
      found.set(name, { shard, tensor });
    }
    const [first] = shards.values();
    return {
      format: first?.format ?? sharded.name,
      path,
      size: Array.from(shards.values()).reduce((sum, shard) => sum + shard.size, 0),
      facts: [{ label: 'Files', value: shortened(`${names.size}: ${[...names].join(', ')}`, 1000) }, ...(first?.facts ?? [])],
      tensors: Array.from(found.values(), ({ tensor }) => tensor),
      read: ({ name }) => {
        const { shard, tensor } = ofName(found, name, path);
        return shard.read(tensor);
      },
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function openShard(path: string): Promise<TensorFile> {
  const seen = await glimpse(path);
  await refuse(seen);
  for (const format of [pytorch, safetensors]) if (await format.recognise(seen)) return format.open(seen);
  throw broken(path, seen.kind === 'folder' ? 'it is a folder' : `it has ${seen.size} bytes and is neither safetensors nor a PyTorch archive`, 'a part of a sharded model');
}
