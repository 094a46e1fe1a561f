import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import { extension, extensionId, openText, run, until } from './support.ts';

interface Contributions {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
  readonly menus: Readonly<Record<string, readonly { readonly command?: string; readonly submenu?: string; readonly when?: string }[]>>;
  readonly customEditors: readonly { readonly viewType: string; readonly priority: string; readonly selector: readonly { readonly filenamePattern: string }[] }[];
  readonly submenus: readonly { readonly id: string }[];
  readonly keybindings: readonly { readonly command: string; readonly when: string }[];
}

function contributions(): Contributions {
  const found = vscode.extensions.getExtension(extensionId) ?? assert.fail('not installed');
  return (found.packageJSON as { readonly contributes: Contributions }).contributes;
}

export const contributing: readonly Test[] = [
  {
    name: 'the extension sleeps until it is first used, and does not wake its worker by waking up',
    run: async () => {
      const found = vscode.extensions.getExtension(extensionId) ?? assert.fail('not installed');
      assert.equal(found.isActive, false);
      const begin = performance.now();
      const app = await extension();
      await harness.print(`    (awake in ${Math.round(performance.now() - begin)} ms)`);
      assert.equal(app.worker.state, 'stopped');
    },
  },
  {
    name: 'every command of the palette, the menus and the keys is there, under its category',
    run: async () => {
      await extension();
      const known = new Set(await vscode.commands.getCommands(true));
      const { commands, menus, submenus, keybindings } = contributions();
      for (const { command, submenu } of [...commands, ...Object.values(menus).flat(), ...keybindings].map(entry => ({ submenu: undefined, ...entry }))) {
        if (submenu === undefined) assert.ok(known.has(command ?? ''), command);
        else assert.ok(submenus.some(({ id }) => id === submenu) && menus[submenu] !== undefined, submenu);
      }
      assert.deepEqual(commands.map(({ category, title }) => `${category}: ${title}`).sort(), [
        'Attention Scope: Classify Image', 'Attention Scope: Classify Selection', 'Attention Scope: Clear Annotations',
        'Attention Scope: Clear Filter of Runs', 'Attention Scope: Compare Checkpoints', 'Attention Scope: Compare Checkpoints of a Run on Text…',
        'Attention Scope: Continue Selection', 'Attention Scope: Copy Interventions as JSON', 'Attention Scope: Copy Map as Image', 'Attention Scope: Copy Path of Run', 'Attention Scope: Copy Result', 'Attention Scope: Delete Run',
        'Attention Scope: Export Map…', 'Attention Scope: Filter Runs…', 'Attention Scope: Insert Reply or Continuation', 'Attention Scope: Inspect Selection…', 'Attention Scope: New Training Run…',
        'Attention Scope: Open Checkpoint', 'Attention Scope: Open Checkpoint…', 'Attention Scope: Open Config of Run',
        'Attention Scope: Open Output of Run', 'Attention Scope: Open Runs Folder…', 'Attention Scope: Pause Run', 'Attention Scope: Pin Inspection',
        'Attention Scope: Refresh Runs and Models', 'Attention Scope: Rename Run…', 'Attention Scope: Reply to Selection',
        'Attention Scope: Restart Worker', 'Attention Scope: Resume Run', 'Attention Scope: Reveal Run in Explorer',
        'Attention Scope: Reveal Run in File Manager', 'Attention Scope: Run on…', 'Attention Scope: Select Model', 'Attention Scope: Show Jobs of a Cluster…',
        'Attention Scope: Show Log', 'Attention Scope: Show Run', 'Attention Scope: Sort Runs…', 'Attention Scope: Stop Run', 'Attention Scope: Tag Run…',
        'Attention Scope: Train This Config', 'Attention Scope: Translate Selection', 'Attention Scope: Translate and Replace Selection',
        'Attention Scope: Use Model for Its Task',
      ]);
      assert.ok(menus['editor/context']?.every(({ when }) => when?.includes('editorHasSelection')));
    },
  },
  {
    name: 'the Explorer’s menu offers each command for the files that it is for',
    run: async () => {
      const { menus } = contributions();
      const conditionOf = (command: string): string => menus['explorer/context']?.find(entry => entry.command === `attentionScope.${command}`)?.when ?? assert.fail(command);
      assert.equal(conditionOf('classifyImage'), 'resourceExtname =~ /^\\.(png|jpe?g)$/i && !explorerResourceIsFolder');
      const [, endings = ''] = /resourceExtname =~ \/(.+?)\/i/.exec(conditionOf('openAsCheckpoint')) ?? [];
      const isOffered = (ending: string): boolean => new RegExp(endings, 'i').test(ending);
      assert.deepEqual(['.onnx', '.safetensors', '.PT', '.gguf', '.npz', '.bin', '.png', '.txt', '.json'].filter(isOffered), ['.onnx', '.safetensors', '.PT', '.gguf', '.npz', '.bin']);
      assert.match(conditionOf('openAsCheckpoint'), /^!listMultiSelection && \(explorerResourceIsFolder \|\|/);
      assert.match(conditionOf('compareCheckpoints'), /^listDoubleSelection && /);
    },
  },
  {
    name: 'checkpoints have an editor of their own: by default where VS Code has none, else on request',
    run: async () => {
      const patternsOf = (priority: string): string[] =>
        contributions().customEditors.filter(editor => editor.priority === priority).flatMap(({ selector }) => selector.map(({ filenamePattern }) => filenamePattern));
      for (const pattern of ['*.onnx', '*.safetensors', '*.pt', '*.pth', '*.npz', '*.npy', '*.gguf', 'attention-model.json']) assert.ok(patternsOf('default').includes(pattern), pattern);
      assert.deepEqual(patternsOf('option'), ['*.bin', 'model.json', '*.index.json']);
    },
  },
  {
    name: 'Select Model lists the models there are and remembers the choice',
    run: async () => {
      const app = await extension();
      await openText('I see a cat.');
      const configuration = () => vscode.workspace.getConfiguration('attentionScope');
      const before = configuration().inspect('model')?.globalValue;
      const [first] = await app.worker.models(new AbortController().signal);
      assert.ok(first);
      await configuration().update('model', 'something-else', vscode.ConfigurationTarget.Global);
      try {
        const choosing = run('selectModel');
        const accepting = setInterval(() => void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem'), 500);
        await choosing;
        clearInterval(accepting);
        await until('the choice', () => configuration().get('model') === first.id);
      } finally {
        await configuration().update('model', before, vscode.ConfigurationTarget.Global);
      }
    },
  },
];
