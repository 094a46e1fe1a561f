import { Failure } from '../../protocol/failure.ts';
import type { FromInspector, InspectMethod, InspectQuestion, ShownMap } from '../../protocol/inspect-page.ts';
import { longestPassage } from '../../protocol/longest-passage.ts';
import { Fields } from './fields.ts';
import {
  readArithmeticParams, readChoice, readExportParams, readHeadsParams, readId, readInfluenceParams, readLinesParams, readMapParams, readOpen, readRange, readReading,
} from './params.ts';

/** A question, or numbers, that cannot be understood: they are refused, so that nobody waits for what comes of them. */
export type BadMessage =
  | { readonly type: 'bad-ask'; readonly id: number; readonly failure: Failure }
  | { readonly type: 'bad-feed'; readonly failure: Failure };

const types = ['ask', 'cancel', 'shown', 'feed', 'pin', 'copy', 'save-png', 'save-csv', 'remember'] as const satisfies readonly FromInspector['type'][];
const methods = ['open', 'peek', 'recall', 'another', 'map', 'heads', 'lines', 'arithmetic', 'influence', 'export'] as const satisfies readonly InspectMethod[];

const mostAxes = 1000;
const mostText = 10_000_000;
const longestName = 1000;
const largestPicture = 256_000_000;

/** The inspector's part of what a page says; `undefined` where that is none of its messages. */
export function carriedMessage(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'inspect' && 'message' in value ? value.message : undefined;
}

/** Parses what the inspector in a page says; `undefined` for anything that is no message of ours. */
export function parseFromInspector(value: unknown): FromInspector | BadMessage | undefined {
  let refused: ((failure: Failure) => BadMessage) | undefined;
  try {
    const fields = new Fields(value, 'the message');
    const type = fields.one('type', types);
    if (type === 'ask' || type === 'cancel') {
      const id = fields.index('id', Number.MAX_SAFE_INTEGER);
      refused = failure => ({ type: 'bad-ask', id, failure });
    }
    if (type === 'feed') refused = failure => ({ type: 'bad-feed', failure });
    return readMessage(type, fields);
  } catch (error) {
    return refused?.(Failure.from(error));
  }
}

function readMessage(type: (typeof types)[number], fields: Fields): FromInspector {
  switch (type) {
    case 'ask': return { type, id: fields.index('id', Number.MAX_SAFE_INTEGER), ...readQuestion(fields.one('method', methods), fields.fields('params')) };
    case 'cancel': return { type, id: fields.index('id', Number.MAX_SAFE_INTEGER) };
    case 'shown': return { type, shown: fields.is('shown', undefined) ? undefined : readShown(fields.fields('shown')) };
    case 'feed': return { type, numbers: fields.text('numbers', longestPassage) };
    case 'pin': return { type, inspection: readId(fields, 'inspection'), isPinned: fields.flag('isPinned') };
    case 'copy': return { type, text: fields.text('text', mostText) };
    case 'save-png': return { type, name: fields.text('name', longestName), png: fields.bytes('png', largestPicture) };
    case 'save-csv': return { type, name: fields.text('name', longestName), csv: fields.text('csv', mostText) };
    case 'remember': return { type, memory: fields.any('memory') };
  }
}

type Asked<Question = InspectQuestion> = Question extends InspectQuestion ? Pick<Question, 'method' | 'params'> : never;

function readQuestion(method: InspectMethod, params: Fields): Asked {
  switch (method) {
    case 'open': case 'peek': return { method, params: readOpen(params) };
    case 'recall': return { method, params: { inspection: readId(params, 'inspection') } };
    case 'another': return { method, params: { inspection: readId(params, 'inspection'), what: params.one('what', ['model', 'text'] as const) } };
    case 'map': return { method, params: readMapParams(params) };
    case 'heads': return { method, params: readHeadsParams(params) };
    case 'lines': return { method, params: readLinesParams(params) };
    case 'arithmetic': return { method, params: readArithmeticParams(params) };
    case 'influence': return { method, params: readInfluenceParams(params) };
    case 'export': return { method, params: readExportParams(params) };
  }
}

function readShown(fields: Fields): ShownMap {
  return {
    inspection: readId(fields, 'inspection'),
    choice: readChoice(fields.fields('choice')),
    reading: readReading(fields.fields('reading')),
    pointed: fields.is('pointed', undefined) ? undefined : readPointed(fields.fields('pointed')),
  };
}

function readPointed(fields: Fields): ShownMap['pointed'] {
  return { axis: fields.index('axis', mostAxes), tokens: readRange(fields.fields('tokens')), as: fields.one('as', ['query', 'key'] as const) };
}
