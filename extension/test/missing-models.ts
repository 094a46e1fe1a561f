import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import {
  annotationsOf, extension, openText, postedDuring, run, select, toldDuring, toyModel, until, withSettings, workspaceFolder,
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
