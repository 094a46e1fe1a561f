import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import type { WrittenAnnotation } from '../annotations/annotation.ts';
import {
  annotationsOf, classificationsOf, extension, hoverAt, openText, postedDuring, putCaret, run, select, shownText, tinted, toldDuring, toyModel,
  until, untilAfter, untilTinted, withToyModels,
} from './support.ts';

const sentence = 'A good film, not a bad one.';

/** Everything but translations, with models of random weights: what they say is nonsense, what is done with it is not. */
const tests: readonly Test[] = [
  {
    name: 'Classify Selection tints the words, tells the class after the line and opens the panel',
    run: async () => {
      const app = await extension();
      const editor = await openText(`Above.\n${sentence}\n`);
      select(editor, sentence);
      const posted = await postedDuring(() => run('classifySelection'));
      assert.deepEqual(posted.filter(({ type }) => type !== 'highlight').map(({ type }) => type), ['begin', 'end']);
      const [annotation] = classificationsOf(app, editor.document);
      assert.ok(annotation !== undefined && annotation.classification.labels.length === 2);
      assert.ok(tinted(app, editor.document).includes('good'));
      const [after] = app.decorator.paint(editor.document).afterLines;
      assert.match(after?.text ?? '', /^(good|bad) >?\d+ %$/);
      assert.equal(editor.document.positionAt(after?.offset ?? 0).line, 1);
      assert.ok(app.panel.visible);
      assert.equal(vscode.window.activeTextEditor, editor);
      await run('copyResult');
      assert.match(await vscode.env.clipboard.readText(), /^(good|bad) >?\d+ %\n(good|bad) <?\d+ %$/);
    },
  },
  {
    name: 'the hover of a classified word says what it got and says, and once what attention is',
    run: async () => {
      const editor = await openText(sentence);
      select(editor, sentence);
      await run('classifySelection');
      const text = (await hoverAt(editor.document, 'film'))?.value.replaceAll('\\', '') ?? '';
      assert.match(text, /^\*\*film\*\* got <?\d+ % of the attention\. It (speaks|says)/);
      assert.equal(text.match(/not by itself why/g)?.length, 1);
    },
  },
  {
    name: 'without a selection the paragraph at the caret is classified, and a newer annotation of any kind takes its place',
    run: async () => {
      const app = await extension();
      const editor = await openText(`Above.\n\nA good film. A bad one.\n\nBelow.`);
      putCaret(editor, 'bad');
      await run('classifySelection');
      assert.deepEqual(classificationsOf(app, editor.document).map(({ classification }) => classification.source.text), ['A good film. A bad one.']);
      await editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'Far '));
      assert.equal(classificationsOf(app, editor.document)[0]?.span.start, 12);
      select(editor, 'A bad one.');
      await run('translateSelection');
      assert.deepEqual(classificationsOf(app, editor.document), []);
      assert.equal(annotationsOf(app, editor.document).length, 1);
      await editor.edit(edit => edit.insert(editor.document.positionAt(26), 'very '));
      await run('clearAnnotations');
      assert.deepEqual(tinted(app, editor.document), []);
    },
  },
  {
    name: 'a word pointed at in the panel lights up in the document',
    run: async () => {
      const app = await extension();
      const editor = await openText(sentence);
      select(editor, sentence);
      await run('classifySelection');
      app.panel.receive({ type: 'point', side: 'source', word: 2 });
      assert.deepEqual(tinted(app, editor.document, 'lit'), ['film']);
      assert.equal(shownText(app), sentence);
    },
  },
  {
    name: 'Reply to Selection streams its reply, which is inserted on a new line, as one step to undo',
    run: async () => {
      const app = await extension();
      const editor = await openText('Hello!\n  How are you?\nBelow.');
      select(editor, 'Hello!\n  How are you?');
      const posted = await postedDuring(() => run('replyToSelection'));
      assert.deepEqual(posted[0], { type: 'begin', kind: 'reply', model: toyModel('dialogue') });
      assert.ok(posted.filter(({ type }) => type === 'progress').length > 2);
      const reply = written(annotationsOf(app, editor.document), 'reply');
      assert.match((await hoverAt(editor.document, 'are'))?.value ?? '', /\*\*Reply:\*\*/);
      const before = editor.document.getText();
      await run('insertWritten', reply.id);
      const lines = editor.document.getText().split('\n');
      assert.ok(lines[2]?.startsWith('  '), lines[2]);
      assert.equal(lines.at(-1), 'Below.');
      await vscode.commands.executeCommand('undo');
      assert.equal(editor.document.getText(), before);
    },
  },
  {
    name: 'Continue Selection goes on behind the selection when the panel’s button says so',
    run: async () => {
      const app = await extension();
      const text = 'I want to see the';
      const editor = await openText(`${text}\nBelow.`);
      select(editor, text);
      await run('continueSelection');
      const { trace } = written(annotationsOf(app, editor.document), 'continuation');
      // A row is over the text given; what it lacks went to what was written.
      for (const { weights, elsewhere = 0 } of trace.rows) {
        assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, elsewhere) - 1) < 1e-3);
      }
      app.panel.receive({ type: 'run', command: 'insert' });
      await until('the insertion', () => editor.document.getText() !== `${text}\nBelow.`);
      assert.ok(editor.document.getText().startsWith(text + trace.target.text.slice(0, 3)));
      assert.ok(editor.document.getText().endsWith('\nBelow.'));
    },
  },
  {
    name: 'another map of a continuation is asked for in the panel, and is of the same words',
    run: async () => {
      const app = await extension();
      const text = 'They want to see us';
      const editor = await openText(text);
      select(editor, text);
      await run('continueSelection');
      const { trace } = written(annotationsOf(app, editor.document), 'continuation');
      const map = trace.maps.find(({ layer, head }) => layer === 1 && head === 1) ?? assert.fail('no such map');
      app.panel.receive({ type: 'map', map });
      await until('the other map', () => annotationsOf(app, editor.document).some(one => one.trace.map?.layer === 1));
      const other = written(annotationsOf(app, editor.document), 'continuation').trace;
      assert.equal(other.target.text, trace.target.text);
      assert.deepEqual(other.map, map);
      assert.notDeepEqual(other.rows, trace.rows);
    },
  },
  {
    name: 'what has no text in it is told of in its own words',
    run: async () => {
      await openText('\n\n');
      for (const [command, message] of [
        ['classifySelection', 'There is no text to classify at the caret.'],
        ['replyToSelection', 'There is no text to reply to at the caret.'],
        ['continueSelection', 'There is no text to continue at the caret.'],
      ] as const) {
        assert.ok((await toldDuring(() => run(command))).join().startsWith(message), command);
      }
    },
  },
  {
    name: 'a classification is drawn in the document and in the panel',
    asAUser: true,
    run: async () => {
      const editor = await openText(`Some words above.\n${sentence}\nSome words below.`);
      select(editor, sentence);
      await run('classifySelection');
      putCaret(editor, 'below');
      await untilTinted('film');
      await untilAfter(sentence);
      assert.match(await harness.text({ in: 'webview', selector: 'attention-inspector .labels' }), /good|bad/);
      await harness.hover({ in: 'editor', text: 'film' }, '.monaco-hover-content:has-text("of the attention")');
      await until('the word lit in the panel', async () =>
        (await harness.text({ in: 'webview', selector: 'inspected-texts .word.current' })) === 'film');
      await harness.screenshot('classified');
    },
  },
];

function written(annotations: readonly WrittenAnnotation[], kind: WrittenAnnotation['kind']): WrittenAnnotation {
  const [only, ...others] = annotations;
  assert.ok(only !== undefined && others.length === 0);
  assert.equal(only.kind, kind);
  return only;
}

export const asking: readonly Test[] = tests.map(test => ({ ...test, run: () => withToyModels(test.run) }));
