import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import { annotateOne, annotationsOf, extension, openText, putCaret, rangeOf, run, select, textOf, toldDuring, translate, until, workspaceFolder } from './support.ts';

const megabyte = 1024 * 1024;
const line = 'The old dog sleeps in the garden.\n';

export const badInput: readonly Test[] = [
  {
    name: 'an empty selection in an empty place, blanks, and no editor at all each end in one message',
    run: async () => {
      const editor = await openText('   \n\n\n\n');
      assert.equal((await toldDuring(translate)).length, 1);
      editor.selection = new vscode.Selection(0, 0, 2, 0);
      assert.match((await toldDuring(translate)).join('\n'), /^The selection holds no text to translate\. [^\n]+$/);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      assert.match((await toldDuring(translate)).join('\n'), /^No text editor is open\. [^\n]+$/);
    },
  },
  {
    name: 'text in another script ends in one message, and the other selections are still translated',
    run: async () => {
      const app = await extension();
      const editor = await openText('Сегодня очень хорошая погода.\nI see a cat.');
      select(editor, 'Сегодня очень хорошая погода.', 'I see a cat.');
      const told = await toldDuring(translate);
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0] ?? '', /Cyrillic/);
      assert.deepEqual(annotationsOf(app, editor.document).map(one => textOf(editor.document, one)), ['I see a cat.']);
    },
  },
  {
    name: 'a selection that is too long ends in one message',
    run: async () => {
      const editor = await openText(line.repeat(400));
      editor.selection = new vscode.Selection(0, 0, 400, 0);
      assert.match((await toldDuring(translate)).join('\n'), /^The selection has 13,600 characters; at most 10,000 [^\n]+$/);
    },
  },
  {
    name: 'an unknown model ends in one message, and the next request works',
    run: async () => {
      const configuration = vscode.workspace.getConfiguration('attentionScope');
      const editor = await openText('I see a cat.');
      const before = configuration.inspect('model')?.globalValue;
      await configuration.update('model', 'no-such-model', vscode.ConfigurationTarget.Global);
      try {
        select(editor, 'I see a cat.');
        assert.match((await toldDuring(translate)).join('\n'), /^There is no model "no-such-model"[^\n]+$/);
      } finally {
        await configuration.update('model', before, vscode.ConfigurationTarget.Global);
      }
      await annotateOne(editor, 'I see a cat.');
    },
  },
  {
    name: 'a broken model ends in one message that names the file',
    run: async () => {
      const folder = vscode.Uri.joinPath(workspaceFolder(), 'broken');
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'attention-model.json'), new TextEncoder().encode('{ "format":'));
      const configuration = vscode.workspace.getConfiguration('attentionScope');
      const before = configuration.inspect('model')?.globalValue;
      const editor = await openText('I see a cat.');
      await configuration.update('model', folder.fsPath, vscode.ConfigurationTarget.Global);
      try {
        select(editor, 'I see a cat.');
        const told = await toldDuring(translate);
        assert.equal(told.length, 1, told.join('\n'));
        assert.match(told[0] ?? '', /attention-model\.json/);
      } finally {
        await configuration.update('model', before, vscode.ConfigurationTarget.Global);
        await vscode.workspace.fs.delete(folder, { recursive: true });
      }
      await annotateOne(editor, 'I see a cat.');
    },
  },
  {
    name: 'a file of 49 MB works: a selection, and the sentence at the caret',
    timeout: 240_000,
    run: async () => {
      const app = await extension();
      const editor = await openBig('big-49.txt', 49);
      const last = editor.document.lineCount - 2;
      editor.selection = new vscode.Selection(last, 0, last, line.length - 1);
      const begin = performance.now();
      await translate();
      await harness.print(`    (selection in 49 MB: ${Math.round(performance.now() - begin)} ms)`);
      assert.deepEqual(annotationsOf(app, editor.document).map(one => textOf(editor.document, one)), [line.trim()]);
      editor.selection = new vscode.Selection(10, 5, 10, 5);
      await translate();
      assert.equal(annotationsOf(app, editor.document).length, 2);
      assert.ok(app.decorator.paint(editor.document).received.flat().length > 0);
      assert.match((await toldDuring(async () => {
        editor.selection = new vscode.Selection(0, 0, last, 0);
        await translate();
      })).join('\n'), /^The selection has 51,\d\d\d,\d\d\d characters/);
      await closeBig('big-49.txt');
    },
  },
  {
    name: 'a file of 51 MB, which VS Code hides from extensions, ends in a message that says so',
    timeout: 240_000,
    run: async () => {
      await writeBig('big-51.txt', 51);
      await vscode.commands.executeCommand('vscode.open', bigUri('big-51.txt'));
      await until('its tab', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'big-51.txt');
      const told = await toldDuring(translate);
      assert.match(told.join('\n'), /^big-51\.txt has 51 MB: VS Code hides files of more than 50 MB [^\n]+$/);
      await closeBig('big-51.txt');
    },
  },
  {
    name: 'the caret in a single line of megabytes finds its sentence',
    timeout: 120_000,
    run: async () => {
      const app = await extension();
      const text = `${line.trim()} `.repeat(60_000);
      const editor = await openText(text);
      const at = editor.document.positionAt(Math.floor(text.length / 2));
      editor.selection = new vscode.Selection(at, at);
      await translate();
      assert.deepEqual(annotationsOf(app, editor.document).map(one => textOf(editor.document, one)), [line.trim()]);
    },
  },
  {
    name: 'a read-only document is not replaced, and one message says so',
    run: async () => {
      const provider = vscode.workspace.registerTextDocumentContentProvider('attention-scope-test', {
        provideTextDocumentContent: () => 'I see a cat.',
      });
      try {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('attention-scope-test:/a.txt'));
        const editor = await vscode.window.showTextDocument(document);
        select(editor, 'I see a cat.');
        const told = await toldDuring(() => run('translateAndReplaceSelection'));
        assert.equal(told.length, 1, told.join('\n'));
        assert.equal(document.getText(), 'I see a cat.');
        putCaret(editor, 'see');
        assert.ok(rangeOf(document, 'cat'));
      } finally {
        provider.dispose();
      }
    },
  },
];

const bigUri = (name: string): vscode.Uri => vscode.Uri.joinPath(workspaceFolder(), name);

async function writeBig(name: string, megabytes: number): Promise<void> {
  await vscode.workspace.getConfiguration('workbench').update('editorLargeFileConfirmation', 1000, vscode.ConfigurationTarget.Global);
  const lines = Math.ceil((megabytes * megabyte) / line.length);
  await vscode.workspace.fs.writeFile(bigUri(name), Buffer.from(line.repeat(lines)));
}

async function openBig(name: string, megabytes: number): Promise<vscode.TextEditor> {
  await writeBig(name, megabytes);
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(bigUri(name)));
}

async function closeBig(name: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await vscode.workspace.fs.delete(bigUri(name));
}
