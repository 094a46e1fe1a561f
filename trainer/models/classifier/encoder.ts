/** What a text's tokens become before they are pooled: their embeddings alone, or what an encoder read around them. */
import { embed } from '../../graph/operators/lookup.ts';
import { reshape, transpose } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';
import type { CellKind } from '../recurrent/cells.ts';
import { encode, encodeOne } from '../recurrent/encoder.ts';
import { memoryFeatures, type RecurrentEncoderArchitecture, recurrentEncoderParameters } from '../recurrent/translator.ts';
import type { Dropout } from '../transformer/layer.ts';
import { embedTokens, positionParameters, positionsOf } from '../transformer/positions.ts';
import type { TransformerSizes } from '../transformer/sizes.ts';
import { encodeSequence, type Stack, stackParameters } from '../transformer/stack.ts';

export interface RecurrentTextEncoder {
  readonly kind: 'recurrent';
  readonly cell: CellKind;
  /** Features of each direction's state. */
  readonly hidden: number;
  readonly layers: number;
  readonly bidirectional: boolean;
}

/** Its width is that of the embeddings. */
export interface TransformerTextEncoder extends Omit<TransformerSizes, 'width'> {
  readonly kind: 'transformer';
  readonly layers: number;
}

export type TextEncoderArchitecture = { readonly kind: 'none' } | RecurrentTextEncoder | TransformerTextEncoder;

export interface EncodedTextSizes {
  readonly vocabulary: number;
  readonly embedding: number;
  readonly encoder: TextEncoderArchitecture;
}

export interface TextInput {
  readonly parameters: ParameterSource;
  /** int64 `[source, batch]` */
  readonly ids: Value;
  readonly batch: number;
  readonly dropout: Dropout;
  /** Of a training graph; in an inference graph there is no padding, and the source's length is symbolic. */
  readonly padding?: {
    /** `[batch, source]`: 0, or −1e9 on padding. */
    readonly bias: Value;
    /** `[source · batch, 1]`, 1 on real tokens; asked for by recurrent encoders alone. */
    mask(): Value;
  };
}

export interface EncodedText {
  /** `[batch, source, features]` */
  readonly memory: Value;
  /** Of each layer of a Transformer, `[batch, head, source, source]`. */
  readonly attention: readonly Value[];
}

/** Features of each position. */
export function encodedFeatures({ embedding, encoder }: Pick<EncodedTextSizes, 'embedding' | 'encoder'>): number {
  return encoder.kind === 'recurrent' ? memoryFeatures({ encoder }) : embedding;
}

export function encoderParameters({ vocabulary, embedding, encoder }: EncodedTextSizes): ParameterSpec[] {
  const table: ParameterSpec = { name: 'embedding', shape: [vocabulary, embedding], start: { kind: 'normal', deviation: embedding ** -0.5 } };
  switch (encoder.kind) {
    case 'none':
      return [table];
    case 'recurrent':
      return [table, ...recurrentEncoderParameters(recurrent(encoder), embedding)];
    case 'transformer': {
      const sizes = { ...encoder, width: embedding };
      return [table, ...positionParameters('encoder', sizes), ...stackParameters(stackOf(encoder), sizes)];
    }
  }
}

export function encodeText(architecture: EncodedTextSizes, input: TextInput): EncodedText {
  const { embedding, encoder } = architecture;
  const { parameters, ids, dropout } = input;
  const words = (): Value => dropout('source', reshape(embed(parameters('embedding'), ids), [-1, embedding]));
  switch (encoder.kind) {
    case 'none':
      return { memory: batchFirst(words(), input.batch), attention: [] };
    case 'recurrent':
      return { memory: annotations(recurrent(encoder), words(), input), attention: [] };
    case 'transformer':
      return transformed({ ...encoder, width: embedding }, stackOf(encoder), input);
  }
}

function transformed(sizes: TransformerSizes, stack: Stack, { parameters, ids, batch, dropout, padding }: TextInput): EncodedText {
  const places = padding === undefined ? ({ kind: 'along', ids } as const) : ({ kind: 'first', count: lengthOf(ids, 0) } as const);
  const positions = positionsOf(ids.graph, parameters, 'encoder', sizes, places);
  const words = dropout('source', embedTokens(parameters('embedding'), ids, positions));
  const context = { parameters, norm: sizes.norm, dropout, layout: { batch, heads: sizes.heads }, rotation: positions.rotation };
  const mask = padding && reshape(padding.bias, [batch, 1, 1, lengthOf(padding.bias, 1)]);
  const { output, attention } = encodeSequence(context, stack, words, mask);
  return { memory: batchFirst(output, batch), attention };
}

const stackOf = ({ layers }: TransformerTextEncoder): Stack => ({ name: 'encoder', layers });

/** The recurrent encoder of the translators. */
const recurrent = (encoder: RecurrentTextEncoder): RecurrentEncoderArchitecture => ({ cell: encoder.cell, encoder, residual: false });

function annotations(architecture: RecurrentEncoderArchitecture, words: Value, input: TextInput): Value {
  const { parameters, ids, batch, dropout, padding } = input;
  if (padding === undefined) return encodeOne(architecture, parameters, reshape(words, [-1, 1, lengthOf(words, 1)])).annotations;
  return encode(architecture, parameters, words, padding.mask(), { batch, source: lengthOf(ids, 0), dropout }).annotations;
}

/** `[time · batch, features]` → `[batch, time, features]` */
export function batchFirst(rows: Value, batch: number): Value {
  return transpose(reshape(rows, [-1, batch, lengthOf(rows, 1)]), [1, 0, 2]);
}
