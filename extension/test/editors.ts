import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Test } from '../../test/vscode/run-tests.ts';
import { annotateOne, annotationsOf, extension, hoverAt, openText, select, textOf, translate, until, untilAfter, untilTinted } from './support.ts';

const sentence = 'The old dog sleeps.';

export const editors: readonly Test[] = [
  {
    name: 'annotations come back after a tab switch',
    asAUser: true,
    run: async () => {
      const editor = await openText(sentence);
      await annotateOne(editor, sentence);
      await untilTinted('dog');
      await openText('Another file.');
      await untilAfter();
      assert.ok(!vscode.window.visibleTextEditors.some(visible => visible.document === editor.document));
      const back = await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
      await untilTinted('dog');
      await untilAfter(sentence);
      assert.ok(await hoverAt(back.document, 'dog'));
    },
  },
  {
    name: 'a closed file that is opened again keeps its annotations if its text still stands there',
    run: async () => {
      const app = await extension();
      const { document } = await openText(`${sentence}\n`);
      await annotateOne(await vscode.window.showTextDocument(document), sentence);
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await vscode.window.showTextDocument(document.uri);
      assert.equal(annotationsOf(app, document).length, 1);
    },
  },
  {
    name: 'split editors show the same annotations',
    asAUser: true,
    run: async () => {
      const editor = await openText(sentence);
      await annotateOne(editor, sentence);
      await vscode.commands.executeCommand('workbench.action.splitEditor');
      await until('both halves', () => vscode.window.visibleTextEditors.filter(visible => visible.document === editor.document).length === 2);
      await untilTinted('dog', 2);
    },
  },
  {
    name: 'both sides of a diff editor can be annotated',
    asAUser: true,
    run: async () => {
      const left = (await openText(sentence)).document;
      const right = (await openText('The young cat sleeps.')).document;
      await vscode.commands.executeCommand('vscode.diff', left.uri, right.uri, 'Dog and cat');
      const editor = await until('the diff editor', () => vscode.window.visibleTextEditors.find(visible => visible.document === right));
      await until('the focus', () => vscode.window.activeTextEditor?.document === right);
      await annotateOne(editor, 'The young cat sleeps.');
      await untilTinted('cat');
      assert.ok(await hoverAt(right, 'cat'));
      const other = await until('the left side', () => vscode.window.visibleTextEditors.find(visible => visible.document === left));
      await vscode.commands.executeCommand('diffEditor.switchSide');
      await until('the focus on the left', () => vscode.window.activeTextEditor?.document === left);
      await annotateOne(other, sentence);
      await untilTinted('dog');
      await untilTinted('cat');
      assert.ok(await hoverAt(left, 'dog'));
    },
  },
  {
    name: 'a notebook’s cells can be annotated',
    asAUser: true,
    run: async () => {
      const app = await extension();
      const cells = [
        new vscode.NotebookCellData(vscode.NotebookCellKind.Code, '# I see a cat.\nprint(1)', 'python'),
        new vscode.NotebookCellData(vscode.NotebookCellKind.Code, `# ${sentence}`, 'python'),
      ];
      const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
      await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
      await vscode.commands.executeCommand('notebook.cell.edit');
      const cell = notebook.cellAt(1).document;
      const editor = await until('the cell’s editor', () => {
        const active = vscode.window.activeTextEditor;
        return active?.document === cell && active;
      });
      select(editor, sentence);
      await translate();
      assert.deepEqual(annotationsOf(app, cell).map(annotation => textOf(cell, annotation)), [sentence]);
      await untilTinted('dog');
      assert.ok(await hoverAt(cell, 'dog'));
      assert.deepEqual(annotationsOf(app, notebook.cellAt(0).document), []);
    },
  },
];
