/** The bytes of a pickle, and the plain values in them (codes as in Python's pickletools). */
import { broken, quoted } from './broken.ts';

export type Scalar = null | boolean | number | bigint | string | Uint8Array;

/** A text line of protocol 0, and the bytes of an integer: more is not what tensors need. */
const [longestLine, longestInteger] = [1 << 16, 16];

export class PickleBytes {
  at = 0;

  constructor(
    readonly bytes: Buffer,
    readonly where: string,
  ) {}

  take(count: number): Buffer {
    const end = this.at + count;
    if (end > this.bytes.length) {
      throw broken(this.where, `at byte ${this.at} it has ${this.bytes.length - this.at} bytes left`, `${count}, and a STOP at its end`);
    }
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  unsigned(width: 1 | 2 | 4): number {
    return this.take(width).readUIntLE(0, width);
  }

  /** Up to the end of the line. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0 || end - this.at > longestLine) throw this.#broken('has a line without an end', `one within ${longestLine} bytes`);
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  /** The value that a code puts on the stack; `undefined` where the code is of another kind. */
  scalar(code: number): Scalar | undefined {
    switch (code) {
      case 0x4e: // NONE
        return null;
      case 0x88: // NEWTRUE
        return true;
      case 0x89: // NEWFALSE
        return false;
      case 0x49: { // INT
        const text = this.line();
        return text === '01' ? true : text === '00' ? false : this.#integer(text);
      }
      case 0x4c: // LONG
        return this.#integer(this.line().replace(/L$/, ''));
      case 0x4a: // BININT
        return this.take(4).readInt32LE(0);
      case 0x4b: // BININT1
        return this.unsigned(1);
      case 0x4d: // BININT2
        return this.unsigned(2);
      case 0x8a: // LONG1
        return this.#long(this.unsigned(1));
      case 0x8b: // LONG4
        return this.#long(this.unsigned(4));
      case 0x46: // FLOAT
        return Number(this.line());
      case 0x47: // BINFLOAT
        return this.take(8).readDoubleBE(0);
      case 0x53: // STRING
        return this.line().replace(/^(["'])(.*)\1$/, '$2');
      case 0x56: // UNICODE
        return this.line();
      case 0x55: // SHORT_BINSTRING
        return this.take(this.unsigned(1)).toString('latin1');
      case 0x54: // BINSTRING
        return this.take(this.unsigned(4)).toString('latin1');
      case 0x8c: // SHORT_BINUNICODE
        return this.take(this.unsigned(1)).toString('utf8');
      case 0x58: // BINUNICODE
        return this.take(this.unsigned(4)).toString('utf8');
      case 0x8d: // BINUNICODE8
        return this.take(this.#length8()).toString('utf8');
      case 0x43: // SHORT_BINBYTES
        return this.take(this.unsigned(1));
      case 0x42: // BINBYTES
        return this.take(this.unsigned(4));
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return this.take(this.#length8());
      default:
        return undefined;
    }
  }

  #length8(): number {
    return Number(this.take(8).readBigUInt64LE(0));
  }

  /** Little-endian, in two's complement. */
  #long(length: number): number | bigint {
    if (length > longestInteger) throw this.#broken(`has an integer of ${length} bytes`, `at most ${longestInteger}`);
    const bytes = this.take(length);
    let value = 0n;
    for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
    return plain(BigInt.asIntN(8 * Math.max(1, length), value));
  }

  #integer(text: string): number | bigint {
    if (!/^-?\d{1,38}$/.test(text)) throw this.#broken(`has the integer ${quoted(text)}`, 'at most 38 digits');
    return plain(BigInt(text));
  }

  #broken(found: string, expected: string): Error {
    return broken(this.where, `at byte ${this.at} it ${found}`, expected);
  }
}

function plain(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
