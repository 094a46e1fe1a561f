import type { Axis, Inspection, MapWindow, OpenInspectionParams } from '../../protocol/inspection.ts';
import type { Span } from '../../protocol/trace.ts';
import { abortable } from '../abortable.ts';
import { Inspections, type InspectionsHost } from './inspections.ts';

export const asked: OpenInspectionParams = { model: 'en-fr', task: 'translation', text: 'the old dog', languageId: 'plaintext', beam: 1, interventions: [] };

/** Words are tokens; behind them stands the end. */
export function axisOf(side: Axis['side'], text: string): Axis {
  const words: Span[] = [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => ({ start: index, end: index + word.length }));
  const tokens = words.map(word => ({ ...word, text: text.slice(word.start, word.end), special: false }));
  return { side, text, words, tokens: [...tokens, { text: '</s>', start: text.length, end: text.length, special: true }], sentences: [{ first: 0, end: tokens.length + 1 }] };
}

/** A pass of a model with one layer of attention of every kind. */
export function inspectionOf(id: string, given: OpenInspectionParams = asked): Inspection {
  const layer = { layer: 0, heads: 2, hasArithmetic: true, hasValues: true };
  return {
    id, asked: given, model: `${given.model}, small`, axes: [axisOf('source', given.text), axisOf('target', 'le vieux chien')],
    layers: [{ kind: 'encoder', queries: 0, keys: 0, ...layer }, { kind: 'decoder', queries: 1, keys: 1, ...layer }, { kind: 'cross', queries: 1, keys: 0, ...layer }],
    usual: undefined, image: undefined, output: { kind: 'written', text: 'le vieux chien', steps: [], searches: [] }, isRounded: false, warnings: [],
  };
}

/** A whole map in floats, of words and the end. */
export function windowOf({ axes }: Inspection, queries: number, keys: number, weights: readonly (readonly number[])[]): MapWindow {
  const labels = (axis: number) => (axes[axis]?.tokens ?? []).map(({ text, special }, token) => ({ first: token, end: token + 1, text, special }));
  const [rows, columns] = [labels(queries), labels(keys)];
  const cells = Float32Array.from(rows.flatMap((_, row) => columns.map((_label, column) => weights[row]?.[column] ?? 0)));
  return {
    size: { rows: rows.length, columns: columns.length }, rows: { first: 0, end: rows.length }, columns: { first: 0, end: columns.length }, step: { rows: 1, columns: 1 },
    cells: Buffer.from(cells.buffer).toString('base64'), values: 'floats', isSigned: false, full: 1, strong: 1, hidden: { cells: 0, mass: 0 }, labels: { rows, columns },
  };
}

export interface Call {
  readonly method: string;
  readonly params: unknown;
  readonly signal: AbortSignal;
  readonly progress: ((progress: unknown) => void) | undefined;
  answer(result: unknown): void;
  fail(failure: unknown): void;
}

/** As it comes out of the connection, whose bundle has a class of its own for it. */
export const gone = Object.assign(new Error('It is held no longer.'), { code: 'inspection-gone', hint: 'Ask for it again.' });
export const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 1));

/** A worker that answers when the test says so; what it opens it calls `held-1`, `held-2`, … Its models are saved anew by `saves`. */
export function fakeWorker(change: Partial<InspectionsHost> = {}) {
  const calls: Call[] = [];
  const closed: string[] = [];
  let changes = 0;
  let version = 1;
  const ask = ((method: string, params: unknown, signal: AbortSignal, progress?: (progress: unknown) => void) =>
    abortable(new Promise((resolve, reject) => calls.push({ method, params, signal, progress, answer: resolve, fail: reject })), signal)) as InspectionsHost['ask'] & InspectionsHost['askModel'];
  const inspections = new Inspections({
    ask, askModel: ask, version: async () => `version ${version}`, close: id => closed.push(id), locate: place => place, readImage: async file => `bytes of ${file}`,
    assertMayRun: () => undefined, changed: () => void changes++, replaced: () => undefined, ...change,
  });
  const call = (index: number): Call => {
    const found = calls.at(index);
    if (found === undefined) throw new Error(`there is no call ${index}`);
    return found;
  };
  let opened = 0;
  /** Answers the last call, which opens an inspection. */
  const holds = async (): Promise<void> => {
    await settle();
    const { params, answer } = call(-1);
    answer(inspectionOf(`held-${++opened}`, params as OpenInspectionParams));
    await settle();
  };
  return { inspections, calls, call, closed, holds, saves: () => void version++, changes: () => changes };
}
