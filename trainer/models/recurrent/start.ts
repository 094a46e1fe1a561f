/** What the decoder starts from: what the encoder has read. */
import { tanh } from '../../graph/operators/elementwise.ts';
import { linear } from '../../graph/operators/linear.ts';
import { concat } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';
import { asState, type CellState, known, layerName } from './cell.ts';
import { cellOf } from './cells.ts';
import type { Encoded } from './encoder.ts';
import type { RecurrentTranslatorArchitecture } from './translator.ts';

/** A matrix and a bias for each part of each decoder layer's state. */
export function startParameters(architecture: RecurrentTranslatorArchitecture): ParameterSpec[] {
  const { hidden, encoder, decoderLayers } = architecture;
  return Array.from({ length: decoderLayers }, (_, layer) => partNames(architecture, layer)).flat().flatMap(name => [
    { name: `${name}weight`, shape: [hidden, encoder.hidden], start: { kind: 'glorot' } },
    { name: `${name}bias`, shape: [hidden], start: { kind: 'zeros' } },
  ]);
}

/**
 * Each decoder layer's first state, `tanh(W_s ←h_1 + b)` (Bahdanau 2014, appendix A.2.2), from the encoder's layer beside
 * it; layers above the encoder's last start from that one. What else a cell keeps comes over without the tanh, being
 * unbounded.
 */
export function decoderStart(architecture: RecurrentTranslatorArchitecture, parameters: ParameterSource, { last }: Encoded): CellState[] {
  return Array.from({ length: architecture.decoderLayers }, (_, layer) => {
    // Where there are two directions, the one that ends at the source's first word.
    const from = known(last[Math.min(layer, last.length - 1)]?.at(-1));
    const parts = partNames(architecture, layer).map((name, part) => {
      const projected = linear(known(from[part]), parameters(`${name}weight`), parameters(`${name}bias`));
      return part === 0 ? tanh(projected) : projected;
    });
    return asState(parts);
  });
}

/** A context of fixed length: what each direction of the last layer ends with, `[batch, features]` (Cho et al. 2014). */
export function summaryOf({ last }: Encoded): Value {
  return concat(known(last.at(-1)).map(([hidden]) => hidden), 1);
}

function partNames({ cell }: RecurrentTranslatorArchitecture, layer: number): string[] {
  const name = layerName('start', layer);
  return [`${name}.`, `${name}.kept_`].slice(0, cellOf(cell).parts);
}
