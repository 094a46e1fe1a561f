/** Tensors that are stored as protobuf's numbers: `float_data`, `int32_data`, `int64_data`, `double_data`, `uint64_data`. */
import type { ByteSource } from '../formats/bytes.ts';
import type { PlainDtype } from '../formats/dtype.ts';
import { Message, wire } from './message.ts';
import type { ByteRange, OnnxData } from './model.ts';
import { Scan } from './scan.ts';
import { readVarint, type Varint } from './varint.ts';
import { Window } from './window.ts';

/** Bytes that are given out at a time, and bytes of numbers that are read at a time. */
const [given, read] = [64 << 10, 64 << 10];

/**
 * What one number of each field stands for, in bytes, by the tensor's type (onnx.proto3, comments of `TensorProto`): half-precision
 * numbers are the bits of theirs, numbers of less than eight bits stand together in a byte.
 */
const widths: Readonly<Record<number, Partial<Record<PlainDtype, number>>>> = {
  4: { float32: 4, complex64: 4 },
  5: {
    int32: 4, int16: 2, int8: 1, uint16: 2, uint8: 1, bool: 1, float16: 2, bfloat16: 2, float8e4m3fn: 1, float8e4m3fnuz: 1,
    float8e5m2: 1, float8e5m2fnuz: 1, float8e8m0: 1, float4e2m1: 1, uint4: 1, int4: 1, uint2: 1, int2: 1,
  },
  7: { int64: 8 },
  10: { float64: 8, complex128: 8 },
  11: { uint32: 4, uint64: 8 },
};

export interface Typed {
  readonly source: ByteSource;
  readonly data: Extract<OnnxData, { kind: 'typed' }>;
  readonly dtype: PlainDtype;
  /** How many bytes the tensor's shape demands. */
  readonly wanted: number;
  /** The tensor as broken. */
  readonly wrong: (found: string) => Error;
}

/** The values as they would stand in `raw_data`. */
export async function* typedBytes({ source, data, dtype, wanted, wrong }: Typed): AsyncGenerator<Uint8Array, void, undefined> {
  const width = widths[data.field]?.[dtype];
  if (width === undefined) throw wrong(`values in field ${data.field}, which is of another type`);
  // A number takes a byte or more: what is not there is not waited for.
  const stored = data.places.reduce((sum, { start, end }) => sum + end - start, 0);
  if (wanted / width > stored) throw wrong(`at most ${stored} numbers`);
  const out = new Output(width);
  let done = 0;
  const scan = new Scan(new Window(source));
  for await (const part of data.field === 4 || data.field === 10 ? fixedNumbers(scan, data, width, wrong) : varints(scan, data, out)) {
    done += part.length;
    if (done > wanted) throw wrong(`over ${wanted} bytes`);
    yield part;
  }
  const rest = out.take();
  done += rest.length;
  if (done !== wanted) throw wrong(`${done} bytes`);
  if (rest.length > 0) yield rest;
}

/** Where the values of the field's records stand. */
function* values(scan: Scan, { field, places }: Typed['data']): Generator<Message, void, undefined> {
  for (const place of places) {
    const message = new Message(scan, place, 'tensor');
    while (message.next()) if (message.field === field) yield message;
  }
}

async function* fixedNumbers(scan: Scan, data: Typed['data'], width: number, wrong: Typed['wrong']): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { start, stop, wire: type } of values(scan, data)) {
    const packed = type === wire.delimited;
    if ((!packed && type !== (width === 4 ? wire.fourBytes : wire.eightBytes)) || (stop - start) % width !== 0) {
      throw wrong(`${stop - start} bytes at byte ${start}, which is no whole number of values`);
    }
    for (let at = start; at < stop; at += read) yield await scan.window.source.read(at, Math.min(read, stop - at));
  }
}

async function* varints(scan: Scan, data: Typed['data'], out: Output): AsyncGenerator<Uint8Array, void, undefined> {
  const value: Varint = { low: 0, high: 0 };
  for (const message of values(scan, data)) {
    if (message.wire === wire.varint) {
      message.bits(value);
      if (out.put(value)) yield out.take();
      continue;
    }
    for await (const { bytes, end } of stretches(scan, message.place)) {
      for (let at = 0; at < end; ) {
        at = readVarint(bytes, at, end, value);
        if (at < 0) throw message.broken('a number that does not end', 'numbers of at most ten bytes');
        if (out.put(value)) yield out.take();
      }
    }
  }
}

/** Stretches of a packed field, each of which ends with a number's last byte. */
async function* stretches({ window: { source } }: Scan, { start, end }: ByteRange): AsyncGenerator<{ bytes: Uint8Array; end: number }, void, undefined> {
  for (let at = start; at < end; ) {
    const bytes = await source.read(at, Math.min(read, end - at));
    let whole = bytes.length;
    // A number's last byte is the one below 128; where there is none, whoever reads will find that out.
    while (whole > 0 && (bytes[whole - 1] ?? 0) > 127) whole--;
    if (whole === 0) whole = bytes.length;
    yield { bytes, end: whole };
    at += whole;
  }
}

/** Numbers as bytes of one width. */
class Output {
  #view = new DataView(new ArrayBuffer(given));
  #length = 0;

  constructor(readonly width: number) {}

  /** Whether it is full. */
  put({ low, high }: Varint): boolean {
    const [view, at] = [this.#view, this.#length];
    if (this.width === 1) view.setInt8(at, low);
    else if (this.width === 2) view.setInt16(at, low, true);
    else view.setInt32(at, low, true);
    if (this.width === 8) view.setInt32(at + 4, high, true);
    this.#length += this.width;
    return this.#length === given;
  }

  take(): Uint8Array {
    const bytes = new Uint8Array(this.#view.buffer, 0, this.#length);
    this.#view = new DataView(new ArrayBuffer(given));
    this.#length = 0;
    return bytes;
  }
}
