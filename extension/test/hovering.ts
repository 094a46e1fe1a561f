import * as assert from 'node:assert/strict';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import { annotateOne, extension, hoverAt, longText, openText, postedDuring, putCaret, run, select, shownText, tinted, translate } from './support.ts';

const sentence = 'The old dog sleeps in the garden.';

export const hovering: readonly Test[] = [
  {
    name: 'the hover of a source word lists who attended to it, in numbers and bars, with trusted links',
    run: async () => {
      const editor = await openText(sentence);
      const { trace } = await annotateOne(editor, sentence);
      const hover = await hoverAt(editor.document, 'dog');
      assert.ok(hover);
      assert.match(hover.value, /\*\*dog\*\* was attended to by/);
      assert.match(hover.value, /\| \d+ % \| [█▏▎▍▌▋▊▉]+ \|/);
      assert.ok(hover.value.includes(trace.target.words.length > 0 ? 'command:attentionScope.lightSources' : ''));
      const trusted = typeof hover.isTrusted === 'object' ? hover.isTrusted.enabledCommands : [];
      assert.deepEqual([...trusted].sort(), ['attentionScope.copyResult', 'attentionScope.insertWritten', 'attentionScope.lightSources']);
    },
  },
  {
    name: 'a followed link lights up the word’s sources in the document, until Escape',
    run: async () => {
      const app = await extension();
      const editor = await openText(sentence);
      await annotateOne(editor, sentence);
      const link = /command:attentionScope\.lightSources\?([^ )]+)/.exec((await hoverAt(editor.document, 'dog'))?.value ?? '')?.[1];
      assert.ok(link);
      await run('lightSources', ...(JSON.parse(decodeURIComponent(link)) as unknown[]));
      assert.ok(tinted(app, editor.document, 'lit').length > 0);
      assert.deepEqual(tinted(app, editor.document), []);
      await run('clearHighlight');
      assert.deepEqual(tinted(app, editor.document, 'lit'), []);
      assert.ok(tinted(app, editor.document).includes('dog'));
    },
  },
  {
    name: 'a hovered source word lights up in the panel until the next hover or caret move',
    run: async () => {
      const editor = await openText(`${sentence}\nElsewhere.`);
      const annotation = await annotateOne(editor, sentence);
      const word = annotation.trace.source.words.findIndex(({ start, end }) => sentence.slice(start, end) === 'dog');
      const hover = await postedDuring(() => hoverAt(editor.document, 'dog'));
      assert.deepEqual(hover, [{ type: 'highlight', side: 'source', word }]);
      const elsewhere = await postedDuring(() => hoverAt(editor.document, 'Elsewhere'));
      assert.deepEqual(elsewhere, [{ type: 'highlight', side: 'source', word: undefined }]);
      await hoverAt(editor.document, 'dog');
      const moved = await postedDuring(async () => {
        putCaret(editor, 'Elsewhere');
        await new Promise(resolve => setTimeout(resolve, 300));
      });
      assert.deepEqual(moved, [{ type: 'highlight', side: 'source', word: undefined }]);
    },
  },
  {
    name: 'pointing at a target word in the panel lights up its sources, stronger where attention is stronger',
    run: async () => {
      const app = await extension();
      const editor = await openText(sentence);
      const { trace } = await annotateOne(editor, sentence);
      for (let word = 0; word < trace.target.words.length; word++) {
        app.panel.receive({ type: 'point', side: 'target', word });
        const { lit, received } = app.decorator.paint(editor.document);
        assert.ok(lit.flat().length > 0, `word ${word}`);
        assert.deepEqual(received.flat(), []);
      }
      app.panel.receive({ type: 'point', side: 'target', word: undefined });
      assert.ok(tinted(app, editor.document).includes('dog'));
    },
  },
  {
    name: 'the panel shows the annotation that the pointer rests on',
    run: async () => {
      const app = await extension();
      const editor = await openText(`${sentence}\nI see a cat.`);
      await annotateOne(editor, sentence);
      select(editor, 'I see a cat.');
      await translate();
      assert.equal(shownText(app), 'I see a cat.');
      await hoverAt(editor.document, 'garden');
      assert.equal(shownText(app), sentence);
    },
  },
  {
    name: 'hovers are answered without the worker, within 20 ms (95 % of 400)',
    run: async () => {
      const app = await extension();
      const text = longText(2000);
      const editor = await openText(text);
      await annotateOne(editor, text);
      const requests = app.worker.requests;
      const times = Array.from({ length: 400 }, (_, index) => {
        const position = editor.document.positionAt(index * 4);
        const begin = performance.now();
        app.hover.provideHover(editor.document, position);
        return performance.now() - begin;
      }).sort((one, other) => one - other);
      assert.equal(app.worker.requests, requests);
      const p95 = times[380] ?? Infinity;
      await harness.print(`    (median ${times[200]?.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms)`);
      assert.ok(p95 <= 20, `p95 is ${p95.toFixed(1)} ms`);
    },
  },
];
