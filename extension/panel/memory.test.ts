import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dog, review, translated } from '../annotations/trace.fixture.ts';
import { PanelMemory, type Shown } from './memory.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A place in a workspace's storage, as VS Code's. */
function storage() {
  const values = new Map<string, string>();
  let writes = 0;
  return {
    get writes() {
      return writes;
    },
    keys: () => [...values.keys()],
    get: (key: string) => JSON.parse(values.get(key) ?? 'null') ?? undefined,
    update: async (key: string, value: unknown) => {
      writes++;
      values.set(key, JSON.stringify(value));
    },
  };
}

const shown: Shown = { outcome: translated(dog), place: { uri: 'file:///a.txt', span: { start: 3, end: 14 } } };

describe('what the panel showed', () => {
  it('is there after a reload', () => {
    const where = storage();
    new PanelMemory(where, '1.0.0').keep(shown);
    vi.runAllTimers();
    expect(new PanelMemory(where, '1.0.0').recall().shown).toEqual(shown);
  });

  it('is there too where a text was only inspected, and gone with what is shown next', () => {
    const where = storage();
    const memory = new PanelMemory(where, '1.0.0');
    const inspected = { asked: { model: '/bert', text: 'the old dog', languageId: 'plaintext', beam: 1, interventions: [] }, place: { uri: 'file:///a.txt', span: { start: 3, end: 14 } } };
    memory.keepInspected(inspected);
    vi.runAllTimers();
    expect(memory.recall()).toEqual({ inspected });
    memory.keep(shown);
    vi.runAllTimers();
    expect(memory.recall()).toEqual({ shown });
  });

  it('is stored once for many changes in a row, the last one', () => {
    const where = storage();
    const memory = new PanelMemory(where, '1.0.0');
    for (let start = 0; start < 50; start++) memory.keep({ outcome: translated(dog), place: { uri: 'file:///a.txt', span: { start, end: start + 11 } } });
    vi.runAllTimers();
    expect(where.writes).toBe(1);
    expect(memory.recall().shown?.place?.span.start).toBe(49);
  });

  it('of a large classification is all but its encoder’s maps', () => {
    const where = storage();
    const large = {
      ...review,
      maps: [...review.maps, { kind: 'encoder', layer: 0, head: 0, queries: 400, keys: 400 } as const],
      weights: [...review.weights, new Array<number>(160_000).fill(1 / 400)],
    };
    new PanelMemory(where, '1.0.0').keep({ outcome: { kind: 'classification', classification: large }, place: undefined });
    vi.runAllTimers();
    expect(new PanelMemory(where, '1.0.0').recall().shown?.outcome).toEqual({ kind: 'classification', classification: review });
  });

  it('is forgotten by another version of the extension, and where what is stored is nothing of ours', () => {
    const where = storage();
    new PanelMemory(where, '1.0.0').keep(shown);
    vi.runAllTimers();
    expect(new PanelMemory(where, '1.0.1').recall()).toEqual({});
    expect(new PanelMemory(storage(), '1.0.0').recall()).toEqual({});
    for (const key of where.keys()) void where.update(key, 'torn');
    expect(new PanelMemory(where, '1.0.0').recall()).toEqual({});
  });
});
