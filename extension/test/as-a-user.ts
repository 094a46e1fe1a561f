import * as assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { harness } from '../../test/vscode/harness.ts';
import type { Paint } from '../annotations/paint.ts';
import type { App } from '../app.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import { annotateOne, annotationsOf, extension, openText, putCaret, select, tinted, toldDuring, translate, until } from './support.ts';

const sentence = 'The old dog sleeps in the garden.';

/** The text that was given, in the panel. */
const source = 'inspected-texts section:not(.written) .words';

const tests: readonly Omit<Test, 'asAUser'>[] = [
  {
    name: 'the key translates the selection, and typing goes on in the editor',
    run: async () => {
      const app = await extension();
      const editor = await openText(`${sentence}\n`);
      await harness.click({ in: 'editor', text: 'garden' });
      await harness.press('Control+Home');
      await until('the keyboard', () => editor.selection.active.character === 0);
      await harness.press('Shift+End');
      await until('the selection', () => editor.document.getText(editor.selection) === sentence);
      await harness.press('Control+K');
      await harness.press('t');
      await until('the annotation', () => annotationsOf(app, editor.document).length === 1);
      await until('the panel', () => app.panel.visible);
      await harness.press('Control+End');
      await until('the caret at the end', () => editor.selection.isEmpty && editor.selection.active.line === 1);
      await harness.type('More.');
      await until('the typed text', () => editor.document.getText() === `${sentence}\nMore.`);
      assert.ok(tinted(app, editor.document).includes('dog'));
    },
  },
  {
    name: 'what lasts shows a progress; its Cancel ends the request even while the worker does not answer',
    run: async () => {
      const app = await extension();
      // No other test's: an answer from the cache asks no worker.
      const long = 'The old horse sleeps in the yard behind the house.';
      const editor = await openText(`${long}\nThe cat sleeps too.`);
      await annotateOne(editor, 'The cat sleeps too.');
      await vscode.commands.executeCommand('notifications.clearAll');
      const worker = app.worker.pid ?? assert.fail('no worker');
      select(editor, long);
      // A worker that is held back lasts as long as the hand needs to find the button, on any machine.
      process.kill(worker, 'SIGSTOP');
      try {
        const told = await toldDuring(async () => {
          const running = translate();
          // It shows after a moment, and in a window without focus no toast pops up: it waits in the list.
          await sleep(1_500);
          await vscode.commands.executeCommand('notifications.showList');
          await harness.click({ in: 'workbench', selector: '.notification-list-item:has-text("Translating") .monaco-button:has-text("Cancel")' });
          await running;
        });
        assert.deepEqual(told, []);
      } finally {
        process.kill(worker, 'SIGCONT');
      }
      assert.equal(app.session.running, false);
      assert.deepEqual(annotationsOf(app, editor.document).map(({ trace }) => trace.source.text), ['The cat sleeps too.']);
      await annotateOne(editor, long);
      assert.equal(app.worker.pid, worker);
    },
  },
  {
    name: 'the pointer on a source word shows its hover and lights up its target words in the panel; a link lights up sources; Escape ends it',
    run: async () => {
      const app = await extension();
      const editor = await openText(`Some words above.\n${sentence}\nSome words below.\n`);
      await annotateOne(editor, sentence);
      const received = await untilFollowed(app, editor.document);
      putCaret(editor, 'below');
      await harness.hover({ in: 'editor', text: 'dog' }, '.monaco-hover table');
      const text = await harness.text({ in: 'workbench', selector: '.monaco-hover table' });
      assert.match(text, /\d+ %/);
      await harness.screenshot('hover');
      await harness.click({ in: 'workbench', selector: '.monaco-hover table a' });
      await until('the sources lit', () => !isDeepStrictEqual(app.decorator.paint(editor.document).received, received));
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
      await harness.press('Escape');
      await until('the lights out', () => isDeepStrictEqual(app.decorator.paint(editor.document).received, received));
    },
  },
  {
    name: 'the panel draws the translation; pointing at a word there lights up its sources in the document',
    run: async () => {
      const app = await extension();
      const editor = await openText(`Some words above.\n${sentence}\nSome words below.\n`);
      await annotateOne(editor, sentence);
      const drawn = await harness.text({ in: 'webview', selector: source });
      assert.ok(drawn.includes('dog'), drawn);
      const received = await untilFollowed(app, editor.document);
      await harness.hover({ in: 'webview', selector: 'inspected-texts .written .word' });
      await until('the sources lit', () => !isDeepStrictEqual(app.decorator.paint(editor.document).received, received));
      await harness.screenshot('pointing-in-the-panel');
      await harness.hover({ in: 'editor', text: 'below' });
      await until('the lights out', () => isDeepStrictEqual(app.decorator.paint(editor.document).received, received));
    },
  },
  {
    name: 'a panel that was hidden behind another tab draws itself again, lit words included',
    run: async () => {
      const app = await extension();
      const editor = await openText(sentence);
      const annotation = await annotateOne(editor, sentence);
      await harness.text({ in: 'webview', selector: source });
      const { document } = await openText('Something else.');
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Two, preview: false });
      await until('the panel hidden', () => !app.panel.visible);
      app.focus.hover(annotation, 2);
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await until('the panel visible', () => app.panel.visible);
      assert.equal(await harness.text({ in: 'webview', selector: `${source} .word.current` }), 'dog');
      assert.equal((await harness.text({ in: 'webview', selector: source })).trim(), sentence);
    },
  },
];

/** Waits until the tints are of the map that the panel shows. @returns them, of nothing pointed at */
async function untilFollowed(app: App, document: vscode.TextDocument): Promise<Paint['received']> {
  await until('the map followed', () => app.inspecting.followed(document.uri.toString()) !== undefined);
  return app.decorator.paint(document).received;
}

/** With a mouse and a keyboard. */
export const asAUser: readonly Test[] = tests.map(test => ({ ...test, asAUser: true }));
