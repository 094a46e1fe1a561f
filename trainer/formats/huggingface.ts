/** A folder of someone's model, as Hugging Face's libraries lay it out or any other: its weights, in the first of these files. */
import { join } from 'node:path';
import type { Fact } from '../../protocol/checkpoint.ts';
import { broken, shortened } from './broken.ts';
import { fileBeside } from './confined.ts';
import type { Format } from './format.ts';
import type { FolderGlimpse } from './glimpse.ts';
import { fieldsOf, readJson } from './json.ts';
import { emptyHanded } from './refused.ts';
import type { TensorFile } from './tensor-file.ts';

/** The first that is there is opened: what is exact and has names goes before what was made from it. */
const preferred: readonly RegExp[] = [
  /^model\.safetensors$/,
  /^model\.safetensors\.index\.json$/,
  /\.safetensors\.index\.json$/,
  /\.safetensors$/,
  /^pytorch_model\.bin$/,
  /^pytorch_model\.bin\.index\.json$/,
  /^(onnx\/)?model\.onnx$/,
  /^(onnx\/)?decoder_model_merged\.onnx$/,
  /^[^/]*\.onnx$/,
  /^onnx\/[^/]*\.onnx$/,
  /\.gguf$/,
  /^model\.json$/,
  /\.(pt|pth|ckpt|bin)$/,
  /\.(npz|npy)$/,
];

/** Whether a file of this name, alone or in a folder, is opened. */
export const mayHoldWeights = (name: string): boolean => preferred.some(pattern => pattern.test(name));

/** @param openFile opens a file of any format */
export function huggingfaceFormat(openFile: (path: string) => Promise<TensorFile>): Format {
  return {
    name: 'Hugging Face folder',
    recognise: seen => seen.kind === 'folder' && candidates(seen).length > 0,
    open: async seen => {
      if (seen.kind === 'file') throw broken(seen.path, 'it is a file', 'a folder');
      const [chosen, ...others] = candidates(seen);
      if (chosen === undefined) throw emptyHanded(seen);
      // Confined, and opened by the name that it has here: what it names in turn lies beside that.
      await fileBeside(join(seen.path, 'config.json'), chosen);
      const file = await openFile(join(seen.path, chosen));
      return {
        ...file,
        path: seen.path,
        format: seen.names.has('config.json') ? `Hugging Face folder, ${file.format}` : `folder, ${file.format}`,
        facts: [...(await modelFacts(seen)), { label: 'File', value: chosen }, ...otherFacts(others), ...file.facts],
      };
    },
  };
}

/** Training states and arguments lie beside weights, and are none. */
const notWeights = /^(optimizer|scheduler|training_args|rng_state|random_states|scaler)\b|^(tokenizer|vocab|merges)/;

function candidates({ names }: FolderGlimpse): string[] {
  const weights = [...names].filter(name => !notWeights.test(name.replace(/^.*\//, '')));
  const found = preferred.flatMap(pattern => weights.filter(name => pattern.test(name)));
  const isPart = (name: string): boolean => /-\d{5}-of-\d{5}\.(safetensors|bin)$/.test(name) && found.some(other => other.endsWith('.index.json'));
  return [...new Set(found)].filter(name => !isPart(name));
}

function otherFacts(others: readonly string[]): Fact[] {
  return others.length === 0 ? [] : [{ label: 'Other weights', value: shortened(others.join(', '), 500) }];
}

async function modelFacts({ path, names }: FolderGlimpse): Promise<Fact[]> {
  if (!names.has('config.json')) return [];
  const config = fieldsOf(await readJson(await fileBeside(join(path, 'config.json'), 'config.json'), 16 << 20));
  const architectures: unknown = config?.get('architectures');
  const told: readonly (readonly [string, unknown])[] = [
    ['Architecture', Array.isArray(architectures) ? architectures[0] : undefined],
    ['Model type', config?.get('model_type')],
  ];
  return told.flatMap(([label, value]) => (typeof value === 'string' ? [{ label, value: shortened(value) }] : []));
}
