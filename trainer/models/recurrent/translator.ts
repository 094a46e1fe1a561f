/**
 * Recurrent encoder–decoders, from the fixed context of Cho et al. 2014 over the attention of Bahdanau, Cho & Bengio 2014
 * to that of Luong, Pham & Manning 2015: which parts a translator is made of, and its parameters. Output weights are the
 * target embeddings (Press & Wolf 2017).
 */
import type { Attention } from '../attention/attention.ts';
import { type AttentionArchitecture, attentionOf } from '../attention/scores.ts';
import type { MapPlace } from '../map-place.ts';
import type { ParameterSpec } from '../parameters.ts';
import { layerName } from './cell.ts';
import { type CellKind, cellOf } from './cells.ts';
import { startParameters } from './start.ts';

export interface RecurrentTranslatorArchitecture {
  readonly kind: 'recurrent-translator';
  readonly vocabulary: number;
  readonly embedding: number;
  readonly cell: CellKind;
  /** Features of the decoder's state. */
  readonly hidden: number;
  readonly encoder: {
    /** Features of each direction's state. */
    readonly hidden: number;
    readonly layers: number;
    readonly bidirectional: boolean;
  };
  readonly decoderLayers: number;
  /** Whether layers above the first add their input to their output (Wu et al. 2016, section 3.1). */
  readonly residual: boolean;
  readonly attention: AttentionArchitecture;
  /**
   * Whether attention is asked before the cell's step, from s_{t−1}, and its context enters the cell (Bahdanau 2014,
   * appendix A.2.2), or after it, from s_t (Luong 2015, section 3).
   */
  readonly order: 'before' | 'after';
  /** Whether the attentional vector enters the next step's cell (Luong 2015, section 3.3). */
  readonly inputFeeding: boolean;
  /** Weight of the coverage loss (See et al. 2017, equation 13); 0 where there is no coverage. */
  readonly coverage: number;
}

/** What the encoder alone is made of. */
export type RecurrentEncoderArchitecture = Pick<RecurrentTranslatorArchitecture, 'cell' | 'encoder' | 'residual'>;

type HasEncoder = Pick<RecurrentEncoderArchitecture, 'encoder'>;

export const encoderDirections = ({ encoder }: HasEncoder): readonly string[] =>
  encoder.bidirectional ? ['encoder.forward', 'encoder.backward'] : ['encoder.forward'];

/** Features of an annotation: both directions' states side by side. */
export const memoryFeatures = (architecture: HasEncoder): number =>
  encoderDirections(architecture).length * architecture.encoder.hidden;

/** @returns `undefined` where the context is the encoder's summary */
export function translatorAttention(architecture: RecurrentTranslatorArchitecture): Attention | undefined {
  const sizes = { query: architecture.hidden, memory: memoryFeatures(architecture) };
  return attentionOf(architecture.attention, architecture.coverage > 0, sizes);
}

/** Features of a context. */
export const contextFeatures = (architecture: RecurrentTranslatorArchitecture): number =>
  translatorAttention(architecture)?.features ?? memoryFeatures(architecture);

export function recurrentTranslatorParameters(architecture: RecurrentTranslatorArchitecture): ParameterSpec[] {
  const { vocabulary, embedding, hidden, decoderLayers, order, inputFeeding } = architecture;
  const cell = cellOf(architecture.cell);
  const context = contextFeatures(architecture);
  const table = { kind: 'normal', deviation: embedding ** -0.5 } as const;
  const matrix = (name: string, out: number, input: number): ParameterSpec => ({ name, shape: [out, input], start: { kind: 'glorot' } });
  const bias = (name: string, length: number): ParameterSpec => ({ name, shape: [length], start: { kind: 'zeros' } });
  return [
    { name: 'source.embedding', shape: [vocabulary, embedding], start: table },
    { name: 'target.embedding', shape: [vocabulary, embedding], start: table },
    ...recurrentEncoderParameters(architecture, embedding),
    ...startParameters(architecture),
    ...(translatorAttention(architecture)?.parameters ?? []),
    ...layersOf(decoderLayers).flatMap(layer => cell.parameters(layerName('decoder', layer), layer === 0 ? embedding : hidden, hidden)),
    ...(order === 'before' ? [matrix('decoder.context', cell.gates * hidden, context)] : []),
    ...(inputFeeding ? [matrix('decoder.feed', cell.gates * hidden, embedding)] : []),
    ...(order === 'before' ? [matrix('readout.word', embedding, embedding)] : []),
    matrix('readout.state', embedding, hidden),
    matrix('readout.context', embedding, context),
    bias('readout.bias', embedding),
    bias('output.bias', vocabulary),
  ];
}

/** @param input features of a word */
export function recurrentEncoderParameters(architecture: RecurrentEncoderArchitecture, input: number): ParameterSpec[] {
  const { encoder } = architecture;
  const cell = cellOf(architecture.cell);
  return layersOf(encoder.layers).flatMap(layer =>
    encoderDirections(architecture).flatMap(direction =>
      cell.parameters(layerName(direction, layer), layer === 0 ? input : memoryFeatures(architecture), encoder.hidden),
    ),
  );
}

const layersOf = (count: number): number[] => [...Array(count).keys()];

/** Outputs of the decoder that hold its attention. */
export function recurrentTranslatorMaps(architecture: RecurrentTranslatorArchitecture): MapPlace[] {
  const heads = translatorAttention(architecture)?.heads ?? 0;
  const output = heads === 1 ? 'attention' : 'attention.0';
  return Array.from({ length: heads }, (_, head) => ({ kind: 'cross', layer: 0, head, output }));
}
