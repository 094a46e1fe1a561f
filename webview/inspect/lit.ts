/** What is pointed at, in any view: the same tokens in all of them. */
import type { PointedTokens } from '../../protocol/inspect-page.ts';
import type { Axis, InspectedLayer, MapLabelRange } from '../../protocol/inspection.ts';
import type { TokenRange } from '../../protocol/trace.ts';
import { wordOfTokens } from '../../protocol/words.ts';
import { noFocus, type MapFocus } from '../map/data.ts';
import type { TokenPoint } from './heads/events.ts';

type Sides = Pick<InspectedLayer, 'queries' | 'keys'>;

/** On a side of a layer's maps; `undefined` where they have no such tokens. */
export function pointOf(lit: PointedTokens | undefined, { queries, keys }: Sides, axes: readonly Axis[]): TokenPoint | undefined {
  if (lit === undefined) return undefined;
  const [asQuery, asKey] = [onAxis(lit, queries, axes), onAxis(lit, keys, axes)];
  if (asQuery !== undefined && (lit.as === 'query' || asKey === undefined)) return { axis: 'query', tokens: asQuery };
  return asKey === undefined ? undefined : { axis: 'key', tokens: asKey };
}

/** The same place of the text on an axis: what a model writes and what it reads while it writes are one text in other tokens. */
export function onAxis({ axis, tokens }: Pick<PointedTokens, 'axis' | 'tokens'>, index: number, axes: readonly Axis[]): TokenRange | undefined {
  if (axis === index) return tokens;
  const [from, to] = [axes[axis], axes[index]];
  if (from === undefined || to === undefined || !isSameText(from, to)) return undefined;
  const said = from.tokens.slice(tokens.first, tokens.end).filter(({ start, end }) => start < end);
  const [start, end] = [said[0]?.start, said.at(-1)?.end];
  if (start === undefined || end === undefined) return undefined;
  const touched = to.tokens.flatMap((token, at) => (token.start < end && token.end > start ? [at] : []));
  const [first] = touched;
  return first === undefined ? undefined : { first, end: (touched.at(-1) ?? first) + 1 };
}

export function isSameText(one: Axis, other: Axis): boolean {
  return one.side === other.side && one.side !== 'image' && one.text === other.text;
}

export function litOf(point: TokenPoint | undefined, { queries, keys }: Sides): PointedTokens | undefined {
  return point === undefined ? undefined : { axis: point.axis === 'query' ? queries : keys, tokens: point.tokens, as: point.axis };
}

/** The rows or columns that stand for them. */
export function focusOf(point: TokenPoint | undefined, labels: { readonly rows: readonly MapLabelRange[]; readonly columns: readonly MapLabelRange[] } | undefined): MapFocus {
  if (point === undefined || labels === undefined) return noFocus;
  const range = labelsOf(point.axis === 'query' ? labels.rows : labels.columns, point.tokens);
  return point.axis === 'query' ? { rows: range, columns: undefined } : { rows: undefined, columns: range };
}

/** The row and the column of a cell that is pointed at in a map beside it. */
export function crossOf(
  crossed: { readonly query: TokenRange | undefined; readonly key: TokenRange | undefined } | undefined, labels: { readonly rows: readonly MapLabelRange[]; readonly columns: readonly MapLabelRange[] } | undefined,
): MapFocus | undefined {
  if (crossed === undefined || labels === undefined) return undefined;
  const rows = crossed.query && labelsOf(labels.rows, crossed.query);
  const columns = crossed.key && labelsOf(labels.columns, crossed.key);
  return rows === undefined && columns === undefined ? undefined : { rows, columns };
}

/** Rows or columns that stand for any of these tokens. */
export function labelsOf(labels: readonly Pick<MapLabelRange, 'first' | 'end'>[], tokens: TokenRange): TokenRange | undefined {
  const first = labels.findIndex(label => label.first < tokens.end && label.end > tokens.first);
  if (first < 0) return undefined;
  let end = first + 1;
  while (end < labels.length && (labels[end]?.first ?? Infinity) < tokens.end) end++;
  return { first, end };
}

/** The tokens of a word; `undefined` where it has none. */
export function tokensOfWord(axis: Pick<Axis, 'tokens' | 'words'>, word: number): TokenRange | undefined {
  const of = wordOfTokens(axis.tokens, axis.words);
  const first = of.indexOf(word);
  return first < 0 ? undefined : { first, end: of.lastIndexOf(word) + 1 };
}

export function isSameLit(one: PointedTokens | undefined, other: PointedTokens | undefined): boolean {
  return one?.axis === other?.axis && one?.as === other?.as && one?.tokens.first === other?.tokens.first && one?.tokens.end === other?.tokens.end;
}
