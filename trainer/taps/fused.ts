/** Operators that attend as a whole: what each is given, and whether its weights can be got out. */
import { integerAttribute, integersAttribute } from './attributes.ts';
import type { FlowValue, Step } from './flow.ts';
import type { Shapes } from './shapes.ts';
import type { OperatorDtype, Reading } from './tap.ts';

export interface FusedSite {
  readonly step: Step;
  readonly operator: string;
  readonly query: FlowValue | undefined;
  /** `undefined` where it is of what the query is of. */
  readonly key: FlowValue | undefined;
  readonly masks: readonly FlowValue[];
  readonly heads: number | undefined;
  /** It hides what comes after, or goes on from what it kept. */
  readonly looksBack: boolean;
  /** How it is read, or one sentence on why it is not. */
  readonly reading: Reading | string;
}

/** What stands at `step`, where that is such an operator. */
export function fusedAt(step: Step, shapes: Shapes): FusedSite | undefined {
  const read = operators.get(step.operator);
  if (read !== undefined) return { step, operator: step.operator, masks: [], key: undefined, query: step.inputs[0], heads: headsOf(step), looksBack: false, ...read(step, shapes) };
  if (!/attention/i.test(step.operator)) return undefined;
  const why = closed.get(step.operator) ?? 'The operator gives out no weights, and how it computes them is not known here.';
  return { step, operator: step.operator, query: step.inputs[0], key: undefined, masks: [], heads: headsOf(step), looksBack: false, reading: why };
}

type Read = (step: Step, shapes: Shapes) => Partial<FusedSite> & Pick<FusedSite, 'reading'>;

const headsOf = (step: Step): number | undefined => integerAttribute(step, 'num_heads');

const fromOperator = (value: FlowValue | undefined, shapes: Shapes): Reading => ({ from: 'operator', dtype: givenAs(value, shapes) });

function givenAs(value: FlowValue | undefined, shapes: Shapes): OperatorDtype {
  const dtype = shapes.dtype(value);
  return dtype === 'float16' || dtype === 'bfloat16' ? dtype : 'float32';
}

const present = (values: readonly (FlowValue | undefined)[]): readonly FlowValue[] => values.filter(value => value !== undefined);

/** ONNX's own, from operator set 23 on. */
const attention: Read = (step, shapes) => {
  const [query, key, , mask, pastKey] = step.inputs;
  const shape = shapes.shape(query);
  return {
    query, key, masks: present([mask]),
    heads: integerAttribute(step, 'q_num_heads') ?? (shape?.length === 4 ? shape[1] : undefined),
    looksBack: integerAttribute(step, 'is_causal') === 1 || pastKey !== undefined,
    reading: fromOperator(query, shapes),
  };
};

/** ONNX Runtime's: it projects its input itself, and gives out no scores. */
const projecting = (places: { readonly mask: number; readonly past: number; readonly bias: number | undefined }): Read => (step, shapes) => {
  const mask = step.inputs[places.mask];
  const past = step.inputs[places.past];
  const bias = places.bias === undefined ? undefined : step.inputs[places.bias];
  return {
    masks: present([mask, bias]),
    looksBack: integerAttribute(step, 'unidirectional') === 1 || past !== undefined,
    reading: shadowOf(step, mask, shapes),
  };
};

function shadowOf(step: Step, mask: FlowValue | undefined, shapes: Shapes): Reading | string {
  if (integerAttribute(step, 'do_rotary') === 1) return 'It turns positions into queries and keys inside (do_rotary), which is not recomputed here.';
  if (integerAttribute(step, 'past_present_share_buffer') === 1) return 'It keeps past and present in one buffer, which ONNX Runtime does on CUDA only.';
  const width = shapes.shape(step.inputs[1])?.[1];
  const queryWidth = integersAttribute(step, 'qkv_hidden_sizes')?.[0] ?? (width === undefined ? undefined : width / 3);
  const heads = headsOf(step);
  if (queryWidth === undefined || heads === undefined || !Number.isInteger(queryWidth / heads)) return 'How wide its queries are is not said in the graph.';
  const rank = mask === undefined ? 0 : shapes.shape(mask)?.length;
  if (rank === undefined) return 'What form its mask has is not said in the graph.';
  if (rank > 3) return 'Its mask has four axes, which ONNX Runtime understands on CUDA only.';
  return { from: 'shadow', dtype: givenAs(step.inputs[0], shapes), maskRank: rank, queryWidth };
}

const multiHead: Read = (step, shapes) => {
  const [query, key, , , padding, bias, pastKey] = step.inputs;
  return {
    query, key, masks: present([padding, bias]),
    looksBack: integerAttribute(step, 'unidirectional') === 1 || pastKey !== undefined,
    reading: fromOperator(query, shapes),
  };
};

const decoderMasked: Read = (step, shapes) => {
  const [query, key, , padding, bias, pastKey] = step.inputs;
  return { query, key: pastKey === undefined ? key : undefined, masks: present([padding, bias]), looksBack: pastKey !== undefined, reading: fromOperator(query, shapes) };
};

const groupedQuery: Read = (step, shapes) => ({ looksBack: true, reading: fromOperator(step.inputs[0], shapes) });

const operators: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['Attention', attention],
  ['com.microsoft.Attention', projecting({ mask: 3, past: 4, bias: 5 })],
  ['com.microsoft.QAttention', projecting({ mask: 5, past: 8, bias: undefined })],
  ['com.microsoft.MultiHeadAttention', multiHead],
  ['com.microsoft.DecoderMaskedMultiHeadAttention', decoderMasked],
  ['com.microsoft.GroupQueryAttention', groupedQuery],
]);

const onCuda = 'ONNX Runtime has the operator for CUDA only, and it gives out no weights.';
const closed: ReadonlyMap<string, string> = new Map([
  ...['PackedAttention', 'PackedMultiHeadAttention', 'DecoderMaskedSelfAttention', 'DecoderAttention', 'PagedAttention', 'QOrderedAttention']
    .map(name => [`com.microsoft.${name}`, onCuda] as const),
  ...['LongformerAttention', 'QOrderedLongformerAttention'].map(
    name => [`com.microsoft.${name}`, `${onCuda.slice(0, -1)}; every token sees a window and a few others, which makes no whole map.`] as const,
  ),
  ['com.microsoft.SparseAttention', 'The operator attends block by block by a sparse layout, and gives out no weights.'],
  ['com.microsoft.LinearAttention', 'The operator keeps a state instead of weights: there are none to be seen.'],
]);
