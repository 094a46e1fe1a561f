/**
 * What a decoder's inputs and outputs are for, told by their names: those of Optimum's exports, which transformers.js reads
 * too, and of ONNX Runtime's own tools. Whatever wrote a decoder, this is how it is run.
 */
import { brokenModel } from '../checkpoints/manifest.ts';
import type { TensorType } from '../engine/session.ts';

/** Keys and values that are handed from one step to the next. */
export interface StatePort extends TensorType {
  /** Names that the output which it is read from may have; a state of the encoder's may have none. */
  readonly from: readonly string[];
  /** `encoder`: of what the encoder said, which is the same in every step. */
  readonly of: 'decoder' | 'encoder';
  /** The axis on which hypotheses lie beside each other. */
  readonly batchAxis: number;
}

export interface DecoderPorts {
  /** int64 or int32 `[batch, length]`. */
  readonly ids: TensorType;
  /** `[batch, past + length]`: 1 for what may be looked at. */
  readonly mask: TensorType | undefined;
  /** `[batch, length]`. */
  readonly positions: TensorType | undefined;
  readonly tokenTypes: TensorType | undefined;
  /** `[length]`. */
  readonly cachePositions: TensorType | undefined;
  /** bool `[1]`: whether there is a past. */
  readonly useCache: TensorType | undefined;
  /** A number: of how many of the last tokens the scores are wanted. */
  readonly scoresWanted: TensorType | undefined;
  /** `[batch, source, width]`. */
  readonly encoderStates: TensorType | undefined;
  /** `[batch, source]`. */
  readonly encoderMask: TensorType | undefined;
  readonly states: readonly StatePort[];
  /** `[batch, length, vocabulary]`, of the last token only where the graph gives no more. */
  readonly logits: string;
  /** Every output's name. */
  readonly outputs: ReadonlySet<string>;
}

const names = {
  ids: ['input_ids', 'decoder_input_ids', 'idx', 'tokens', 'ids', 'input'],
  mask: ['attention_mask', 'decoder_attention_mask', 'input_mask'],
  positions: ['position_ids'],
  tokenTypes: ['token_type_ids', 'segment_ids'],
  cachePositions: ['cache_position'],
  useCache: ['use_cache_branch'],
  scoresWanted: ['num_logits_to_keep', 'logits_to_keep'],
  encoderStates: ['encoder_hidden_states', 'encoder_outputs', 'encoder_output'],
  encoderMask: ['encoder_attention_mask'],
} as const;

const isState = (name: string): boolean => /past|cache(?!_position)/i.test(name);

/** Whether a graph is one that is given token ids and what it has read before, or the token ids alone and scores the next. */
export function isDecoder(inputs: readonly TensorType[], outputs: readonly TensorType[]): boolean {
  const ids = find(inputs, names.ids);
  if (ids === undefined || !/^int(64|32)$/.test(ids.type)) return false;
  return outputs.some(({ name }) => name === 'logits') || inputs.some(({ name }) => isState(name));
}

/**
 * @param file names the graph in messages
 * @throws Failure `broken-model`, naming an input that nobody knows how to feed
 */
export function decoderPorts(inputs: readonly TensorType[], outputs: readonly TensorType[], file: string): DecoderPorts {
  const states = inputs.filter(({ name }) => isState(name) && find(inputs, names.useCache)?.name !== name).map(statePort);
  const stated = new Set(states.flatMap(({ from }) => from));
  const ids = find(inputs, names.ids) ?? raise(file, `has no input of token ids (${names.ids.join(', ')}); it has: ${list(inputs)}`);
  if (!/^int(64|32)$/.test(ids.type)) raise(file, `has an input "${ids.name}" of ${ids.type}; whole numbers were expected`);
  const logits = outputs.find(({ name }) => name === 'logits') ?? outputs.find(({ name }) => !stated.has(name) && !/^present|hidden|attention/i.test(name));
  if (logits === undefined) return raise(file, `has no output "logits"; it has: ${list(outputs)}`);
  const ports: DecoderPorts = {
    ids,
    mask: find(inputs, names.mask),
    positions: find(inputs, names.positions),
    tokenTypes: find(inputs, names.tokenTypes),
    cachePositions: find(inputs, names.cachePositions),
    useCache: find(inputs, names.useCache),
    scoresWanted: find(inputs, names.scoresWanted),
    encoderStates: find(inputs, names.encoderStates),
    encoderMask: find(inputs, names.encoderMask),
    states,
    logits: logits.name,
    outputs: new Set(outputs.map(({ name }) => name)),
  };
  const known = new Set(Object.values(ports).flatMap(port => (isPort(port) ? [port.name] : [])).concat(states.map(({ name }) => name)));
  const unknown = inputs.find(({ name }) => !known.has(name));
  if (unknown !== undefined) {
    return raise(file, `wants an input "${unknown.name}" (${unknown.type} [${unknown.shape.join(', ')}]) that a decoder is not known to have`);
  }
  return ports;
}

function statePort(port: TensorType): StatePort {
  const { name, shape } = port;
  const from = [
    ...new Set(['present', 'present_key_values'].map(present => name.replace('past_key_values', present)).concat(name.replace('past', 'present'), `next_${name}`)),
  ].filter(output => output !== name);
  const named = shape.findIndex(length => typeof length === 'string' && /batch/i.test(length));
  // Keys and values in one tensor come first: [2, batch, heads, past, width].
  const batchAxis = named >= 0 ? named : shape.length === 5 && shape[0] === 2 ? 1 : 0;
  return { ...port, from, of: /encoder|cross/i.test(name) ? 'encoder' : 'decoder', batchAxis };
}

/** How large heads are, where the graph does not say. */
export interface StateSizes {
  readonly heads: number | undefined;
  readonly width: number | undefined;
}

/**
 * The shape of a state before anything was read.
 * @throws Failure `broken-model` where a length is told neither by the graph nor by the config
 */
export function emptyShape({ name, shape }: StatePort, sizes: StateSizes, file: string): number[] {
  const unknown = (axis: number): never =>
    raise(file, `does not say how long axis ${axis} of its input "${name}" [${shape.join(', ')}] is, and there is no config that does`);
  return shape.map((length, axis) => {
    if (typeof length === 'number') return length;
    if (/batch/i.test(length)) return /head/i.test(length) ? (sizes.heads ?? unknown(axis)) : 1;
    if (/head/i.test(length) && !/dim|size|width/i.test(length)) return sizes.heads ?? unknown(axis);
    if (/dim|width|hidden|head_size/i.test(length)) return sizes.width ?? unknown(axis);
    if (/past|seq|len|total|time/i.test(length)) return 0;
    // [batch, heads, past, width]
    const fromEnd = shape.length - 1 - axis;
    return fromEnd === 1 ? 0 : fromEnd === 0 ? (sizes.width ?? unknown(axis)) : fromEnd === 2 ? (sizes.heads ?? unknown(axis)) : 1;
  });
}

function find(ports: readonly TensorType[], wanted: readonly string[]): TensorType | undefined {
  for (const name of wanted) {
    const port = ports.find(one => one.name === name);
    if (port !== undefined) return port;
  }
  return undefined;
}

function isPort(port: unknown): port is TensorType {
  return typeof port === 'object' && port !== null && 'name' in port && 'shape' in port;
}

const list = (ports: readonly TensorType[]): string => ports.map(({ name }) => name).join(', ');

function raise(file: string, what: string): never {
  throw brokenModel(`${file} ${what}.`);
}
