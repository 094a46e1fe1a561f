/** Which of a folder's `.onnx` files is what, as Optimum, transformers.js and sentence-transformers name them. */
import { Failure } from '../../protocol/failure.ts';
import type { FolderFile } from './confined.ts';

/** The most exact first. `q8` is any way of 8 bits that is not said more closely. */
export const onnxPrecisions = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4f16', 'q4', 'bnb4'] as const;
export type OnnxPrecision = (typeof onnxPrecisions)[number];

const roles = [
  'model',
  'encoder_model',
  'decoder_model',
  'decoder_with_past_model',
  'decoder_model_merged',
  'vision_model',
  'text_model',
] as const;
/** `other`: a part that only its own pipeline knows how to use. */
export type OnnxRole = (typeof roles)[number] | 'other';

export interface OnnxFile extends FolderFile {
  readonly role: OnnxRole;
  readonly precision: OnnxPrecision;
}

/** The graphs that together are a model, in one precision where there is one that is whole. */
export type OnnxSet =
  | { readonly kind: 'single'; readonly model: OnnxFile }
  /** Reads a text and goes on with it. Without `withPast`, one graph is for the first step and the others. */
  | { readonly kind: 'decoder'; readonly decoder: OnnxFile; readonly withPast: OnnxFile | undefined }
  | { readonly kind: 'encoder-decoder'; readonly encoder: OnnxFile; readonly decoder: OnnxFile; readonly withPast: OnnxFile | undefined };

const suffixes: readonly (readonly [pattern: RegExp, precision: OnnxPrecision])[] = [
  [/_q4f16$/, 'q4f16'],
  [/_q4$/, 'q4'],
  [/_bnb4$/, 'bnb4'],
  [/_(quantized|q8)$/, 'q8'],
  [/_(int8|qint8(_[a-z0-9_]+)?)$/, 'int8'],
  [/_(uint8|quint8(_[a-z0-9_]+)?)$/, 'uint8'],
  // Levels of ONNX Runtime's optimizer; the fourth turns to half precision.
  [/_(fp16|float16|O4)$/, 'fp16'],
  [/_(fp32|optimized|O[123])$/, 'fp32'],
];

/** @param files of the folder's top and of its `onnx/` */
export function onnxFilesOf(files: readonly FolderFile[]): OnnxFile[] {
  return files.flatMap(file => {
    const stem = /(?:^|\/)([^/]+)\.onnx$/.exec(file.name)?.[1];
    if (stem === undefined) return [];
    const suffix = suffixes.find(([pattern]) => pattern.test(stem));
    const name = suffix === undefined ? stem : stem.replace(suffix[0], '');
    const role = roles.find(each => each === name) ?? 'other';
    return [{ ...file, role, precision: suffix?.[1] ?? 'fp32' }];
  });
}

export interface OnnxWish {
  /** What the model is: of a decoder, whether one of its kind reads another text. */
  readonly kind: OnnxSet['kind'];
  /** Left out, the most exact there is. */
  readonly precision?: OnnxPrecision;
}

/**
 * The graphs to run a model with: all of one precision, or, where none is whole, of each part the most exact.
 * @param folder names the folder in messages
 * @returns `undefined` where the folder has no graph at all
 * @throws Failure `broken-model`, naming the part that is missing
 */
export function chooseOnnx(files: readonly OnnxFile[], { kind, precision }: OnnxWish, folder: string): OnnxSet | undefined {
  if (files.length === 0) return undefined;
  const offered = precision === undefined ? onnxPrecisions : [precision];
  for (const each of offered) {
    const set = setOf(kind, files.filter(file => file.precision === each));
    if (set !== undefined) return set;
  }
  if (precision !== undefined) {
    const there = onnxPrecisions.filter(each => setOf(kind, files.filter(file => file.precision === each)) !== undefined);
    throw new Failure(
      'broken-model',
      `${folder} has no whole set of graphs in ${precision}; ${there.length === 0 ? 'none is whole in any precision' : `there is ${there.join(', ')}`}.`,
      'Choose another precision, or download the missing graphs.',
    );
  }
  const mixed = setOf(kind, [...files].sort((a, b) => onnxPrecisions.indexOf(a.precision) - onnxPrecisions.indexOf(b.precision)));
  if (mixed !== undefined) return mixed;
  throw new Failure(
    'broken-model',
    `${folder} has the graphs ${files.map(file => file.name).slice(0, 20).join(', ')}; expected ${expected[kind]}.`,
    'Download the missing graph, or export the model again (`optimum-cli export onnx`).',
  );
}

const expected: { readonly [Kind in OnnxSet['kind']]: string } = {
  single: 'model.onnx',
  decoder: 'model.onnx, decoder_model_merged.onnx or decoder_model.onnx',
  'encoder-decoder': 'encoder_model.onnx, and decoder_model_merged.onnx or decoder_model.onnx',
};

/** The first file of each role. */
function setOf(kind: OnnxSet['kind'], files: readonly OnnxFile[]): OnnxSet | undefined {
  const of = (role: OnnxRole): OnnxFile | undefined => files.find(file => file.role === role);
  if (kind === 'single') {
    const model = of('model') ?? only(files) ?? of('vision_model') ?? of('text_model');
    return model === undefined ? undefined : { kind, model };
  }
  const encoder = of('encoder_model');
  const plain = kind === 'decoder' ? (of('model') ?? of('decoder_model') ?? only(files)) : of('decoder_model');
  const decoder = of('decoder_model_merged') ?? plain;
  if (decoder === undefined) return undefined;
  // `model.onnx` of a decoder has its past with it; a past beside it belongs to `decoder_model.onnx`.
  const parts = { decoder, withPast: decoder.role === 'decoder_model' ? of('decoder_with_past_model') : undefined };
  if (kind === 'decoder') return { kind, ...parts };
  return encoder === undefined ? undefined : { kind, encoder, ...parts };
}

/** Where there is one graph, its name does not matter. */
function only(files: readonly OnnxFile[]): OnnxFile | undefined {
  return files.length === 1 && files[0]?.role === 'other' ? files[0] : undefined;
}
