import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import {
  annotationsOf, classificationsOf, extension, foreign, openText, postedDuring, run, select, toldDuring, toyModel, until, withSettings, workspaceFolder,
} from './support.ts';

const nothing = { modelFolders: [], replyModel: undefined, continuationModel: undefined, imageClassificationModel: undefined };
const setting = (key: string): unknown => vscode.workspace.getConfiguration('attentionScope').get(key);

export const missingModels: readonly Test[] = [
  {
    name: 'a command without a model for it says what to do, and opens nothing',
    run: () => withSettings(nothing, async () => {
      const editor = await openText('How are you?');
      select(editor, 'How are you?');
      const posted = await postedDuring(async () => {
        assert.match((await toldDuring(() => run('replyToSelection'))).join(), /^There is no model that replies yet\. Open a file or folder that holds one, or train one\.$/);
        assert.match((await toldDuring(() => run('continueSelection'))).join(), /^There is no model that continues a text yet\./);
      });
      assert.deepEqual(posted, []);
      const image = vscode.Uri.joinPath(workspaceFolder(), 'missing.png');
      await vscode.workspace.fs.writeFile(image, Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
      assert.match((await toldDuring(() => run('classifyImage', image))).join(), /^There is no model that classifies images yet\./);
    }),
  },
  {
    name: 'Open a Model File or Folder takes the model that the folder holds, and the command works',
    run: () => withSettings(nothing, async () => {
      const app = await extension();
      const folder = toyModel('dialogue');
      const told = await toldDuring(() => run('openModel', 'dialogue', vscode.Uri.file(folder)));
      assert.match(told.join(), /^Random weights is now the model that replies\.$/);
      assert.deepEqual([setting('modelFolders'), setting('replyModel')], [[folder], folder]);
      const editor = await openText('How are you?');
      select(editor, 'How are you?');
      await run('replyToSelection');
      assert.deepEqual(annotationsOf(app, editor.document).map(({ kind }) => kind), ['reply']);
    }),
  },
  {
    name: 'a folder without such a model is told of, and is not taken into the settings',
    run: () => withSettings(nothing, async () => {
      const told = await toldDuring(() => run('openModel', 'dialogue', vscode.Uri.file(toyModel('classification'))));
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0] ?? '', /classifies holds no model that replies; what it holds is one that classifies text/);
      assert.deepEqual([setting('modelFolders'), setting('replyModel')], [[], '']);
    }),
  },
  {
    name: 'a model of another program is taken for what it can do, remembered, and used',
    timeout: 120_000,
    run: () => withSettings({ ...nothing, classificationModel: undefined }, async () => {
      const app = await extension();
      const [gpt2, bert] = [foreign('continues'), foreign('classifies')];
      assert.match((await toldDuring(() => run('openModel', undefined, gpt2))).join(), /^gpt2 is now the model that continues a text\.$/);
      assert.match((await toldDuring(() => run('openModel', 'classification', bert))).join(), /^bert is now the model that classifies text\.$/);
      assert.deepEqual([setting('modelFolders'), setting('continuationModel'), setting('classificationModel')], [[gpt2.fsPath, bert.fsPath], gpt2.fsPath, bert.fsPath]);
      const editor = await openText('w3 w5 w7 w11\nw2 w4');
      select(editor, 'w3 w5 w7 w11');
      await run('continueSelection');
      assert.equal(annotationsOf(app, editor.document)[0]?.trace.model, gpt2.fsPath);
      select(editor, 'w2 w4');
      await run('classifySelection');
      const [classified] = classificationsOf(app, editor.document);
      assert.ok((classified?.classification.labels.length ?? 0) > 1);
      assert.match(app.status.text, /bert/);
    }),
  },
  {
    name: 'a file that can only be looked at is no model, and says so',
    run: () => withSettings(nothing, async () => {
      const told = await toldDuring(() => run('openModel', undefined, foreign('largeSafetensors')));
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0] ?? '', /large\.safetensors holds no model that can be run here\./);
      assert.deepEqual(setting('modelFolders'), []);
    }),
  },
  {
    name: 'the only model there is for a task is taken without a question',
    run: () => withSettings({ ...nothing, modelFolders: [toyModel('language-modelling')] }, async () => {
      const app = await extension();
      const editor = await openText('I want to see');
      select(editor, 'I want to see');
      await run('continueSelection');
      assert.deepEqual(annotationsOf(app, editor.document).map(({ kind }) => kind), ['continuation']);
      assert.match(app.status.text, /Random weights/);
    }),
  },
  {
    name: 'the message’s buttons are there, and How to Train One opens the manual',
    asAUser: true,
    run: () => withSettings(nothing, async () => {
      await vscode.commands.executeCommand('notifications.clearAll');
      const editor = await openText('How are you?');
      select(editor, 'How are you?');
      await run('replyToSelection');
      await vscode.commands.executeCommand('notifications.showList');
      const item = '.notification-list-item:has-text("no model that replies")';
      await harness.text({ in: 'workbench', selector: `${item} .monaco-button:has-text("Open a Model File or Folder")` });
      await harness.click({ in: 'workbench', selector: `${item} .monaco-button:has-text("How to Train One")` });
      await until('the manual', () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => label.includes('training.md')));
    }),
  },
];
