/** The strongest lines of a head view: some weights of several maps, found without sorting them all. */
import { Failure } from '../../../protocol/failure.ts';
import type { TokenRange } from '../../../protocol/trace.ts';
import type { LineArrays } from '../held.ts';
import { cutOff } from './cut-off.ts';
import type { Matrix } from './matrix.ts';

/** One head's map: all of it, and with 0 for what its reading leaves out. */
export interface HeadLines {
  readonly head: number;
  readonly whole: Matrix;
  readonly kept: Matrix;
}

/** From which rows to which columns. */
export interface LineRange {
  readonly rows: TokenRange;
  readonly columns: TokenRange;
}

/** As many numbers as one of a line has room for: a head takes a byte, a row and a column two. */
const mostHeads = 2 ** 8;
const mostPlaces = 2 ** 16;

/**
 * The `most` strongest lines of what is kept, the weakest first; hidden is every other weight in the range that is not 0.
 * @throws Failure `bad-argument` where a head, a row or a column has a number that no line has room for
 */
export function strongestLines(heads: readonly HeadLines[], range: LineRange, most: number): Omit<LineArrays, 'labels'> {
  checkNumbers(heads, range);
  const { least, equal } = cutOff(see => showKept(heads, range, see), most, 'count');
  const found = new Found();
  let left = equal;
  let [lines, mass, largest] = [0, 0, 0];
  const { first, end } = range.columns;
  for (const { head, whole, kept } of heads) {
    for (let query = range.rows.first; query < range.rows.end; query++) {
      const [row, keptRow] = [whole.row(query), kept.row(query)];
      for (let key = first; key < end; key++) {
        const weight = row[key] ?? 0;
        if (weight === 0) continue;
        const size = keptRow[key] ?? 0;
        if (size > least || (size === least && left-- > 0)) {
          found.add(query, key, head, weight);
        } else {
          lines++;
          mass += weight;
          largest = Math.max(largest, weight);
        }
      }
    }
  }
  return { ...found.weakestFirst(), hidden: { lines, mass, largest } };
}

function checkNumbers(heads: readonly HeadLines[], { rows, columns }: LineRange): void {
  const beyond = heads.find(({ head }) => head >= mostHeads);
  const asked = beyond !== undefined ? `head ${beyond.head + 1}`
    : rows.end > mostPlaces ? `row ${rows.end.toLocaleString('en')}`
    : columns.end > mostPlaces ? `column ${columns.end.toLocaleString('en')}` : undefined;
  if (asked === undefined) return;
  const message = `Lines are told of heads 1 to ${mostHeads}, and of rows and columns 1 to ${mostPlaces.toLocaleString('en')}; ${asked} was asked for.`;
  throw new Failure('bad-argument', message, 'Look at the matrix, or read the map by words or sentences.');
}

function showKept(heads: readonly HeadLines[], { rows, columns }: LineRange, see: (numbers: Float32Array) => void): void {
  for (const { kept } of heads) {
    for (let query = rows.first; query < rows.end; query++) see(kept.row(query).subarray(columns.first, columns.end));
  }
}

class Found {
  readonly #queries: number[] = [];
  readonly #keys: number[] = [];
  readonly #heads: number[] = [];
  readonly #weights: number[] = [];

  add(query: number, key: number, head: number, weight: number): void {
    this.#queries.push(query);
    this.#keys.push(key);
    this.#heads.push(head);
    this.#weights.push(weight);
  }

  weakestFirst(): Pick<LineArrays, 'queries' | 'keys' | 'heads' | 'weights'> {
    const weights = Float32Array.from(this.#weights);
    const order = ascending(weights);
    return {
      queries: Uint16Array.from(order, line => this.#queries[line] ?? 0),
      keys: Uint16Array.from(order, line => this.#keys[line] ?? 0),
      heads: Uint8Array.from(order, line => this.#heads[line] ?? 0),
      weights: Float32Array.from(order, line => weights[line] ?? 0),
    };
  }
}

/**
 * The indices of floats that are not negative, in the order of their sizes. Each index is sorted below the bits of its float, as
 * one whole number: without a comparison in JavaScript, that takes a tenth of the time.
 */
function ascending(floats: Float32Array): Uint32Array {
  const bits = new Uint32Array(floats.buffer);
  const words = new Uint32Array(2 * floats.length);
  for (let index = 0; index < floats.length; index++) {
    words[2 * index] = index;
    words[2 * index + 1] = bits[index] ?? 0;
  }
  new BigUint64Array(words.buffer).sort();
  return words.filter((_, place) => place % 2 === 0);
}
