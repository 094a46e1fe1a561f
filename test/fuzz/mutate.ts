/** Damages a file as chance and malice do: bits, numbers, lengths, ends, stretches, and numbers and names in text. */
import type { Random } from '../../trainer/training/random.ts';

type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** One to four mutations, mostly one. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  do mutated = pick(mutations, random)(mutated, random);
  while (random.uniform() < 0.35 && mutated.length > 0);
  return mutated;
}

function pick<Item>(items: readonly [Item, ...Item[]], random: Random): Item {
  return items[random.below(items.length)] ?? items[0];
}

/** Headers stand at the beginning, or, in archives, at the end: half of all places are there. */
function place(length: number, random: Random): number {
  const near = Math.min(length, 512);
  const where = random.uniform();
  return where < 0.35 ? random.below(near) : where < 0.5 ? length - 1 - random.below(near) : random.below(length);
}

function stretch(length: number, random: Random): [start: number, end: number] {
  const start = place(length, random);
  const most = random.uniform() < 0.7 ? 16 : length;
  return [start, Math.min(length, start + 1 + random.below(most))];
}

/** Where counters turn over, where sizes overflow, and small ones. */
const numbers: readonly [bigint, ...bigint[]] = [
  0n, 1n, 2n, 3n, 7n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0xffffn, 0x10000n, 0x0fffffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n,
  1n << 40n, (1n << 53n) - 1n, 1n << 53n, (1n << 62n) + 1n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n,
];

const texts: readonly [string, ...string[]] = [
  '0', '1', '-1', '2147483648', '4294967295', '9007199254740991', '9007199254740993', '18446744073709551616', '1e999', '-1e999', '1.5', 'null', 'true', '[]', '{}', '""',
  '[[[[]]]]', '{"a":{"a":{}}}', '"\\u0000"', '"../../x"', '"/etc/passwd"', '"constructor"', '"__proto__"', 'NaN', '\\ud800',
];

const binary: readonly [Mutation, ...Mutation[]] = [
  // A bit.
  (bytes, random) => {
    const at = place(bytes.length, random);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return bytes;
  },
  // A byte.
  (bytes, random) => {
    bytes[place(bytes.length, random)] = pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)], random);
    return bytes;
  },
  // A number of 2, 4 or 8 bytes, of either byte order.
  (bytes, random) => {
    const width = pick([2, 4, 8], random);
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(random.uniform() < 0.2 ? BigInt.asUintN(64, BigInt(bytes.length + random.below(5) - 2)) : pick(numbers, random));
    const own = number.subarray(0, width);
    if (random.uniform() < 0.2) own.reverse();
    own.copy(bytes, place(bytes.length, random));
    return bytes;
  },
  // A length that is a little off.
  (bytes, random) => {
    const at = place(bytes.length, random);
    bytes[at] = (bytes[at] ?? 0) + random.below(9) - 4;
    return bytes;
  },
  // Cut off.
  (bytes, random) => bytes.subarray(0, random.uniform() < 0.5 ? place(bytes.length, random) : random.below(bytes.length)),
  // Something taken out.
  (bytes, random) => {
    const [start, end] = stretch(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  // Something twice, here or elsewhere: what names itself names something else then.
  (bytes, random) => {
    const [start, end] = stretch(bytes.length, random);
    const at = random.uniform() < 0.5 ? end : place(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(start, end), bytes.subarray(at)]);
  },
  // Something over something else.
  (bytes, random) => {
    const [start, end] = stretch(bytes.length, random);
    Buffer.from(bytes.subarray(start, end)).copy(bytes, place(bytes.length, random));
    return bytes;
  },
  // Nothing but zeros, or ones.
  (bytes, random) => {
    const [start, end] = stretch(bytes.length, random);
    return bytes.fill(pick([0, 0xff], random), start, end);
  },
  // Something many times.
  (bytes, random) => {
    const [start, end] = stretch(bytes.length, random);
    const part = bytes.subarray(start, Math.min(end, start + 64));
    return Buffer.concat([bytes.subarray(0, end), ...Array.from({ length: 1 + random.below(200) }, () => part), bytes.subarray(end)]);
  },
  // Chance.
  (bytes, random) => {
    const at = place(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from({ length: 1 + random.below(12) }, () => random.below(256))), bytes.subarray(at)]);
  },
];

/** The number or quoted text at or after a random place becomes another, or that of another place. */
const textual: Mutation = (bytes, random) => {
  const text = bytes.toString('latin1');
  const token = /-?\d+(?:\.\d+)?|"[^"\\]*"|\b(?:true|false|null|True|False)\b/g;
  const from = place(bytes.length, random);
  token.lastIndex = from;
  const found = token.exec(text.slice(0, from + 4096));
  if (found === null) return bytes;
  token.lastIndex = place(bytes.length, random);
  const elsewhere = token.exec(text)?.[0] ?? '0';
  const other = random.uniform() < 0.4 ? elsewhere : pick(texts, random);
  return Buffer.concat([bytes.subarray(0, found.index), Buffer.from(other, 'latin1'), bytes.subarray(found.index + found[0].length)]);
};

const mutations: readonly [Mutation, ...Mutation[]] = [...binary, textual, textual, textual];
