/** `TensorProto` without its values: type, shape, name and where the values lie. */
import { quoted } from '../formats/broken.ts';
import { isPlain } from '../formats/dtype.ts';
import { bytesOfShape, countOf } from '../formats/sizes.ts';
import { dtypeOf } from './data-types.ts';
import { most } from './limits.ts';
import type { Message } from './message.ts';
import type { ByteRange, MessagePlace, OnnxData, OnnxTensor } from './model.ts';

/** Fields of numbers or texts: float_data, int32_data, string_data, int64_data, double_data, uint64_data. */
const typedFields: ReadonlySet<number> = new Set([4, 5, 6, 7, 10, 11]);

export function readTensorProto(message: Message, place: MessagePlace): OnnxTensor {
  message.scan.count('tensors');
  const shape: number[] = [];
  const external = new Map<string, string>();
  const typed = { field: 0, places: [] as ByteRange[] };
  let [name, dataType, isExternal] = ['', 0, false];
  let raw: ByteRange | undefined;
  while (message.next()) {
    switch (message.field) {
      case 1:
        if (!message.integers(shape, most.dimensions)) throw message.broken('more', `at most ${most.dimensions} dimensions`);
        break;
      case 2:
        dataType = message.integer();
        break;
      case 3:
        throw message.broken('a segment', 'a whole tensor');
      case 8:
        name = message.name();
        break;
      case 9:
        raw = { start: message.place.start, end: message.place.end };
        break;
      case 13:
        external.set(...readPair(message.message('external data entry')));
        break;
      case 14:
        isExternal = message.integer() === 1;
        break;
      default:
        if (typedFields.has(message.field)) addRecord(typed, message);
    }
  }
  const { scan } = message;
  const dtype = dtypeOf(dataType);
  if (dtype === undefined) throw scan.broken(place.start, `tensor ${quoted(name)} of element type ${dataType}`, 'an element type of ONNX');
  const size = isPlain(dtype) ? bytesOfShape(dtype, shape) : countOf(shape);
  if (size === undefined || shape.some(length => length < 0 || !Number.isSafeInteger(length))) {
    throw scan.broken(place.start, `tensor ${quoted(name)} of shape [${shape.join(', ')}]`, 'lengths from 0 on, and a size below 2⁵³');
  }
  let data: OnnxData = { kind: 'none' };
  if (isExternal) data = externalData(message, { name, place, length: size }, external);
  else if (raw !== undefined) data = { kind: 'raw', place: raw };
  else if (typed.places.length > 0) data = { kind: 'typed', ...typed };
  return { name, dtype, shape, data, place };
}

/** Records that follow each other are one stretch; those of another field begin anew, as the last one counts. */
function addRecord(typed: { field: number; places: ByteRange[] }, message: Message): void {
  const { field, head, stop } = message;
  if (typed.field !== field) {
    typed.field = field;
    typed.places.length = 0;
  }
  const last = typed.places.at(-1);
  if (last?.end === head) typed.places[typed.places.length - 1] = { start: last.start, end: stop };
  else if (typed.places.length === most.stretches) throw message.broken('one more stretch', `at most ${most.stretches}`);
  else typed.places.push({ start: head, end: stop });
}

function externalData(
  { scan }: Message,
  { name, place: { start }, length }: { readonly name: string; readonly place: MessagePlace; readonly length: number },
  entries: ReadonlyMap<string, string>,
): OnnxData {
  const location = entries.get('location');
  if (location === undefined || location === '') throw scan.broken(start, `external data of tensor ${quoted(name)} without a location`, 'the name of a file');
  const natural = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value)) throw scan.broken(start, `${quoted(text)} as the ${key} of tensor ${quoted(name)}`, 'a whole number from 0 to 2⁵³');
    return value;
  };
  return { kind: 'external', location, offset: natural('offset') ?? 0, length: natural('length') ?? length };
}

/** `StringStringEntryProto`. */
function readPair(message: Message): [string, string] {
  let [key, value] = ['', ''];
  while (message.next()) {
    if (message.field === 1) key = message.name();
    else if (message.field === 2) value = message.name();
  }
  return [key, value];
}

/** `SparseTensorProto`: its name is that of its values, its shape is its own. */
export function readSparseTensorProto(message: Message, place: MessagePlace): OnnxTensor {
  const shape: number[] = [];
  let values: OnnxTensor | undefined;
  while (message.next()) {
    if (message.field === 1) values = readTensorProto(message.message('tensor'), message.place);
    else if (message.field === 3 && !message.integers(shape, most.dimensions)) throw message.broken('more', `at most ${most.dimensions} dimensions`);
  }
  if (values === undefined) throw message.scan.broken(place.start, 'a sparse tensor without values', 'values');
  return { ...values, shape, data: { kind: 'sparse' }, place };
}
