/** ONNX: one file, or several where its weights lie in files beside it. */
import type { Fact } from '../../protocol/checkpoint.ts';
import { bodiesOf } from '../onnx/bodies.ts';
import { externalFiles } from '../onnx/external-data.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/model.ts';
import { namedTensors } from '../onnx/named-tensors.ts';
import { openOnnx } from '../onnx/open.ts';
import { tensorBytes } from '../onnx/read-tensor.ts';
import { shortened } from './broken.ts';
import { isPlain } from './dtype.ts';
import type { Format } from './format.ts';
import { ofName } from './opened.ts';
import { bytesOfShape } from './sizes.ts';
import type { TensorEntry, TensorFile, TensorPlace } from './tensor-file.ts';

export const onnx: Format = {
  name: 'ONNX',
  recognise: seen => seen.kind === 'file' && (seen.name.endsWith('.onnx') || beginsWithVersion(seen.head)),
  open: async seen => tensorFileOf(await openOnnx(seen.path)),
};

/** Protobuf has no magic bytes, but all writers begin with field 1, a small number, and go on with another field of `ModelProto`. */
function beginsWithVersion([tag, version, next]: Buffer): boolean {
  return tag === 0x08 && version !== undefined && version > 0 && version < 0x40 && [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72].includes(next ?? 0);
}

/** The tensors of a model that is open already. A file of weights that is missing is told among the facts, and thrown where it is read. */
export async function tensorFileOf(model: OnnxModel): Promise<TensorFile> {
  const tensors = namedTensors(model);
  const { files, failures } = await externalFiles(model);
  const paths = new Map(files.map(({ location, path }) => [location, path]));
  return {
    format: onnx.name,
    path: model.file,
    size: files.reduce((sum, { size }) => sum + size, model.size),
    facts: [...factsOf(model), ...files.map(fileFact), ...failures.map(({ message }) => ({ label: 'Missing', value: message }))],
    tensors: Array.from(tensors, ([name, tensor]) => entryOf(model, name, tensor, paths)),
    read: ({ name }) => tensorBytes(model, ofName(tensors, name, model.file)),
    close: () => Promise.resolve(),
  };
}

const fileFact = ({ location, size }: { readonly location: string; readonly size: number }): Fact => ({
  label: 'Weights in', value: `${shortened(location)} (${size.toLocaleString('en')} bytes)`,
});

function entryOf(model: OnnxModel, name: string, { dtype, shape, data }: OnnxTensor, paths: ReadonlyMap<string, string>): TensorEntry {
  const demanded = isPlain(dtype) ? bytesOfShape(dtype, shape) : undefined;
  const bytes = storedBytes(data) ?? demanded ?? 0;
  const place = bytes === demanded ? placeOf(model, data, paths) : undefined;
  return { name, dtype, shape, bytes, ...(place === undefined ? {} : { place }) };
}

function placeOf(model: OnnxModel, data: OnnxTensor['data'], paths: ReadonlyMap<string, string>): TensorPlace | undefined {
  if (data.kind === 'raw') return model.bytes === undefined ? { file: model.file, offset: data.place.start } : undefined;
  const file = data.kind === 'external' ? paths.get(data.location) : undefined;
  return data.kind === 'external' && file !== undefined ? { file, offset: data.offset } : undefined;
}

function storedBytes(data: OnnxTensor['data']): number | undefined {
  switch (data.kind) {
    case 'raw':
      return data.place.end - data.place.start;
    case 'external':
      return data.length;
    case 'typed':
      return data.places.reduce((sum, { start, end }) => sum + end - start, 0);
    case 'none':
      return 0;
    case 'sparse':
      return undefined;
  }
}

function factsOf({ irVersion, opsets, producer, documentation, metadata, graph, functions }: OnnxModel): Fact[] {
  const bodies = [...bodiesOf(graph, functions)];
  const nodes = bodies.reduce((sum, body) => sum + body.nodes.length, 0);
  const inner = bodies.length - 1;
  const facts: readonly [string, string][] = [
    ['Format version', String(irVersion)],
    ['Operator sets', Array.from(opsets, ([domain, version]) => `${domain === '' ? 'ai.onnx' : domain} ${version}`).join(', ')],
    ['Producer', `${producer.name} ${producer.version}`.trim()],
    ['Graph', graph.name],
    ['Nodes', `${nodes.toLocaleString('en')}${inner > 0 ? `, in the graph and ${inner} inside it` : ''}`],
    ['Functions', functions.length > 0 ? functions.map(({ name }) => name).join(', ') : ''],
    ['Documentation', documentation],
    ...metadata,
  ];
  return facts.filter(([, value]) => value !== '').map(([label, value]) => ({ label: shortened(label), value: shortened(value, 1000) }));
}
