/** Where everything of the head view stands. All lengths are CSS pixels; nothing here touches the page. */
import type { Side } from './lines.ts';

export interface HeadsLayoutInput {
  /** How many rows and columns of the map are shown. */
  readonly queries: number;
  readonly keys: number;
  /** Widths of the widest labels. */
  readonly queryLabel: number;
  readonly keyLabel: number;
  readonly lineHeight: number;
  /** Of what can be seen. */
  readonly width: number;
  readonly height: number;
}

export interface Edges {
  readonly left: number;
  readonly right: number;
}

export interface HeadsLayout {
  readonly queries: number;
  readonly keys: number;
  /** From a token to the next. */
  readonly pitch: number;
  /** Where lines begin and end; the labels stand on either side. */
  readonly left: number;
  readonly right: number;
  /** Where the labels stand, and the longest that one may be drawn. */
  readonly queryColumn: Edges;
  readonly keyColumn: Edges;
  readonly queryLimit: number;
  readonly keyLimit: number;
  /** The strip that shows all lines in little, where there is more than can be seen. */
  readonly overview: Edges | undefined;
  /** Of all there is to scroll through, and of what can be seen of it. */
  readonly extent: number;
  readonly height: number;
}

/** On either side of a label. */
export const labelGap = 8;
const longestLabel = 180;
const overviewWidth = 44;
const narrowestLines = 80;
/** Further apart the two sides are no easier to follow, and take longer to draw. */
const widestLines = 420;

export function layoutHeads({ queries, keys, queryLabel, keyLabel, lineHeight, width, height }: HeadsLayoutInput): HeadsLayout {
  const pitch = Math.round(lineHeight * 1.35);
  const extent = pitch * Math.max(queries, keys);
  const hasOverview = extent > height;
  const end = hasOverview ? width - overviewWidth : width;
  const share = Math.max(24, Math.min(longestLabel, end * 0.32, (end - narrowestLines) / 2 - 2 * labelGap));
  const [queryLimit, keyLimit] = [Math.min(share, queryLabel), Math.min(share, keyLabel)];
  const left = Math.ceil(queryLimit) + 2 * labelGap;
  const right = Math.min(left + widestLines, Math.floor(end - keyLimit) - 2 * labelGap);
  const keyEnd = Math.min(end, right + Math.ceil(keyLimit) + 2 * labelGap);
  return {
    queries, keys, pitch, extent, height, queryLimit, keyLimit, left, right,
    queryColumn: { left: 0, right: left - labelGap / 2 },
    keyColumn: { left: right + labelGap / 2, right: keyEnd },
    overview: hasOverview ? { left: keyEnd + 4, right: keyEnd + overviewWidth - 2 } : undefined,
  };
}

/** How many tokens of either side are in sight. */
export function inSight({ pitch, height }: HeadsLayout, count: number, top: number): { readonly first: number; readonly end: number } {
  const first = Math.max(0, Math.min(count, Math.floor(top / pitch)));
  return { first, end: Math.max(first, Math.min(count, Math.ceil((top + height) / pitch))) };
}

export type Hit = { readonly on: 'token'; readonly axis: Side['axis']; readonly index: number } | { readonly on: 'overview'; readonly top: number } | { readonly on: 'nothing' };

/** What stands at a point of what can be seen, scrolled down by `top`. */
export function hitHeads(layout: HeadsLayout, x: number, y: number, top: number): Hit {
  const { overview, left, right, pitch, queries, keys } = layout;
  if (overview !== undefined && x >= overview.left) return x < overview.right ? { on: 'overview', top: topAt(layout, y) } : { on: 'nothing' };
  const [axis, count] = x < left ? ['query', queries] as const : ['key', keys] as const;
  const index = Math.floor((y + top) / pitch);
  return (x < left || x > right) && index >= 0 && index < count ? { on: 'token', axis, index } : { on: 'nothing' };
}

/** How far to scroll so that what the overview shows at `y` is in the middle. */
export function topAt({ extent, height }: HeadsLayout, y: number): number {
  return Math.max(0, Math.min(extent - height, (y / height) * extent - height / 2));
}

/** Where to scroll so that a token can be seen whole; unchanged where it already can. */
export function revealToken({ pitch, height }: HeadsLayout, index: number, top: number): number {
  return Math.max(0, Math.min(index * pitch, Math.max(top, (index + 1) * pitch - height)));
}

/** Where a key leads in a column of `count` tokens; `undefined` for any other key. */
export function moveToken(index: number, key: string, count: number, page: number): number | undefined {
  const to = ({ ArrowUp: index - 1, ArrowDown: index + 1, PageUp: index - page, PageDown: index + page, Home: 0, End: count - 1 } as const)[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
}
