/**
 * TensorBoard's `Event` as far as it tells scalars (tensorflow/core/util/event.proto, framework/summary.proto and
 * framework/tensor.proto, whose field numbers are used here).
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { bitsOf, type PlainDtype } from '../../formats/dtype.ts';
import { decoderOf } from '../../formats/numbers.ts';

export interface ScalarsEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly step: number;
  /** Whether a program started here, so that what was told of this step and later ones no longer holds. */
  readonly isStart: boolean;
  readonly scalars: readonly (readonly [tag: string, value: number])[];
}

/** A tag is a name that people read. */
const longestTag = 1000;

/** @throws Error where it is no such message */
export function readEvent(bytes: Uint8Array): ScalarsEvent {
  let [time, step, isStart] = [Number.NaN, 0, false];
  const scalars: [string, number][] = [];
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.Bit64) time = reader.double() * 1000;
    else if (field === 2 && wire === WireType.Varint) step = Number(reader.int64());
    else if (field === 5 && wire === WireType.LengthDelimited) readSummary(reader.bytes(), scalars);
    else if (field === 7 && wire === WireType.LengthDelimited) isStart = isSessionStart(reader.bytes());
    else return false;
    return true;
  });
  return { time, step, isStart, scalars };
}

function readSummary(bytes: Uint8Array, into: [string, number][]): void {
  fields(bytes, (field, wire, reader) => {
    if (field !== 1 || wire !== WireType.LengthDelimited) return false;
    const scalar = readValue(reader.bytes());
    if (scalar !== undefined) into.push(scalar);
    return true;
  });
}

/** PyTorch writes `simple_value`, TensorFlow 2 a tensor of one number. */
function readValue(bytes: Uint8Array): [string, number] | undefined {
  let tag = '';
  let value: number | undefined;
  let plugin = 'scalars';
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.LengthDelimited) tag = reader.string();
    else if (field === 2 && wire === WireType.Bit32) value = reader.float();
    else if (field === 8 && wire === WireType.LengthDelimited) value = readTensor(reader.bytes());
    else if (field === 9 && wire === WireType.LengthDelimited) plugin = pluginOf(reader.bytes());
    else return false;
    return true;
  });
  return value === undefined || tag === '' || tag.length > longestTag || plugin !== 'scalars' ? undefined : [tag, value];
}

/** What a value is to be shown by. */
function pluginOf(metadata: Uint8Array): string {
  let plugin = 'scalars';
  fields(metadata, (field, wire, reader) => {
    if (field !== 1 || wire !== WireType.LengthDelimited) return false;
    fields(reader.bytes(), (inner, kind, data) => {
      if (inner !== 1 || kind !== WireType.LengthDelimited) return false;
      plugin = data.string();
      return true;
    });
    return true;
  });
  return plugin;
}

/** `SessionLog.status` is `START`. */
function isSessionStart(bytes: Uint8Array): boolean {
  let status = 0;
  fields(bytes, (field, wire, reader) => {
    if (field !== 1 || wire !== WireType.Varint) return false;
    status = reader.int32();
    return true;
  });
  return status === 1;
}

/** What the numbers of a `DataType` are here. */
const dtypes: ReadonlyMap<number, PlainDtype> = new Map([
  [1, 'float32'], [2, 'float64'], [3, 'int32'], [4, 'uint8'], [5, 'int16'], [6, 'int8'], [9, 'int64'], [10, 'bool'], [14, 'bfloat16'], [19, 'float16'],
]);

/** The number in a tensor of one; `undefined` for any other. Where it lies depends on its type and on who wrote it. */
function readTensor(bytes: Uint8Array): number | undefined {
  let dtype: PlainDtype | undefined;
  let count = 1;
  let content: Uint8Array | undefined;
  const values: number[] = [];
  fields(bytes, (field, wire, reader) => {
    const isList = wire === WireType.LengthDelimited;
    if (field === 1 && wire === WireType.Varint) dtype = dtypes.get(reader.int32());
    else if (field === 2 && isList) count = elementsOf(reader.bytes());
    else if (field === 4 && isList) content = reader.bytes();
    else if (field === 5 && (isList || wire === WireType.Bit32)) readAll(reader, isList, one => values.push(one.float()));
    else if (field === 6 && (isList || wire === WireType.Bit64)) readAll(reader, isList, one => values.push(one.double()));
    else if ([7, 10, 11, 13].includes(field) && (isList || wire === WireType.Varint)) readAll(reader, isList, one => values.push(Number(one.int64())));
    else return false;
    return true;
  });
  if (count !== 1 || dtype === undefined) return undefined;
  if (content !== undefined && content.length > 0) return firstOf(dtype, content);
  const [value] = values;
  // Of these the bits stand there, as an integer.
  return value !== undefined && (dtype === 'float16' || dtype === 'bfloat16') ? firstOf(dtype, Uint8Array.of(value & 255, value >> 8)) : value;
}

/** Little-endian, as TensorFlow writes on every machine that it runs on. */
function firstOf(dtype: PlainDtype, bytes: Uint8Array): number | undefined {
  return bytes.length === bitsOf[dtype] / 8 ? decoderOf(dtype)?.(bytes)[0] : undefined;
}

/** One number, or a list of them, of which only the first is wanted. */
function readAll(reader: BinaryReader, isList: boolean, read: (reader: BinaryReader) => void): void {
  if (!isList) return read(reader);
  const list = new BinaryReader(reader.bytes());
  if (list.len > 0) read(list);
}

/** The product of a `TensorShapeProto`'s lengths. */
function elementsOf(shape: Uint8Array): number {
  let count = 1;
  fields(shape, (field, wire, reader) => {
    if (field !== 2 || wire !== WireType.LengthDelimited) return false;
    let size = 0;
    fields(reader.bytes(), (inner, kind, data) => {
      if (inner !== 1 || kind !== WireType.Varint) return false;
      size = Number(data.int64());
      return true;
    });
    count *= size;
    return true;
  });
  return count;
}

/** Hands each field to `read`, which says whether it has read it; else it is skipped. */
function fields(bytes: Uint8Array, read: (field: number, wire: WireType, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (!read(field, wire, reader)) reader.skip(wire, field);
  }
}
