/** What is to be different in one layer: heads that write nothing, and rows that look where they are told. */
import { Failure } from '../../protocol/failure.ts';
import type { HeadSet } from '../../protocol/intervention.ts';
import { columnsInWords, layerInWords, rowInWords } from '../../protocol/map-name.ts';
import type { TokenRange } from '../../protocol/trace.ts';
import type { SteeredLayer } from './steering.ts';

type Heads = ReadonlySet<number> | 'all';

/** By key. */
export type PinnedRow = ReadonlyMap<number, number>;

/** One change of a row, in the order they were asked for. */
type Pinning =
  | { readonly heads: Heads; readonly query: number; readonly row: PinnedRow }
  | { readonly heads: Heads; readonly query: number; readonly key: number; readonly weight: number };

/** Rows and columns of the axes that a map is of: all of a text, or a sentence of it. */
export interface Reached {
  readonly rows: TokenRange;
  readonly columns: TokenRange;
}

/** Weights that one layer is told at a time: as many take 64 MB. */
export const mostPinned = 2 ** 24;

/** Sums of what a row is told may be off by as much as they are rounded. */
const rounding = 1e-6;

export class LayerSteering {
  readonly #silenced: ((head: number) => boolean)[] = [];
  readonly #pinnings: Pinning[] = [];
  readonly #named = new Set<number>();
  /** By which of the pinnings are of a head: heads that are told the same share it. */
  readonly #rows = new Map<string, ReadonlyMap<number, PinnedRow>>();

  constructor(readonly of: SteeredLayer) {}

  /** These heads write nothing. */
  silence(heads: HeadSet['heads']): void {
    const silenced = this.#name(heads);
    this.#silenced.push(head => isAmong(silenced, head));
  }

  /** All heads but this one write nothing. */
  keepOnly(kept: number): void {
    this.#named.add(kept);
    this.#silenced.push(head => head !== kept);
  }

  pin(heads: HeadSet['heads'], query: number, key: number, weight: number): void {
    this.#pinnings.push({ heads: this.#name(heads), query, key, weight });
  }

  pinRow(heads: HeadSet['heads'], query: number, row: readonly number[]): void {
    const sum = row.reduce((total, weight) => total + weight, 0);
    this.#pinnings.push({ heads: this.#name(heads), query, row: new Map(row.map((weight, key) => [key, weight / sum])) });
  }

  /** The heads that were named. */
  get heads(): readonly number[] {
    return [...this.#named];
  }

  isSilent(head: number): boolean {
    return this.#silenced.some(silences => silences(head));
  }

  /** The weights that one head is told, by query: of a row that is told whole they sum to one. */
  rows(head: number): ReadonlyMap<number, PinnedRow> {
    const own = this.#pinnings.filter(({ heads }) => isAmong(heads, head));
    const key = this.#pinnings.map(({ heads }) => (isAmong(heads, head) ? '1' : '0')).join('');
    const rows = this.#rows.get(key) ?? rowsOf(own);
    this.#rows.set(key, rows);
    return rows;
  }

  /** Weights that any one head is told, at most; a row that is told several times counts as often. */
  get told(): number {
    const longest = new Map<number, number>();
    let told = 0;
    for (const pinning of this.#pinnings) {
      const length = Math.max(longest.get(pinning.query) ?? 1, 'row' in pinning ? pinning.row.size : 1);
      longest.set(pinning.query, length);
      told += length;
    }
    return told;
  }

  /** @throws Failure `bad-argument` where a row is told more than it has, or to look where it cannot */
  check(): void {
    this.checkRoom(this.#named.size);
    // No head has the number −1: it stands for those that are not named.
    for (const head of [-1, ...this.#named]) for (const [query, row] of this.rows(head)) this.#checkRow(query, row);
  }

  /** @throws Failure `bad-argument` where so many heads are told more than there is room for */
  checkRoom(heads: number): void {
    const told = heads * this.told;
    if (told <= mostPinned) return;
    const message = `${layerInWords(this.of)} is told ${told.toLocaleString('en')} weights: ${this.told.toLocaleString('en')} for each of ${heads} heads. At most ${mostPinned.toLocaleString('en')} of a layer are told.`;
    throw new Failure('bad-argument', message, 'Tell fewer rows, or fewer heads.');
  }

  /** Rows and columns that were told something and are not there, in words. */
  beyond(reached: readonly Reached[]): string[] {
    const missed = new Set<string>();
    for (const head of [-1, ...this.#named]) {
      for (const [query, row] of this.rows(head)) {
        const there = reached.filter(({ rows }) => isWithin(rows, query));
        const keys = [...row].flatMap(([key, weight]) => (weight === 0 || there.some(({ columns }) => isWithin(columns, key)) ? [] : [key]));
        if (there.length === 0) missed.add(rowInWords(query));
        else if (keys.length > 0) missed.add(`${columnsInWords(keys)} in ${rowInWords(query)}`);
      }
    }
    return [...missed];
  }

  #checkRow(query: number, row: PinnedRow): void {
    const { kind } = this.of;
    const which = `${upperFirst(rowInWords(query))} of ${layerInWords(this.of)}`;
    const refuse = (what: string, hint: string): Failure => new Failure('bad-argument', `${which} ${what}.`, hint);
    const sum = [...row.values()].reduce((total, weight) => total + weight, 0);
    if (Number.isNaN(sum)) throw refuse('is told to look nowhere: all of its weights are 0', 'Knock the head out, or give one weight at least.');
    if (!(sum <= 1 + rounding)) throw refuse(`is told to give weights of ${sum.toFixed(3)} in all; a row sums to 1`, 'Make one of them smaller, or leave it out.');
    if (kind === 'pooling' && query !== 0) throw refuse('is not there: a pooling has one row', 'Use query 0.');
    const ahead = [...row].find(([key, weight]) => key > query && weight > 0)?.[0];
    if (kind === 'decoder' && ahead !== undefined) throw refuse(`is told to look at ${columnsInWords([ahead])}, which comes after it: the decoder has not read that yet`, `Choose a key up to ${query}.`);
  }

  #name(heads: HeadSet['heads']): Heads {
    if (heads === 'all') return heads;
    for (const head of heads) this.#named.add(head);
    return new Set(heads);
  }
}

const isWithin = ({ first, end }: TokenRange, place: number): boolean => place >= first && place < end;

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const isAmong = (heads: Heads, head: number): boolean => heads === 'all' || heads.has(head);

function rowsOf(pinnings: readonly Pinning[]): ReadonlyMap<number, PinnedRow> {
  const rows = new Map<number, PinnedRow>();
  const whole = new Set<number>();
  for (const pinning of pinnings) {
    const { query } = pinning;
    if ('row' in pinning) whole.add(query);
    rows.set(query, 'row' in pinning ? pinning.row : withPin(rows.get(query) ?? new Map(), pinning, whole.has(query)));
  }
  return rows;
}

/** @param isWhole whether the rest of the row was told, too, and makes room */
function withPin(row: PinnedRow, { key, weight }: { readonly key: number; readonly weight: number }, isWhole: boolean): PinnedRow {
  const others = [...row].filter(([other]) => other !== key);
  const rest = others.reduce((sum, [, one]) => sum + one, 0);
  const share = (one: number): number => (isWhole && rest > 0 ? (one / rest) * (1 - weight) : one);
  return new Map([...others.map(([other, one]) => [other, share(one)] as const), [key, weight]]);
}
