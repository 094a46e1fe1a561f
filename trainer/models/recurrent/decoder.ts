/**
 * One step of the decoder, the same for training, which unrolls it, and for a checkpoint, which is one step: words of a
 * beam or of a batch, `rows` in either case.
 */
import { add, tanh } from '../../graph/operators/elementwise.ts';
import { gemm, linear } from '../../graph/operators/linear.ts';
import type { Value } from '../../graph/value.ts';
import type { Attended, Attention, AttendOptions, Keys } from '../attention/attention.ts';
import type { ParameterSource } from '../parameters.ts';
import { addGateInputs, type CellLayer, type CellState, known, layerName } from './cell.ts';
import { cellOf } from './cells.ts';
import { type RecurrentTranslatorArchitecture, translatorAttention } from './translator.ts';

export interface DecoderState {
  readonly layers: readonly CellState[];
  /** With input feeding: the attentional vector of the step before, `[rows, embedding]`. */
  readonly fed?: Value | undefined;
  /** Without attention: the context of all steps, `[rows, context]`. */
  readonly summary?: Value | undefined;
  /** With coverage: the sum of what earlier steps attended to, `[rows, source]`. */
  readonly coverage?: Value | undefined;
}

export interface StepInputs {
  readonly state: DecoderState;
  /** The previous word's share of the first layer's gates, from `wordGates`. */
  readonly gates: Value;
  /** What attention reads; without attention nothing. */
  readonly keys: Keys | undefined;
  readonly options?: Pick<AttendOptions, 'bias' | 'noise'>;
  /** On what flows from one layer to the next; the upper one's number. */
  readonly dropout?: (layer: number, x: Value) => Value;
}

export interface DecoderStep {
  readonly state: DecoderState;
  /** The last layer's output, `[rows, hidden]`. */
  readonly output: Value;
  /** `[rows, context]` */
  readonly context: Value;
  /** The attentional vector, where the next step needs it. */
  readonly fed?: Value | undefined;
  readonly attended?: Attended | undefined;
}

/** The decoder with its parameters found. */
export class Decoder {
  readonly #architecture: RecurrentTranslatorArchitecture;
  readonly #parameters: ParameterSource;
  readonly #layers: readonly CellLayer[];
  readonly #attention: Attention | undefined;

  constructor(architecture: RecurrentTranslatorArchitecture, parameters: ParameterSource) {
    this.#architecture = architecture;
    this.#parameters = parameters;
    const cell = cellOf(architecture.cell);
    this.#layers = Array.from({ length: architecture.decoderLayers }, (_, layer) => cell.layer(parameters, layerName('decoder', layer)));
    this.#attention = translatorAttention(architecture);
  }

  /** The words' share of the first layer's gates, for as many steps as there are words. */
  wordGates(words: Value): Value {
    return known(this.#layers[0]).gateInputs(words);
  }

  step(inputs: StepInputs): DecoderStep {
    const { state, gates } = inputs;
    const parameters = this.#parameters;
    if (this.#architecture.order === 'before') {
      // From the first layer's state, as Wu et al. 2016, section 3, have it.
      const { context, attended } = this.#attend(inputs, known(state.layers[0])[0]);
      const { layers, output } = this.#advance(addGateInputs(context, parameters('decoder.context'), gates), inputs);
      return { state: { ...state, layers, ...this.#covered(state, attended) }, output, context, attended };
    }
    const withFed = state.fed === undefined ? gates : addGateInputs(state.fed, parameters('decoder.feed'), gates);
    const { layers, output } = this.#advance(withFed, inputs);
    const { context, attended } = this.#attend(inputs, output);
    const fed = this.#architecture.inputFeeding ? this.readout(output, context) : undefined;
    return { state: { ...state, layers, fed, ...this.#covered(state, attended) }, output, context, fed, attended };
  }

  /**
   * What the next word is read off, `[rows, embedding]`: the attentional vector `tanh(W_s s_t + W_c c_t + b)` (Luong 2015,
   * equation 5); where the context came before the step also `W_y y_{t−1}` (as in Bahdanau 2014, appendix A.2.2).
   * @param previous the previous words, with order "before"
   */
  readout(output: Value, context: Value, previous?: Value): Value {
    const parameters = this.#parameters;
    const bias = parameters('readout.bias');
    const word = previous === undefined ? bias : linear(previous, parameters('readout.word'), bias);
    const withState = gemm(output, parameters('readout.state'), word, { transB: true });
    return tanh(gemm(context, parameters('readout.context'), withState, { transB: true }));
  }

  /** `[rows, vocabulary]` */
  logits(readout: Value): Value {
    return linear(readout, this.#parameters('target.embedding'), this.#parameters('output.bias'));
  }

  /** All layers' cells, one after the other. */
  #advance(gates: Value, { state, dropout = (_, x) => x }: StepInputs): { layers: CellState[]; output: Value } {
    const layers: CellState[] = [];
    let output: Value | undefined;
    for (const [index, layer] of this.#layers.entries()) {
      const share = output === undefined ? gates : layer.gateInputs(dropout(index, output));
      const next = layer.step(layer.cut(share), known(state.layers[index]));
      layers.push(next);
      output = output !== undefined && this.#architecture.residual ? add(next[0], output) : next[0];
    }
    return { layers, output: known(output) };
  }

  #attend({ state, keys, options }: StepInputs, query: Value): { context: Value; attended?: Attended } {
    if (this.#attention === undefined || keys === undefined) return { context: known(state.summary) };
    const attended = this.#attention.attend(this.#parameters, query, keys, { ...options, coverage: state.coverage });
    return { context: attended.context, attended };
  }

  #covered({ coverage }: DecoderState, attended: Attended | undefined): Pick<DecoderState, 'coverage'> {
    return coverage === undefined || attended === undefined ? {} : { coverage: add(coverage, attended.weights) };
  }
}
