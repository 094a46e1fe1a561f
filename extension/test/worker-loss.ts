import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Test } from '../../test/vscode/run-tests.ts';
import { annotateOne, annotationsOf, extension, longText, openText, run, select, toldDuring, translate, until } from './support.ts';

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
    name: 'an engine killed in the middle of a translation ends it in one message, and the next request works',
    timeout: 120_000,
    run: async () => {
      const app = await extension();
      const long = longText(4000).replaceAll('dog', 'duck');
      const editor = await openText(`I see a young cat.\n${long}`);
      await annotateOne(editor, 'I see a young cat.');
      const worker = app.worker.pid ?? assert.fail('no worker');
      const told = await toldDuring(async () => {
        select(editor, long);
        const running = translate();
        await until('the translation runs', () => app.session.running);
        const [engine] = childrenOf(worker);
        process.kill(engine ?? assert.fail('no engine'), 'SIGKILL');
        await running;
        await annotateOneTelling(editor, long.slice(0, 33));
      });
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0] ?? '', /engine stopped and was restarted/);
      assert.equal(app.worker.pid, worker);
    },
  },
  {
    name: 'a worker killed while it starts is told of once, and the next request starts another',
    run: async () => {
      const app = await extension();
      const editor = await openText('I see an old duck.');
      const before = app.worker.pid;
      await app.worker.stop();
      const told = await toldDuring(async () => {
        select(editor, 'I see an old duck.');
        const running = translate();
        const starting = await until('its process', () => childrenOf(process.pid).find(pid => pid !== before && commandOf(pid).includes('attention-scope.mjs')));
        process.kill(starting, 'SIGKILL');
        await running;
      });
      assert.equal(told.length, 1, told.join('\n'));
      await annotateOne(editor, 'I see an old duck.');
    },
  },
  {
    name: 'a setting that changes while a translation runs waits for its end',
    timeout: 120_000,
    run: async () => {
      const app = await extension();
      const long = longText(2000).replaceAll('dog', 'goose');
      const editor = await openText(long);
      const before = app.worker.pid;
      const configuration = vscode.workspace.getConfiguration('attentionScope');
      try {
        select(editor, long);
        const running = translate();
        await until('the translation runs', () => app.session.running);
        await configuration.update('threads', 2, vscode.ConfigurationTarget.Global);
        await running;
        assert.equal(app.store.in(editor.document.uri.toString()).length, 1);
        await annotateOne(editor, long.slice(0, 33));
        assert.notEqual(app.worker.pid, before);
      } finally {
        await configuration.update('threads', undefined, vscode.ConfigurationTarget.Global);
      }
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
      await until('the log', () =>
        vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'output' && document.fileName.includes('Attention Scope')));
      await vscode.commands.executeCommand('workbench.action.closePanel');
    },
  },
];

async function annotateOneTelling(editor: vscode.TextEditor, text: string): Promise<void> {
  select(editor, text);
  await translate();
  const app = await extension();
  assert.ok(annotationsOf(app, editor.document).some(({ trace }) => trace.source.text === text));
}

/** Linux tells; elsewhere these tests fail, and say so. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap(task => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
    .filter(child => child !== '')
    .map(Number);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
