import * as assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Test } from '../../test/vscode/run-tests.ts';
import {
  annotate, annotateOne, annotationsOf, extension, longText, openText, postedDuring, putCaret, run, select, shownText, textOf, tinted, toldDuring,
  translate, until,
} from './support.ts';

export const translating: readonly Test[] = [
  {
    name: 'Translate Selection tints the words, shows the translation after the line, opens the panel and leaves the focus',
    run: async () => {
      const app = await extension();
      const editor = await openText('A first line.\nThe old dog sleeps.\n');
      const annotation = await annotateOne(editor, 'The old dog sleeps.');
      assert.ok(annotation.trace.target.text.length > 0);
      const words = tinted(app, editor.document);
      assert.ok(words.includes('dog') && words.includes('old'), `Tinted: ${words.join(' ')}`);
      const [after] = app.decorator.paint(editor.document).afterLines;
      assert.ok(after !== undefined && editor.document.positionAt(after.offset).line === 1);
      assert.ok(annotation.trace.target.text.startsWith(after.text.slice(0, 20)));
      assert.ok(app.panel.visible);
      assert.equal(vscode.window.activeTextEditor, editor);
      const panelTab = vscode.window.tabGroups.all.flatMap(group => group.tabs).find(tab => tab.input instanceof vscode.TabInputWebview);
      assert.notEqual(panelTab?.group.viewColumn, editor.viewColumn);
      assert.match(app.status.text, /^\$\(eye\) \S/);
    },
  },
  {
    name: 'the panel hears of a pass row by row, then gets the trace',
    run: async () => {
      const editor = await openText('My mother never tells a lie.');
      const posted = await postedDuring(() => annotate(editor, 'My mother never tells a lie.'));
      const types = posted.filter(({ type }) => type !== 'highlight').map(message => (message.type === 'progress' ? message.progress.kind : message.type));
      assert.deepEqual(types.slice(0, 2), ['begin', 'source']);
      assert.equal(types.at(-1), 'end');
      assert.ok(types.filter(type => type === 'target').length >= 3, types.join(' '));
    },
  },
  {
    name: 'every selection becomes an annotation of its own',
    run: async () => {
      const app = await extension();
      const texts = ['I see a cat.', 'You see a dog.', 'We are here.'];
      const editor = await openText(texts.join('\n'));
      const annotations = await annotate(editor, ...[...texts].reverse());
      assert.deepEqual(annotations.map(annotation => textOf(editor.document, annotation)), texts);
      assert.equal(app.decorator.paint(editor.document).afterLines.length, 3);
    },
  },
  {
    name: 'without a selection, the sentence at the caret is translated',
    run: async () => {
      const app = await extension();
      const editor = await openText('He left. The train was late again. Nobody cared.');
      putCaret(editor, 'was late');
      await translate();
      assert.deepEqual(annotationsOf(app, editor.document).map(one => textOf(editor.document, one)), ['The train was late again.']);
    },
  },
  {
    name: 'the same text is answered from the cache',
    run: async () => {
      const app = await extension();
      const editor = await openText('He plays the piano.\nHe plays the piano.');
      await annotateOne(editor, 'He plays the piano.');
      const requests = app.worker.requests;
      const { start, end } = editor.document.lineAt(1).range;
      editor.selection = new vscode.Selection(start, end);
      await translate();
      assert.equal(app.worker.requests, requests);
      assert.equal(annotationsOf(app, editor.document).length, 2);
    },
  },
  {
    name: 'Translate and Replace replaces all selections, and one undo brings them back',
    run: async () => {
      const editor = await openText('I see a cat.\r\nYou see a dog.\r\nEnd', 'plaintext');
      const before = editor.document.getText();
      select(editor, 'I see a cat.', 'You see a dog.');
      await run('translateAndReplaceSelection');
      const lines = editor.document.getText().split(/\r?\n/);
      assert.equal(lines.length, 3);
      assert.notEqual(lines[0], 'I see a cat.');
      assert.notEqual(lines[1], 'You see a dog.');
      assert.equal(lines[2], 'End');
      await vscode.commands.executeCommand('undo');
      assert.equal(editor.document.getText(), before);
    },
  },
  {
    name: 'what stands around the prose stays when it is replaced: comment markers, indentation, line ends',
    run: async () => {
      const before = '/** I see a cat. */\nif (x) {\n  // The old dog sleeps.\n  // You see a dog.\n}\n';
      const editor = await openText(before, 'typescript');
      select(editor, '/** I see a cat. */', '  // The old dog sleeps.\n  // You see a dog.\n');
      await run('translateAndReplaceSelection');
      const after = editor.document.getText();
      assert.match(after, /^\/\*\* \S.*\S \*\/\nif \(x\) \{\n  \/\/ \S.*\n  \/\/ \S.*\n\}\n$/);
      assert.ok(!/cat|dog/.test(after), after);
      await vscode.commands.executeCommand('undo');
      assert.equal(editor.document.getText(), before);
    },
  },
  {
    name: 'what stands elsewhere by now is not overwritten',
    run: async () => {
      const app = await extension();
      const editor = await openText('I see a cat.\n');
      await annotateOne(editor, 'I see a cat.');
      const { uri } = editor.document;
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('Mine, and new.\n'));
      await until('VS Code notices', () => editor.document.isClosed || editor.document.getText().startsWith('Mine'));
      const told = await toldDuring(async () => {
        app.panel.receive({ type: 'run', command: 'replace' });
        await until('a message', () => /nothing was changed|no longer stands/.test(app.notifier.told.at(-1) ?? ''));
      });
      assert.equal(told.length, 1, told.join('\n'));
      assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), 'Mine, and new.\n');
    },
  },
  {
    name: 'a link to a translation that is gone copies no other',
    run: async () => {
      const editor = await openText('I see a cat.\nYou see a dog.');
      const [cat] = await annotate(editor, 'I see a cat.', 'You see a dog.');
      await vscode.env.clipboard.writeText('before');
      await editor.edit(edit => edit.insert(new vscode.Position(0, 2), 'now '));
      const told = await toldDuring(() => run('copyResult', cat?.id));
      assert.match(told.join(), /What this link would copy is gone/);
      assert.equal(await vscode.env.clipboard.readText(), 'before');
    },
  },
  {
    name: 'Copy Translation copies the one at the caret, else the one in the panel',
    run: async () => {
      const editor = await openText('I see a cat.\nWe are at home now.\n\nNothing here');
      const [cat, home] = await annotate(editor, 'I see a cat.', 'We are at home now.');
      putCaret(editor, 'see a');
      await run('copyResult');
      assert.equal(await vscode.env.clipboard.readText(), cat?.trace.target.text);
      putCaret(editor, 'Nothing');
      await run('copyResult');
      assert.equal(await vscode.env.clipboard.readText(), home?.trace.target.text);
    },
  },
  {
    name: 'the panel’s buttons copy and replace the translation that it shows, wherever the caret is',
    run: async () => {
      const app = await extension();
      const editor = await openText('I see a cat.\nWe are at home now.\n');
      const [, home] = await annotate(editor, 'I see a cat.', 'We are at home now.');
      putCaret(editor, 'see a');
      app.panel.receive({ type: 'run', command: 'copy' });
      const text = home?.trace.target.text ?? assert.fail();
      for (let turn = 0; turn < 100 && (await vscode.env.clipboard.readText()) !== text; turn++) await sleep(50);
      assert.equal(await vscode.env.clipboard.readText(), text);
      app.panel.receive({ type: 'run', command: 'replace' });
      await until('the replacement', () => editor.document.getText() === `I see a cat.\n${text}\n`);
    },
  },
  {
    name: 'Clear Annotations leaves nothing',
    run: async () => {
      const app = await extension();
      const editor = await openText('I see a cat.');
      await annotateOne(editor, 'I see a cat.');
      await run('clearAnnotations');
      assert.deepEqual(tinted(app, editor.document), []);
      assert.deepEqual(app.decorator.paint(editor.document).afterLines, []);
    },
  },
  {
    name: 'a selection of 2,000 characters is translated whole, and shown after the line in 80',
    timeout: 120_000,
    run: async () => {
      const app = await extension();
      const text = longText(2000);
      const annotation = await annotateOne(await openText(text), text);
      assert.ok(annotation.trace.sentences.length > 30);
      assert.ok(annotation.trace.target.text.length > 1000);
      const [after] = app.decorator.paint(vscode.window.activeTextEditor?.document ?? assert.fail()).afterLines;
      assert.ok(after !== undefined && after.text.length <= 80);
    },
  },
  {
    name: 'CRLF, tabs, emoji and right-to-left text keep their offsets',
    run: async () => {
      const app = await extension();
      const texts = ['The dog 🐕 sleeps.', '\tThe 👨‍👩‍👧 family eats.', 'The cat\r\nsees the dog.', 'The word שלום is old.'];
      const editor = await openText(`🎈\r\n${texts.join('\r\n')}\r\n`);
      assert.equal(editor.document.eol, vscode.EndOfLine.CRLF);
      const annotations = await annotate(editor, ...texts);
      assert.deepEqual(annotations.map(annotation => textOf(editor.document, annotation)), texts);
      const words = tinted(app, editor.document);
      for (const word of ['dog', 'sleeps', 'family', 'cat', 'sees', 'old']) assert.ok(words.includes(word), `${word} in ${words.join(' ')}`);
    },
  },
  {
    name: 'a comment’s markers and line breaks are no part of what is read',
    run: async () => {
      const app = await extension();
      const comment = '// The old dog sleeps\n// in the garden.';
      const editor = await openText(`${comment}\nlet x = 1;`, 'typescript');
      const { trace } = await annotateOne(editor, comment);
      assert.equal(trace.sentences.length, 1);
      assert.ok(!tinted(app, editor.document).some(word => word.includes('/')));
      assert.ok(tinted(app, editor.document).includes('garden'));
    },
  },
  {
    name: 'a newer request supersedes the older',
    timeout: 120_000,
    run: async () => {
      const app = await extension();
      const long = longText(2000).replaceAll('dog', 'horse');
      const editor = await openText(`${long}\nI see a cat.`);
      select(editor, long);
      const told = await toldDuring(async () => {
        const older = translate();
        await until('the first translation runs', () => app.session.running);
        select(editor, 'I see a cat.');
        await translate();
        await older;
      });
      assert.deepEqual(told, []);
      assert.deepEqual(annotationsOf(app, editor.document).map(one => textOf(editor.document, one)), ['I see a cat.']);
      assert.equal(shownText(app), 'I see a cat.');
    },
  },
  {
    name: 'a running translation can be cancelled, and the next one works',
    timeout: 120_000,
    run: async () => {
      const app = await extension();
      const long = longText(4000).replaceAll('dog', 'bird');
      const editor = await openText(`${long}\nYou see a cat.`);
      select(editor, long);
      const told = await toldDuring(async () => {
        const running = translate();
        await until('the translation runs', () => app.session.running);
        assert.match(app.status.text, /loading~spin/);
        await run('cancel');
        await running;
      });
      assert.deepEqual(told, []);
      assert.deepEqual(annotationsOf(app, editor.document), []);
      await annotateOne(editor, 'You see a cat.');
    },
  },
];
