import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import type { CheckpointEditor } from '../checkpoint/editor.ts';
import { extension, foreign, openText, run, select, tinted, toldDuring, toyModel, until, workspaceFolder } from './support.ts';

/** A safetensors file of float32 tensors. */
function safetensors(tensors: Readonly<Record<string, readonly number[]>>): Uint8Array {
  let at = 0;
  const header = JSON.stringify(Object.fromEntries(Object.entries(tensors).map(([name, values]) => {
    const begin = at;
    at += 4 * values.length;
    return [name, { dtype: 'F32', shape: [values.length], data_offsets: [begin, at] }];
  })));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.from(Float32Array.from(Object.values(tensors).flat()).buffer)]);
}

const small = { 'encoder.layer.0.query.weight': [1, 2, 3, 4], 'encoder.layer.0.query.bias': [0, 0.5], 'pooler.weight': [-1, 1, 0] };

async function write(name: string, bytes: Uint8Array): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(workspaceFolder(), name);
  await vscode.workspace.fs.writeFile(uri, bytes);
  return uri;
}

/** Opens a file as by a click on it, and waits until it is read, or cannot be. */
async function opened(uri: vscode.Uri, viewColumn = vscode.ViewColumn.Active): Promise<CheckpointEditor> {
  await vscode.commands.executeCommand('vscode.open', uri, { preview: false, viewColumn });
  return editorOf(uri);
}

async function editorOf(uri: vscode.Uri): Promise<CheckpointEditor> {
  const app = await extension();
  const editor = await until(`the editor of ${uri.path}`, () => app.checkpoints.all.find(one => one.uri.toString() === uri.toString()));
  await until(`${uri.path} read`, () => editor.dialogue.replay().some(({ type }) => type === 'read' || type === 'unreadable'), 120_000);
  return editor;
}

