/** What is to be different in one layer: heads that write nothing, and rows that look where they are told. */
import { Failure } from '../../protocol/failure.ts';
import type { HeadSet } from '../../protocol/intervention.ts';
import type { TokenRange } from '../../protocol/trace.ts';
import type { SteeredLayer } from './steering.ts';

type Heads = HeadSet['heads'];

/** By key. */
export type PinnedRow = ReadonlyMap<number, number>;

/** One change of a row, in the order they were asked for. */
type Pinning =
  | { readonly heads: Heads; readonly query: number; readonly row: readonly number[] }
  | { readonly heads: Heads; readonly query: number; readonly key: number; readonly weight: number };

/** Rows and columns of the axes that a map is of: all of a text, or a sentence of it. */
export interface Reached {
  readonly rows: TokenRange;
  readonly columns: TokenRange;
}

/** Sums of what a row is told may be off by as much as they are rounded. */
const rounding = 1e-6;

export class LayerSteering {
  readonly #silenced: ((head: number) => boolean)[] = [];
  readonly #pinnings: Pinning[] = [];
  readonly #named = new Set<number>();
  readonly #rows = new Map<number, ReadonlyMap<number, PinnedRow>>();

  constructor(readonly of: SteeredLayer) {}

  /** These heads write nothing. */
  silence(heads: Heads): void {
    this.#name(heads);
    this.#silenced.push(head => isAmong(heads, head));
  }

  /** All heads but this one write nothing. */
  keepOnly(kept: number): void {
    this.#named.add(kept);
    this.#silenced.push(head => head !== kept);
  }

  pin(heads: Heads, query: number, key: number, weight: number): void {
    this.#name(heads);
    this.#pinnings.push({ heads, query, key, weight });
  }

  pinRow(heads: Heads, query: number, row: readonly number[]): void {
    this.#name(heads);
    this.#pinnings.push({ heads, query, row });
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
    const known = this.#rows.get(head);
    if (known !== undefined) return known;
    const rows = new Map<number, PinnedRow>();
    const whole = new Set<number>();
    for (const pinning of this.#pinnings) {
      if (!isAmong(pinning.heads, head)) continue;
      const { query } = pinning;
      if ('row' in pinning) {
        whole.add(query);
        const sum = pinning.row.reduce((total, weight) => total + weight, 0);
        rows.set(query, new Map(pinning.row.map((weight, key) => [key, weight / sum])));
      } else {
        rows.set(query, withPin(rows.get(query) ?? new Map(), pinning, whole.has(query)));
      }
    }
    this.#rows.set(head, rows);
    return rows;
  }

  /** @throws Failure `bad-argument` where a row is told more than it has, or to look where it cannot */
  check(): void {
    // No head has the number −1: it stands for those that are not named.
    for (const head of [-1, ...this.#named]) for (const [query, row] of this.rows(head)) this.#checkRow(query, row);
  }

  /** Rows and columns that were told something and are not there, in words. */
  beyond(reached: readonly Reached[]): string[] {
    const missed = new Set<string>();
    for (const head of [-1, ...this.#named]) {
      for (const [query, row] of this.rows(head)) {
        const there = reached.filter(({ rows }) => isWithin(rows, query));
        const keys = [...row].flatMap(([key, weight]) => (weight === 0 || there.some(({ columns }) => isWithin(columns, key)) ? [] : [key]));
        if (there.length === 0) missed.add(`row ${query}`);
        else if (keys.length > 0) missed.add(`${columnsIn(keys)} in row ${query}`);
      }
    }
    return [...missed];
  }

  #checkRow(query: number, row: PinnedRow): void {
    const { kind, layer } = this.of;
    const which = `Row ${query} of ${kind} layer ${layer}`;
    const refuse = (what: string, hint: string): Failure => new Failure('bad-argument', `${which} ${what}.`, hint);
    const sum = [...row.values()].reduce((total, weight) => total + weight, 0);
    if (Number.isNaN(sum)) throw refuse('is told to look nowhere: all of its weights are 0', 'Knock the head out, or give one weight at least.');
    if (!(sum <= 1 + rounding)) throw refuse(`is told to give weights of ${sum.toFixed(3)} in all; a row sums to 1`, 'Make one of them smaller, or leave it out.');
    if (kind === 'pooling' && query !== 0) throw refuse('is not there: a pooling has one row, 0', 'Use row 0.');
    const ahead = [...row].find(([key, weight]) => key > query && weight > 0)?.[0];
    if (kind === 'decoder' && ahead !== undefined) throw refuse(`is told to look at ${ahead}, which comes after it: the decoder has not read that yet`, `Choose a key up to ${query}.`);
  }

  #name(heads: Heads): void {
    if (heads !== 'all') for (const head of heads) this.#named.add(head);
  }
}

const isWithin = ({ first, end }: TokenRange, place: number): boolean => place >= first && place < end;

/** Columns that are named one by one; of more than these, how many. */
const mostNamed = 4;

function columnsIn(keys: readonly number[]): string {
  if (keys.length === 1) return `column ${keys[0]}`;
  return keys.length > mostNamed ? `${keys.length} columns from ${keys[0]} on` : `columns ${keys.join(', ')}`;
}

const isAmong = (heads: Heads, head: number): boolean => heads === 'all' || heads.includes(head);

/** @param isWhole whether the rest of the row was told, too, and makes room */
function withPin(row: PinnedRow, { key, weight }: { readonly key: number; readonly weight: number }, isWhole: boolean): PinnedRow {
  const others = [...row].filter(([other]) => other !== key);
  const rest = others.reduce((sum, [, one]) => sum + one, 0);
  const scale = isWhole && rest > 0 ? (1 - weight) / rest : 1;
  return new Map([...others.map(([other, one]) => [other, one * scale] as const), [key, weight]]);
}
