import { describe, expect, it } from 'vitest';
import { AnnotationStore } from './store.ts';
import { dog, review, translated } from './trace.fixture.ts';

const uri = 'file:///a.txt';
const length = dog.source.text.length;

function make(): { store: AnnotationStore; changes: string[][] } {
  const changes: string[][] = [];
  return { store: new AnnotationStore(uris => changes.push([...uris])), changes };
}

function annotate(store: AnnotationStore, start: number, where = uri) {
  return store.complete(store.begin(where, { start, end: start + length }), translated(dog));
}

describe('the store of annotations', () => {
  it('shows an annotation once its trace is there, where edits have moved it meanwhile', () => {
    const { store, changes } = make();
    const id = store.begin(uri, { start: 5, end: 5 + length });
    expect(store.in(uri)).toEqual([]);
    store.edit(uri, [{ rangeOffset: 0, rangeLength: 0, text: 'more ' }]);
    expect(store.complete(id, translated(dog))?.span).toEqual({ start: 10, end: 10 + length });
    expect(changes).toEqual([[uri]]);
  });

  it('does not annotate what was edited while it was being translated', () => {
    const { store } = make();
    const id = store.begin(uri, { start: 5, end: 5 + length });
    store.edit(uri, [{ rangeOffset: 6, rangeLength: 1, text: '' }]);
    expect(store.complete(id, translated(dog))).toBeUndefined();
    expect(store.in(uri)).toEqual([]);
  });

  it('is redrawn when an edit clears an annotation, not when it merely moves one', () => {
    const { store, changes } = make();
    annotate(store, 5);
    changes.length = 0;
    store.edit(uri, [{ rangeOffset: 0, rangeLength: 0, text: 'x' }]);
    expect(changes).toEqual([]);
    store.edit(uri, [{ rangeOffset: 8, rangeLength: 0, text: 'x' }]);
    expect(changes).toEqual([[uri]]);
    expect(store.in(uri)).toEqual([]);
  });

  it('leaves other documents alone', () => {
    const { store } = make();
    annotate(store, 5);
    annotate(store, 5, 'file:///b.txt');
    store.edit('file:///b.txt', [{ rangeOffset: 6, rangeLength: 0, text: 'x' }]);
    expect(store.in(uri)).toHaveLength(1);
    expect(store.in('file:///b.txt')).toEqual([]);
  });

  it('lets a newer annotation take the place of those it touches, and keeps neighbours', () => {
    const { store } = make();
    const old = annotate(store, 5);
    const neighbour = annotate(store, 5 + length);
    const newer = annotate(store, 3);
    expect(store.in(uri).map(({ id }) => id)).toEqual([neighbour?.id, newer?.id]);
    expect(store.get(old?.id ?? 0)).toBeUndefined();
  });

  it('holds translations and classifications side by side: a newer one of either kind takes the place of what it touches', () => {
    const { store } = make();
    annotate(store, 5);
    const span = { start: 8, end: 8 + review.source.text.length };
    const classified = store.complete(store.begin(uri, span), { kind: 'classification', classification: review });
    expect(store.in(uri)).toEqual([classified]);
    store.verify(uri, () => review.source.text);
    expect(store.in(uri)).toHaveLength(1);
    store.verify(uri, () => 'something else');
    expect(store.in(uri)).toEqual([]);
  });

  it('finds the annotation at a character, the following one at a shared border', () => {
    const { store } = make();
    const first = annotate(store, 0);
    const second = annotate(store, length);
    expect(store.at(uri, 3)).toBe(first);
    expect(store.at(uri, length)).toBe(second);
    expect(store.at(uri, 2 * length)).toBe(second);
    expect(store.at(uri, 2 * length + 1)).toBeUndefined();
  });

  it('drops what no longer stands there when a document is opened again', () => {
    const { store } = make();
    annotate(store, 4);
    const text = `123 ${dog.source.text}`;
    store.verify(uri, span => text.slice(span.start, span.end));
    expect(store.in(uri)).toHaveLength(1);
    store.verify(uri, span => text.slice(span.start + 1, span.end + 1));
    expect(store.in(uri)).toEqual([]);
  });

  it('clears everything, also what is still to come', () => {
    const { store, changes } = make();
    annotate(store, 0);
    const pending = store.begin('file:///b.txt', { start: 0, end: length });
    changes.length = 0;
    store.clear();
    expect(changes).toEqual([[uri, 'file:///b.txt']]);
    expect(store.complete(pending, translated(dog))).toBeUndefined();
  });
});
