import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Test } from '../../test/vscode/run-tests.ts';
import { annotateOne, extension, longText, openText, run, select, toldDuring, translate, until } from './support.ts';

export const workerLoss: readonly Test[] = [
  {
    name: 'a killed worker is restarted, which is said once, and the next request works',
    run: async () => {
      const app = await extension();
      const editor = await openText('I see a big cat.\nI see a big dog.');
      await annotateOne(editor, 'I see a big cat.');
      const killed = app.worker.pid ?? assert.fail('no worker');
      const told = await toldDuring(async () => {
        process.kill(killed, 'SIGKILL');
        await until('another worker', () => app.worker.pid !== undefined && app.worker.pid !== killed);
        await annotateOneTelling(editor, 'I see a big dog.');
      });
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0] ?? '', /stopped unexpectedly/);
    },
  },
  {
    name: 'a worker killed in the middle of a translation ends it in one message, and nothing is lost',
    timeout: 120_000,
    run: async () => {
      const app = await extension();
      const long = longText(4000).replaceAll('dog', 'fish');
      const editor = await openText(`I see a small cat.\n${long}`);
      await annotateOne(editor, 'I see a small cat.');
      const told = await toldDuring(async () => {
        select(editor, long);
        const running = translate();
        await until('the translation runs', () => app.session.running);
        process.kill(app.worker.pid ?? assert.fail('no worker'), 'SIGKILL');
        await running;
        assert.equal(app.store.in(editor.document.uri.toString()).length, 1);
        select(editor, long.slice(0, 33));
        await translate();
      });
      assert.equal(told.length, 1, told.join('\n'));
      assert.equal(app.store.in(editor.document.uri.toString()).length, 2);
      assert.equal(editor.document.getText(), `I see a small cat.\n${long}`);
    },
  },
  {
    name: 'Restart Worker starts another process and forgets what the old one said',
    run: async () => {
      const app = await extension();
      const editor = await openText('She reads a long book.');
      await annotateOne(editor, 'She reads a long book.');
      const before = app.worker.pid;
      await run('restartWorker');
      assert.notEqual(app.worker.pid, before);
      assert.equal(isAlive(before ?? assert.fail()), false);
      const requests = app.worker.requests;
      await annotateOne(editor, 'She reads a long book.');
      assert.equal(app.worker.requests, requests + 1);
    },
  },
  {
    name: 'Show Log opens the one channel',
    run: async () => {
      await run('showLog');
      await vscode.commands.executeCommand('workbench.action.closePanel');
    },
  },
];

async function annotateOneTelling(editor: vscode.TextEditor, text: string): Promise<void> {
  select(editor, text);
  await translate();
  const app = await extension();
  assert.ok(app.store.in(editor.document.uri.toString()).some(({ trace }) => trace.source.text === text));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
