/**
 * Reads a protobuf message field by field, as it lies in a file: what nobody asks for is passed over without being read
 * (protobuf.dev, "Encoding").
 *
 * A library reads messages that are in memory whole. Here a message may hold gigabytes of weights; its fields are met
 * through a window.
 */
import { most } from './limits.ts';
import type { ByteRange, MessagePlace } from './model.ts';
import type { Scan } from './scan.ts';
import { readVarint, signed, unsigned, type Varint } from './varint.ts';

/** What follows a field's number (protobuf.dev, "Message Structure"). */
export const wire = { varint: 0, eightBytes: 1, delimited: 2, groupStart: 3, groupEnd: 4, fourBytes: 5 } as const;

/** A tag and a number or length, at their longest. */
const longestHead = 20;

export class Message {
  /** Number of the field that `next` came to. */
  field = 0;
  /** Its wire type. */
  wire = 0;
  /** Where its tag begins; where its value begins and ends. */
  head = 0;
  start = 0;
  stop = 0;
  readonly #value: Varint = { low: 0, high: 0 };
  readonly #end: number;
  #at: number;

  /** @param about what kind of message it is, for messages to the user: "node" */
  constructor(
    readonly scan: Scan,
    range: ByteRange,
    readonly about: string,
  ) {
    this.#at = range.start;
    this.#end = range.end;
  }

  /**
   * Goes to the next field, over what is left of this one; `false` at the end.
   * @throws Failure `broken-model`
   */
  next(): boolean {
    if (this.#at === this.#end) return false;
    this.scan.window.load(this.#at, Math.min(longestHead, this.#end - this.#at));
    this.scan.countField();
    this.head = this.#at;
    this.start = this.#varint('a field');
    const tag = unsigned(this.#value);
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.field < 1 || this.field >= 2 ** 29) throw this.#broken(`field number ${this.field}`, `one of 1 to ${2 ** 29 - 1}`);
    this.stop = this.#valueEnd();
    this.#at = this.stop;
    return true;
  }

  /** Where the value ends; for what has a length, `start` is moved behind it. */
  #valueEnd(): number {
    switch (this.wire) {
      case wire.varint:
        return this.#varint('a number', this.start);
      case wire.eightBytes:
        return this.#fixed(8);
      case wire.fourBytes:
        return this.#fixed(4);
      case wire.delimited: {
        this.start = this.#varint('a length', this.start);
        const [length, left] = [unsigned(this.#value), this.#end - this.start];
        if (length > left) throw this.#broken(`${this.#what()} of ${length} bytes`, `at most the ${left} bytes that are left of the ${this.about}`);
        return this.start + length;
      }
      default:
        throw this.#broken(`wire type ${this.wire}`, 'a number, four bytes, eight bytes or a length');
    }
  }

  #fixed(length: number): number {
    if (this.start + length > this.#end) throw this.#broken(`${this.#what()} of ${this.#end - this.start} bytes`, `${length} bytes`);
    return this.start + length;
  }

  #varint(what: string, at = this.#at): number {
    const { bytes, start } = this.scan.window;
    const next = readVarint(bytes, at - start, Math.min(bytes.length, this.#end - start), this.#value);
    if (next < 0) throw this.#broken(`${what} that does not end`, `a number of at most ten bytes inside the ${this.about}`);
    return next + start;
  }

  /** Where the field stands that holds a message or bytes. */
  get place(): MessagePlace {
    this.#expect(wire.delimited);
    return { head: this.head, start: this.start, end: this.stop };
  }

  /** The field's message. */
  message(about: string): Message {
    return new Message(this.scan, this.place, about);
  }

  /** A signed integer; rounded beyond 2⁵³. */
  integer(): number {
    this.#expect(wire.varint);
    return signed(this.#value);
  }

  /** A number of things, or a length. */
  natural(): number {
    const value = this.integer();
    if (!Number.isSafeInteger(value) || value < 0) throw this.#broken(`${value} as ${this.#what()}`, 'a whole number from 0 to 2⁵³');
    return value;
  }

  /** The bits of a number. */
  bits(into: Varint): void {
    this.#expect(wire.varint);
    into.low = this.#value.low;
    into.high = this.#value.high;
  }

  float(): number {
    this.#expect(wire.fourBytes);
    const { bytes, start } = this.scan.window;
    return bytes.readFloatLE(this.start - start);
  }

  /** A name that is likely to stand elsewhere too: that of a value, an operator, an attribute. */
  name(): string {
    this.#loadName();
    return this.scan.name(this.start, this.stop);
  }

  /** A name that is not. */
  ownName(): string {
    this.#loadName();
    return this.scan.ownName(this.start, this.stop);
  }

  #loadName(): void {
    this.#expect(wire.delimited);
    if (this.stop - this.start > most.name) throw this.#broken(`a name of ${this.stop - this.start} bytes (${this.#what()})`, `at most ${most.name}`);
    this.#load();
  }

  /** The field's text, or `undefined` where it is no UTF-8 or longer than `longest` bytes. */
  text(longest: number): string | undefined {
    this.#expect(wire.delimited);
    if (this.stop - this.start > longest) return undefined;
    this.#load();
    return this.scan.text(this.start, this.stop);
  }

  /** Adds the integers of a repeated field, packed or not; `false`, and nothing, where there would be over `longest`. */
  integers(into: number[], longest: number): boolean {
    if (this.wire === wire.varint) return into.length < longest && into.push(this.integer()) > 0;
    this.#expect(wire.delimited);
    // An integer takes one byte or more, and ten at most.
    if (this.stop - this.start > (longest - into.length) * 10) return false;
    this.#load();
    const { bytes, start } = this.scan.window;
    const numbers: number[] = [];
    for (let at = this.start - start; at < this.stop - start; numbers.push(signed(this.#value))) {
      at = readVarint(bytes, at, this.stop - start, this.#value);
      if (at < 0) throw this.#broken(`${this.#what()} whose last number does not end`, 'whole numbers');
    }
    if (into.length + numbers.length > longest) return false;
    for (const number of numbers) into.push(number);
    return true;
  }

  /** The same of 32-bit floating-point numbers. */
  floats(into: number[], longest: number): boolean {
    if (this.wire === wire.fourBytes) return into.length < longest && into.push(this.float()) > 0;
    this.#expect(wire.delimited);
    const length = this.stop - this.start;
    if (length % 4 !== 0) throw this.#broken(`${this.#what()} of ${length} bytes`, 'four bytes a number');
    if (length / 4 > longest - into.length) return false;
    this.#load();
    const { bytes, start } = this.scan.window;
    for (let at = this.start; at < this.stop; at += 4) into.push(bytes.readFloatLE(at - start));
    return true;
  }

  /** The field as broken: what was found in it and what was expected. */
  broken(found: string, expected: string): Error {
    return this.#broken(`${found} as ${this.#what()}`, expected);
  }

  #load(): void {
    this.scan.window.load(this.start, this.stop - this.start);
  }

  #expect(wanted: number): void {
    if (this.wire !== wanted) throw this.#broken(`wire type ${this.wire} of ${this.#what()}`, `wire type ${wanted}`);
  }

  #what(): string {
    return `field ${this.field} of the ${this.about}`;
  }

  #broken(found: string, expected: string): Error {
    return this.scan.broken(this.head, found, expected);
  }
}
