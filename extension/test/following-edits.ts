import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Test } from '../../test/vscode/run-tests.ts';
import { harness } from '../../test/vscode/harness.ts';
import { annotate, annotateOne, annotationsOf, extension, openText, putCaret, rangeOf, textOf, tinted, until, untilAfter, untilTinted } from './support.ts';

const sentence = 'The old dog sleeps.';

export const followingEdits: readonly Test[] = [
  {
    name: 'text typed elsewhere moves an annotation',
    run: async () => {
      const app = await extension();
      const editor = await openText(`One.\n${sentence}\nThree.`);
      await annotateOne(editor, sentence);
      await editor.edit(edit => {
        edit.insert(new vscode.Position(0, 0), 'Zero 🎈.\r\n');
        edit.delete(rangeOf(editor.document, 'One.'));
        edit.insert(rangeOf(editor.document, 'Three').start, 'Two and a half. ');
      });
      const [annotation] = annotationsOf(app, editor.document);
      assert.ok(annotation);
      assert.equal(textOf(editor.document, annotation), sentence);
      assert.ok(tinted(app, editor.document).includes('dog'));
    },
  },
  {
    name: 'a translation stays after its own line when lines are split and joined around it',
    asAUser: true,
    run: async () => {
      const editor = await openText(`One.\n${sentence}\nI see a cat.\nEnd.`);
      await annotate(editor, sentence, 'I see a cat.');
      await untilAfter(sentence, 'I see a cat.');
      await harness.click({ in: 'editor', text: 'dog' });
      await harness.press('End');
      await harness.press('Enter');
      await harness.type('New.');
      await until('the typed line', () => editor.document.lineAt(2).text === 'New.');
      await untilAfter(sentence, 'I see a cat.');
      putCaret(editor, 'I see');
      await editor.edit(edit => edit.delete(new vscode.Range(new vscode.Position(2, 0), new vscode.Position(3, 0))));
      await untilAfter(sentence, 'I see a cat.');
      // Joined, they share a line and what follows it.
      await editor.edit(edit => edit.replace(new vscode.Range(editor.document.lineAt(1).range.end, editor.document.lineAt(2).range.start), ' '));
      await untilAfter(`${sentence} I see a cat.`);
      await untilTinted('cat');
    },
  },
  {
    name: 'a change inside the selection clears its annotation and no other',
    run: async () => {
      const app = await extension();
      const editor = await openText(`${sentence}\nI see a cat.`);
      await annotate(editor, sentence, 'I see a cat.');
      await editor.edit(edit => edit.insert(rangeOf(editor.document, 'dog').start, 'brown '));
      assert.deepEqual(annotationsOf(app, editor.document).map(one => textOf(editor.document, one)), ['I see a cat.']);
      assert.ok(!tinted(app, editor.document).includes('dog'));
    },
  },
  {
    name: 'what is typed while it is being translated moves the annotation to come',
    run: async () => {
      const app = await extension();
      const text = 'The weather was fine that morning, and everybody went out to the garden.';
      const editor = await openText(text);
      editor.selection = new vscode.Selection(new vscode.Position(0, 0), new vscode.Position(0, text.length));
      const running = vscode.commands.executeCommand('attentionScope.translateSelection');
      await editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'Look! '));
      await running;
      const [annotation] = annotationsOf(app, editor.document);
      assert.ok(annotation);
      assert.equal(annotation.span.start, 6);
      assert.equal(textOf(editor.document, annotation), text);
    },
  },
];
