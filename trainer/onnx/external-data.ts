/** Weights that stand in files beside a model (onnx: "External Data"), inside of its folder. */
import { realpath } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { quoted, shortened } from '../formats/broken.ts';
import { ByteSource, withBytes } from '../formats/bytes.ts';
import { fileBeside } from '../formats/confined.ts';
import { bodiesOf } from './bodies.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';

/** A tensor whose values are in another file. */
export interface ExternalTensor extends OnnxTensor {
  readonly data: Extract<OnnxTensor['data'], { kind: 'external' }>;
}

export const isExternal = (tensor: OnnxTensor): tensor is ExternalTensor => tensor.data.kind === 'external';

function truncated(model: string, { name, data }: ExternalTensor, size: number): Failure {
  return new Failure(
    'broken-model',
    `${shortened(data.location)} has ${size} bytes; the tensor ${quoted(name)} of ${model} lies at bytes ${data.offset} to ${data.offset + data.length} of it.`,
    `Put the whole ${shortened(data.location)} beside the model: this one is cut off, or belongs to another.`,
  );
}

/** Opens the file that holds a tensor of a model. @throws Failure `broken-model` where it is missing, elsewhere or too short */
export async function openExternal(model: string, tensor: ExternalTensor): Promise<ByteSource> {
  const source = await ByteSource.open(await locate(model, tensor.data.location));
  if (tensor.data.offset + tensor.data.length <= source.size) return source;
  await source.close();
  throw truncated(model, tensor, source.size);
}

/** A file that holds weights of a model, beside its own. */
export interface ExternalFile {
  /** As the model names it. */
  readonly location: string;
  /** Absolute, symbolic links resolved. */
  readonly path: string;
  readonly size: number;
}

/** Those that are there, and what is wrong with the others: each is missing, elsewhere or too short. */
export async function externalFiles(model: OnnxModel): Promise<{ readonly files: readonly ExternalFile[]; readonly failures: readonly Failure[] }> {
  const files: ExternalFile[] = [];
  const failures: Failure[] = [];
  for (const [location, tensor] of lastOfEach(model)) {
    try {
      files.push(await withBytes(await locate(model.file, location), async ({ path, size }) => {
        if (endOf(tensor) > size) throw truncated(model.file, tensor, size);
        return { location, path, size };
      }));
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      failures.push(thrown);
    }
  }
  return { files, failures };
}

/**
 * The file that a model names. It lies beside the model as its path is given, as Hugging Face's cache keeps both by links; or,
 * of a model that is given by a link of its user's, beside the real one.
 */
async function locate(model: string, location: string): Promise<string> {
  try {
    return await fileBeside(model, location);
  } catch (thrown) {
    const real = isMissing(thrown) ? await realpath(model).catch(() => undefined) : undefined;
    if (real === undefined) throw thrown;
    return fileBeside(real, location).catch((other: unknown) => {
      throw isMissing(other) ? thrown : other;
    });
  }
}

function isMissing(thrown: unknown): boolean {
  const code = thrown instanceof Failure ? errnoOf(thrown.cause) : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The tensor that ends last in each file of external data, by the file's location. */
function lastOfEach(model: OnnxModel): Map<string, ExternalTensor> {
  const last = new Map<string, ExternalTensor>();
  for (const tensor of tensorsOf(model)) {
    if (!isExternal(tensor)) continue;
    const known = last.get(tensor.data.location);
    if (known === undefined || endOf(known) < endOf(tensor)) last.set(tensor.data.location, tensor);
  }
  return last;
}

const endOf = ({ data }: ExternalTensor): number => data.offset + data.length;

/** Every tensor of a model: initializers, and tensors in attributes, of all its graphs and functions. */
function* tensorsOf({ graph, functions }: OnnxModel): Generator<OnnxTensor> {
  for (const { nodes, initializers } of bodiesOf(graph, functions)) {
    yield* initializers;
    for (const { attributes } of nodes) {
      for (const attribute of attributes.values()) if (attribute.kind === 'tensor') yield attribute.value;
    }
  }
}
