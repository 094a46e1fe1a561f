/**
 * The graphs a checkpoint is made of, of symbolic lengths: an encoder of ONNX' own recurrent operators, and one decoding
 * step over a beam. They compute what the training graph computes without dropout and noise.
 */
import { Graph } from '../../graph/graph.ts';
import { filled } from '../../graph/operators/constants.ts';
import { add, cast, mul } from '../../graph/operators/elementwise.ts';
import { embed } from '../../graph/operators/lookup.ts';
import { logSoftmax } from '../../graph/operators/normalize.ts';
import { sum, sumBefore } from '../../graph/operators/reduce.ts';
import { concat, split, squeeze, transpose } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import type { Keys } from '../attention/attention.ts';
import { type StoreParameter, storedParameters } from '../parameters.ts';
import { asState, known } from './cell.ts';
import { cellOf } from './cells.ts';
import { Decoder, type DecoderState } from './decoder.ts';
import { encodeOne } from './encoder.ts';
import { decoderStart, summaryOf } from './start.ts';
import { contextFeatures, recurrentTranslatorMaps, type RecurrentTranslatorArchitecture, translatorAttention } from './translator.ts';

/**
 * `source` int64 `[1, source]` → `state` `[1, n]`, and what attention reads, if there is any: `memory`, `keys` …, as the
 * score's `shared` has it.
 */
export function recurrentTranslatorEncoder(architecture: RecurrentTranslatorArchitecture, store: StoreParameter): Graph {
  const graph = new Graph('encoder');
  const parameters = storedParameters(graph, store);
  const source = graph.input('source', 'int64', [1, 'source']);
  const words = transpose(embed(parameters('source.embedding'), source), [1, 0, 2]);
  const encoded = encodeOne(architecture, parameters, words);
  const attention = translatorAttention(architecture);
  const ones = (): Value => add(mul(cast(source, 'float32'), 0), 1);
  const keys = attention?.keys(parameters, encoded.annotations, {
    positions: () => sumBefore(ones(), 1),
    lengths: () => sum(ones(), [1]),
  });
  for (const [name, value] of Object.entries(keys ?? {})) graph.output(value, name);
  const fed = architecture.inputFeeding ? filled(words, [1, architecture.embedding], 0) : undefined;
  const summary = attention === undefined ? summaryOf(encoded) : undefined;
  graph.output(pack({ layers: decoderStart(architecture, parameters, encoded), fed, summary }), 'state');
  return graph;
}

/**
 * One step: `previous` int64 `[beam]`, `state` `[beam, n]`, with coverage also `coverage` `[beam, source]`, and what
 * attention reads as the encoder gave it → `log_probs` `[beam, vocabulary]`, `next_state`, `next_coverage`, `attention`
 * `[beam, source]`; of several heads `attention.0` `[beam, head, source]`.
 */
export function recurrentTranslatorDecoder(architecture: RecurrentTranslatorArchitecture, store: StoreParameter): Graph {
  const graph = new Graph('decoder');
  const parameters = storedParameters(graph, store);
  const previous = graph.input('previous', 'int64', ['beam']);
  const attention = translatorAttention(architecture);
  const packed = graph.input('state', 'float32', ['beam', total(stateWidths(architecture))]);
  const coverage = architecture.coverage > 0 ? graph.input('coverage', 'float32', ['beam', 'source']) : undefined;
  const shared = Object.entries(attention?.shared ?? {}).map(([name, shape]) => [name, graph.input(name, 'float32', shape)]);
  const keys: Keys | undefined = attention === undefined ? undefined : Object.fromEntries(shared);
  const decoder = new Decoder(architecture, parameters);
  const word = embed(parameters('target.embedding'), previous);
  const step = decoder.step({ state: { ...unpack(architecture, packed), coverage }, gates: decoder.wordGates(word), keys });
  const readout = step.fed ?? decoder.readout(step.output, step.context, architecture.order === 'before' ? word : undefined);
  graph.output(logSoftmax(decoder.logits(readout)), 'log_probs');
  graph.output(pack(step.state), 'next_state');
  if (step.state.coverage !== undefined) graph.output(step.state.coverage, 'next_coverage');
  const [map] = recurrentTranslatorMaps(architecture);
  if (map !== undefined) {
    const weights = known(step.attended).weights;
    graph.output(attention?.heads === 1 && weights.rank === 3 ? squeeze(weights, 1) : weights, map.output);
  }
  return graph;
}

/** All of a state that is of fixed width, side by side. */
function pack({ layers, fed, summary }: DecoderState): Value {
  return concat([...layers.flat(), ...(fed === undefined ? [] : [fed]), ...(summary === undefined ? [] : [summary])], 1);
}

function unpack(architecture: RecurrentTranslatorArchitecture, packed: Value): DecoderState {
  const { decoderLayers, inputFeeding } = architecture;
  const widths = stateWidths(architecture);
  const pieces = widths.length === 1 ? [packed] : split(packed, 1, widths);
  const { parts } = cellOf(architecture.cell);
  const layers = Array.from({ length: decoderLayers }, (_, layer) => asState(pieces.slice(layer * parts, (layer + 1) * parts)));
  const rest = pieces[decoderLayers * parts];
  return { layers, fed: inputFeeding ? rest : undefined, summary: inputFeeding ? undefined : rest };
}

/** Widths of what `pack` joins, in its order. */
function stateWidths(architecture: RecurrentTranslatorArchitecture): number[] {
  const { decoderLayers, hidden, inputFeeding, embedding } = architecture;
  return [
    ...new Array<number>(decoderLayers * cellOf(architecture.cell).parts).fill(hidden),
    ...(inputFeeding ? [embedding] : []),
    ...(architecture.attention.score === 'none' ? [contextFeatures(architecture)] : []),
  ];
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);