export const checkpoints: readonly Test[] = [
  {
    name: 'a checkpoint that is opened shows its tensors, and measures the one that is chosen',
    asAUser: true,
    run: async () => {
      await opened(await write('small.safetensors', safetensors(small)));
      assert.match(await harness.text({ in: 'webview', selector: 'header p' }), /^safetensors · .* · 9 parameters, float32$/);
      await harness.click({ in: 'webview', selector: '[role="treeitem"][aria-label^="pooler.weight"]' });
      await until('its values', async () => /Minimum\s+−1/.test(await harness.text({ in: 'webview', selector: 'aside' })));
      assert.match(await harness.text({ in: 'webview', selector: 'aside' }), /Zeros\s+1 \(33 %\)/);
      await harness.screenshot('checkpoint');
    },
  },
  {
    name: 'a graph shows where it attends; an ONNX of a model’s folder and the folder itself',
    run: async () => {
      const folder = toyModel('classification');
      const graph = await opened(vscode.Uri.file(join(folder, 'classifier.onnx')));
      assert.match(graph.dialogue.summary?.format ?? '', /ONNX/);
      assert.ok((graph.dialogue.summary?.inputs.length ?? 0) > 0);
      const manifest = await opened(vscode.Uri.file(join(folder, 'attention-model.json')));
      assert.equal(manifest.dialogue.summary?.path, folder);
      assert.ok((manifest.dialogue.summary?.taps.length ?? 0) > 0);
      assert.ok(manifest.dialogue.summary?.tasks.includes('classification'));
    },
  },
  {
    name: 'a folder is opened by the Explorer’s command, in an editor as any other',
    run: async () => {
      const uri = vscode.Uri.file(toyModel('classification'));
      await run('openAsCheckpoint', uri);
      const editor = await editorOf(uri);
      assert.ok((editor.dialogue.summary?.tensors.length ?? 0) > 0);
      await until('its tab', () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputCustom);
    },
  },
  {
    name: 'files of more than 2 GB open and are measured where they lie: safetensors, and ONNX with external data',
    timeout: 240_000,
    run: async () => {
      const begin = performance.now();
      const tensors = await opened(foreign('largeSafetensors'));
      const { summary } = tensors.dialogue;
      assert.ok((summary?.bytes ?? 0) > 2 ** 31, `${summary?.bytes}`);
      assert.equal(summary?.tensors.length, 11);
      await tensors.dialogue.measure('model.norm.weight');
      const graph = await opened(foreign('largeOnnx'));
      assert.ok((graph.dialogue.summary?.bytes ?? 0) > 2 ** 31, `${graph.dialogue.summary?.bytes}`);
      assert.equal(graph.dialogue.summary?.tensors.length, 40);
      await harness.print(`    (both read in ${Math.round(performance.now() - begin)} ms)`);
      await harness.screenshot('checkpoint-large');
    },
  },
  {
    name: 'what the page measures of a large file is right',
    asAUser: true,
    timeout: 240_000,
    run: async () => {
      await opened(foreign('largeSafetensors'));
      await harness.click({ in: 'webview', selector: '[role="treeitem"][aria-label^="norm.weight"]' });
      await until('its values', async () => /Maximum\s+4[\s\S]*Mean\s+2\.5/.test(await harness.text({ in: 'webview', selector: 'aside' })), 60_000);
      await harness.screenshot('checkpoint-large-tensor');
    },
  },
  {
    name: 'a broken file says what is wrong; once it is mended, the page offers to read it again',
    asAUser: true,
    run: async () => {
      const uri = await write('broken.safetensors', safetensors(small).subarray(0, 60));
      const editor = await opened(uri);
      const told = await harness.text({ in: 'webview', selector: '[role="alert"]' });
      assert.match(told, /broken\.safetensors/);
      await vscode.workspace.fs.writeFile(uri, safetensors(small));
      await until('the change', () => editor.dialogue.replay().some(({ type }) => type === 'changed'));
      await harness.click({ in: 'webview', selector: '.changed vscode-button' });
      await until('the tensors', () => editor.dialogue.summary?.tensors.length === 3);
    },
  },
  {
    name: 'Compare Checkpoints opens the first and tells what differs',
    run: async () => {
      const one = await write('before.safetensors', safetensors(small));
      const other = await write('after.safetensors', safetensors({ ...small, 'pooler.weight': [-1, 1, 0.5], 'classifier.weight': [1] }));
      await run('compareCheckpoints', one, [one, other]);
      const editor = await editorOf(one);
      const compared = await until('the comparison', () => editor.dialogue.replay().find(message => message.type === 'compared'));
      assert.ok(compared.type === 'compared');
      const { changed, equal, added, missing } = compared.comparison;
      assert.deepEqual([changed.map(({ name }) => name), equal, added.map(({ name }) => name), missing], [['pooler.weight'], 2, ['classifier.weight'], []]);
      // Once more, into the editor that is open.
      await run('compareCheckpoints', one, [one, one]);
      await until('the other comparison', () => editor.dialogue.replay().some(message => message.type === 'compared' && message.comparison.equal === 3));
      assert.match((await toldDuring(() => run('compareCheckpoints', one, [one]))).join(), /^Two checkpoints are compared/);
    },
  },
  {
    name: 'Attend to Text asks for a text, the selected one first, and draws the map in the page',
    asAUser: true,
    timeout: 120_000,
    run: async () => {
      const editor = await openText('I like this film.\nAnother line.');
      select(editor, 'I like this film.');
      // Beside the text: what wakes the extension may be the checkpoint, and it has never seen the text's editor active.
      await opened(vscode.Uri.file(join(toyModel('classification'), 'attention-model.json')), vscode.ViewColumn.Beside);
      await harness.click({ in: 'webview', selector: 'header vscode-toolbar-button[label="Attend to Text…"]' });
      await until('the proposal', async () => (await harness.value('.quick-input-widget input[type="text"]')) === 'I like this film.');
      await harness.press('Enter');
      assert.match(await harness.text({ in: 'webview', selector: 'checkpoint-attention inspected-texts .words' }), /I like this film\./);
      await harness.text({ in: 'webview', selector: 'checkpoint-attention .choices-bar' });
      // What was selected is tinted where it stands, and the status bar tells which model that is of.
      const app = await extension();
      await until('the tints of the selection', () => tinted(app, editor.document).includes('film'));
      assert.match(app.status.text, /^\$\(eye\) (random-text|Random weights)$/);
      await harness.screenshot('checkpoint-attention');
    },
  },
  {
    name: 'Attend to Text takes a second text of a model that reads pairs, and the head view tells the two apart',
    asAUser: true,
    timeout: 120_000,
    run: async () => {
      await run('openAsCheckpoint', foreign('classifies'));
      const editor = await editorOf(foreign('classifies'));
      await harness.click({ in: 'webview', selector: 'header vscode-toolbar-button[label="Attend to Text…"]' });
      const field = { in: 'workbench', selector: '.quick-input-widget input[type="text"]' } as const;
      await harness.click(field);
      await harness.press('Control+A');
      await harness.type('w3 w4 w5');
      await harness.screenshot('checkpoint-attention-first');
      await harness.press('Enter');
      await harness.text({ in: 'webview', selector: 'checkpoint-attention inspected-texts .words' });
      // Another text to compare with may be two as well.
      const { inspecting } = await extension();
      const shown = await until('what was attended to', () => inspecting.inspections.history.all.find(({ asked }) => asked.text === 'w3 w4 w5'));
      editor.receive({ type: 'inspect', message: { type: 'ask', id: 1_000_000, method: 'another', params: { inspection: shown.id, what: 'text' } } });
      await harness.text({ in: 'workbench', selector: '.quick-input-message:has-text("adds a second one, of a pair")' });
      await harness.press('Escape');
      await harness.click({ in: 'webview', selector: 'checkpoint-attention vscode-button:has-text("Attend to Another Text…")' });
      await until('the proposal', async () => (await harness.value('.quick-input-widget input[type="text"]')) === 'w3 w4 w5');
      await harness.click({ in: 'workbench', selector: '.quick-input-widget [aria-label="Add a Second Text"]' });
      await harness.text({ in: 'workbench', selector: '.quick-input-message:has-text("The second text of the pair")' });
      await harness.type('w7 w8');
      await harness.press('Enter');
      await harness.click({ in: 'webview', selector: 'checkpoint-attention [role="tab"]:has-text("Heads")' });
      const choices = await harness.text({ in: 'webview', selector: 'checkpoint-attention attention-heads .pair' });
      assert.match(choices, /A: w3 w4 w5[\s\S]*B: w7 w8/);
      await harness.screenshot('checkpoint-attention-pair');
    },
  },
  {
    name: 'what is on no disk, or not there, is refused in one message',
    run: async () => {
      const uri = vscode.Uri.parse('untitled:nowhere.safetensors');
      assert.match((await toldDuring(() => run('openAsCheckpoint', uri))).join(), /^nowhere\.safetensors is not on a disk/);
      const gone = vscode.Uri.joinPath(workspaceFolder(), 'gone.safetensors');
      assert.match((await toldDuring(() => run('openAsCheckpoint', gone))).join(), /gone\.safetensors is not there/);
    },
  },
  {
    name: 'two editors of one checkpoint stand side by side, and closing one leaves the other',
    run: async () => {
      const app = await extension();
      const uri = await write('twice.safetensors', safetensors(small));
      await opened(uri);
      await vscode.commands.executeCommand('workbench.action.splitEditor');
      const both = await until('both', () => {
        const all = app.checkpoints.all.filter(one => one.uri.toString() === uri.toString());
        return all.length === 2 && all;
      });
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await until('one', () => app.checkpoints.all.filter(one => both.includes(one)).length === 1);
    },
  },
];
