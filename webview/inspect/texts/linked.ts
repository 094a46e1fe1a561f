/** What is asked for to tint a text or a picture: a weight a token of what is pointed at, or of everything what each got. */
import type { InspectedLayer, Inspection, MapChoice, MapParams, MapReading } from '../../../protocol/inspection.ts';
import type { TokenPoint } from '../heads/events.ts';

export interface LinkedQuestion {
  readonly params: MapParams;
  /** Whose tokens the weights are of. */
  readonly axis: number;
  readonly along: 'row' | 'column';
}

/**
 * Token by token, whatever the map is merged to, and the weights themselves: in steps of the map's largest a row that looks a little at
 * everything is empty. Where nothing is pointed at, the mean of what each key received; of a text by its words,
 * as the document's own tints are.
 */
export function linkedQuestion(
  { id, axes }: Pick<Inspection, 'id' | 'axes'>, { queries, keys }: Pick<InspectedLayer, 'queries' | 'keys'>, choice: MapChoice, reading: MapReading, point: TokenPoint | undefined,
): LinkedQuestion | undefined {
  const rows = axes[queries]?.tokens.length ?? 0;
  const columns = axes[keys]?.tokens.length ?? 0;
  if (rows === 0 || columns === 0) return undefined;
  const of = { map: { inspection: id, choice }, reading: { ...reading, unit: 'tokens', hideSpecial: false }, values: 'floats' } as const;
  if (point === undefined) {
    const words = axes[keys]?.side === 'image' ? of.reading : { ...reading, unit: reading.unit === 'sentences' ? reading.unit : 'words' } as const;
    return { params: { ...of, reading: words, most: { rows: 1, columns }, pooled: 'mean' }, axis: keys, along: 'row' };
  }
  const { tokens } = point;
  const span = tokens.end - tokens.first;
  return point.axis === 'query'
    ? { params: { ...of, rows: tokens, most: { rows: span, columns } }, axis: keys, along: 'row' }
    : { params: { ...of, columns: tokens, most: { rows, columns: span } }, axis: queries, along: 'column' };
}
