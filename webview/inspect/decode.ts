/** What the worker sends in base64, as typed arrays. */
import type { HeadsResult, LinesResult, MapWindow } from '../../protocol/inspection.ts';
import type { HeadInLittle, HeadLines, InspectedMap } from './inspector.ts';

export function decodeMap({ cells, values, ...rest }: MapWindow): InspectedMap {
  const count = Math.ceil(span(rest.rows) / rest.step.rows) * Math.ceil(span(rest.columns) / rest.step.columns);
  return values === 'bytes' ? { ...rest, values, cells: bytesOf(cells, count) } : { ...rest, values, cells: floatsOf(cells, count) };
}

export function decodeHeads({ heads }: HeadsResult): readonly HeadInLittle[] {
  return heads.map(({ cells, ...rest }) => ({ ...rest, cells: bytesOf(cells, rest.rows * rest.columns) }));
}

export function decodeLines({ queries, keys, heads, weights, ...rest }: LinesResult): HeadLines {
  const ofHeads = bytesOf(heads);
  const count = ofHeads.length;
  return {
    ...rest,
    queries: new Uint16Array(bytesOf(queries, 2 * count).buffer),
    keys: new Uint16Array(bytesOf(keys, 2 * count).buffer),
    heads: ofHeads,
    weights: floatsOf(weights, count),
  };
}

function floatsOf(base64: string, count: number): Float32Array {
  return new Float32Array(bytesOf(base64, 4 * count).buffer);
}

/** @throws RangeError for another length than is expected: the rest of the message was about something else */
function bytesOf(base64: string, expected?: number): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  if (expected !== undefined && text.length !== expected) throw new RangeError(`${text.length} bytes came where ${expected} were expected.`);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function span({ first, end }: { readonly first: number; readonly end: number }): number {
  return end - first;
}
