import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Test } from '../../test/vscode/run-tests.ts';
import { annotateOne, annotationsOf, extension, hoverAt, openText, select, textOf, tinted, translate, until } from './support.ts';

const sentence = 'The old dog sleeps.';

export const editors: readonly Test[] = [
  {
    name: 'annotations come back after a tab switch',
    run: async () => {
      const app = await extension();
      const editor = await openText(sentence);
      await annotateOne(editor, sentence);
      await openText('Another file.');
      assert.ok(!vscode.window.visibleTextEditors.some(visible => visible.document === editor.document));
      const back = await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
      assert.ok(tinted(app, back.document).includes('dog'));
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
    run: async () => {
      const app = await extension();
      const editor = await openText(sentence);
      await annotateOne(editor, sentence);
      await vscode.commands.executeCommand('workbench.action.splitEditor');
      const both = await until('both halves', () => {
        const found = vscode.window.visibleTextEditors.filter(visible => visible.document === editor.document);
        return found.length === 2 && found;
      });
      for (const half of both) assert.ok(tinted(app, half.document).includes('dog'));
    },
  },
  {
    name: 'both sides of a diff editor can be annotated',
    run: async () => {
      const app = await extension();
      const left = (await openText(sentence)).document;
      const right = (await openText('The young cat sleeps.')).document;
      await vscode.commands.executeCommand('vscode.diff', left.uri, right.uri, 'Dog and cat');
      const editor = await until('the diff editor', () => vscode.window.visibleTextEditors.find(visible => visible.document === right));
      await until('the focus', () => vscode.window.activeTextEditor?.document === right);
      await annotateOne(editor, 'The young cat sleeps.');
      assert.ok(tinted(app, right).includes('cat'));
      assert.ok(await hoverAt(right, 'cat'));
    },
  },
  {
    name: 'a notebook’s cells can be annotated',
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
      assert.ok(tinted(app, cell).includes('dog'));
      assert.ok(await hoverAt(cell, 'dog'));
      assert.deepEqual(annotationsOf(app, notebook.cellAt(0).document), []);
    },
  },
];
