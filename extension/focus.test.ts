import { describe, expect, it } from 'vitest';
import { AnnotationStore } from './annotations/store.ts';
import { dog, translated } from './annotations/trace.fixture.ts';
import { sourceOf } from '../protocol/outcome.ts';
import { Focus } from './focus.ts';

function make() {
  const events: unknown[] = [];
  let busy = false;
  const store = new AnnotationStore(() => undefined);
  const focus: Focus = new Focus(
    store,
    {
      show: annotation => void events.push(['show', sourceOf(annotation).text]),
      keepPlace: () => undefined,
      highlight: (side, word) => void events.push(['highlight', side, word]),
    },
    { busy: () => busy, redraw: () => void events.push('redraw'), activeChanged: () => void events.push(['active', focus.isActive]) },
  );
  const annotate = (start: number) => {
    const done = store.complete(store.begin('file:///a.txt', { start, end: start + dog.source.text.length }), translated(dog));
    if (done === undefined) throw new Error('not annotated');
    return done;
  };
  const seen = () => events.splice(0);
  return { store, focus, annotate, seen, setBusy: (value: boolean) => (busy = value) };
}

describe('what is lit', () => {
  it('a hovered source word lights up in the panel until the pointer rests elsewhere', () => {
    const { focus, annotate, seen } = make();
    const annotation = annotate(0);
    focus.setShown(annotation.id);
    focus.hover(annotation, 2);
    expect(seen()).toEqual([['highlight', 'source', 2], ['active', true]]);
    expect(focus.lit).toBeUndefined();
    focus.clear();
    expect(seen()).toEqual([['highlight', 'source', undefined], ['active', false]]);
    focus.clear();
    expect(seen()).toEqual([]);
  });

  it('a followed link lights up sources in the document, until the next hover', () => {
    const { focus, annotate, seen } = make();
    const annotation = annotate(0);
    focus.setShown(annotation.id);
    focus.follow(annotation, 1);
    expect(focus.lit).toEqual({ annotation: annotation.id, side: 'target', word: 1 });
    expect(seen()).toEqual([['highlight', 'target', 1], 'redraw', ['active', true]]);
    focus.hover(annotation, undefined);
    expect(focus.lit).toBeUndefined();
  });

  it('a word pointed at in the panel lights up in the document while the pointer is on it', () => {
    const { focus, annotate, seen } = make();
    const annotation = annotate(0);
    focus.setShown(annotation.id);
    focus.point('target', 0);
    expect(focus.lit).toEqual({ annotation: annotation.id, side: 'target', word: 0 });
    focus.point('target', undefined);
    expect(focus.lit).toBeUndefined();
    // The panel itself knows where its pointer is.
    expect(seen().flat()).not.toContain('highlight');
  });

  it('what was selected in the panel goes out there too when the document lets go of it', () => {
    const { focus, annotate, seen } = make();
    focus.setShown(annotate(0).id);
    focus.point('target', 0);
    seen();
    focus.clear();
    expect(seen()).toEqual([['highlight', 'source', undefined], 'redraw', ['active', false]]);
  });

  it('the panel follows the pointer to another annotation, but not away from a translation in progress', () => {
    const { focus, annotate, seen, setBusy } = make();
    const one = annotate(0);
    const two = annotate(40);
    focus.setShown(one.id);
    focus.hover(two, 0);
    expect(seen()).toEqual([['show', 'the old dog'], ['highlight', 'source', 0], ['active', true]]);
    setBusy(true);
    focus.setShown(undefined);
    seen();
    focus.hover(one, 0);
    expect(seen()).toEqual([]);
  });

  it('a panel whose text is gone from the documents lights up nothing there', () => {
    const { focus, annotate, store } = make();
    const annotation = annotate(0);
    focus.setShown(annotation.id);
    store.clear();
    focus.point('target', 0);
    expect(focus.lit).toBeUndefined();
    expect(focus.shown).toBeUndefined();
  });
});
