import * as assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunState, RunSummary } from '../../protocol/runs.ts';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import { bestCheckpoint } from '../runs/describe.ts';
import type { RunTreeNode } from '../runs/nodes.ts';
import { extension, run, toldDuring, until, withSettings, workspaceFolder } from './support.ts';

/** A busy machine starts a training slowly. */
const patience = 120_000;

const words = { I: 'je', you: 'tu', we: 'nous', they: 'ils', see: 'voir', take: 'prendre', like: 'aimer', cat: 'chat', dog: 'chien', house: 'maison', tree: 'arbre', book: 'livre' };
const [subjects, verbs, nouns] = [['I', 'you', 'we', 'they'], ['see', 'take', 'like'], ['cat', 'dog', 'house', 'tree', 'book']] as const;

/** Writes a toy language and what is to be learnt of it. @returns the config */
async function writeConfig(name: string, epochs: number): Promise<vscode.Uri> {
  const folder = workspaceFolder();
  const pairs = subjects.flatMap(subject => verbs.flatMap(verb => nouns.map(noun => `${subject} ${verb} the ${noun}.\t${words[subject]} ${words[verb]} le ${words[noun]}.\n`)));
  const config = {
    name,
    task: 'translation',
    languages: { source: 'en', target: 'fr' },
    data: { format: 'tsv', file: 'toy.tsv' },
    split: { validation: 8, test: 8 },
    vocabulary: { size: 320 },
    model: { kind: 'recurrent-translator', embedding: 8, hidden: 12, encoder: { hidden: 12 }, attention: { score: 'additive', width: 8 } },
    training: { epochs, tokensPerBatch: 48, learningRate: 0.01, warmupSteps: 10, buckets: [[16, 16]], validateEvery: 10, patience: 1_000, logEvery: 1, threads: 1 },
  };
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'toy.tsv'), new TextEncoder().encode(pairs.join('')));
  const uri = vscode.Uri.joinPath(folder, `${name}.attention.json`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify(config, undefined, 2)));
  return uri;
}

const runsFolder = (): string => join(workspaceFolder().fsPath, 'runs');

/** Trains as somebody does on the command line, of whom the editor knows nothing. */
async function train(name: string, epochs: number): Promise<ChildProcess> {
  const config = await writeConfig(name, epochs);
  const app = await extension();
  const program = vscode.Uri.joinPath(app.extensionUri, 'dist', 'attention-scope.mjs').fsPath;
  return spawn(process.execPath, [program, 'train', config.fsPath, '--run-dir', join(runsFolder(), name)], {
    cwd: workspaceFolder().fsPath, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, stdio: 'ignore',
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise(resolve => child.once('exit', resolve));
}

/** Waits until a run is there, in one of some states. */
async function untilRun(name: string, ...states: readonly RunState[]): Promise<RunSummary> {
  const app = await extension();
  return until(`${name} ${states.join(' or ')}`, () => app.runs.store.all.find(one => one.name === name && states.includes(one.state)), patience);
}

async function showPanel(): Promise<void> {
  await vscode.commands.executeCommand('attentionScope.runs.focus');
  await (await extension()).runs.watch.begin();
}

/** Leaves no run behind, and the panel as it was. */
async function tidy(): Promise<void> {
  const app = await extension();
  app.runs.shown.setFilter('');
  app.runs.shown.setOrder('started');
  await rm(runsFolder(), { recursive: true, force: true });
  await until('no runs', () => app.runs.store.all.length === 0, patience);
  await vscode.commands.executeCommand('workbench.view.explorer');
}

/** What the tree shows, as VS Code asks for it: labels, with what stands after them. */
async function drawn(node?: RunTreeNode): Promise<string[]> {
  const { tree } = (await extension()).runs;
  return (await tree.getChildren(node)).map(child => {
    const { label, description } = tree.getTreeItem(child);
    return `${String(label)} | ${String(description)}`;
  });
}

const rowOf = (text: string): string => `.pane-body .monaco-list-row:has-text("${text}")`;

export const runs: readonly Test[] = [
  {
    name: 'the panel says what to do while there is nothing',
    asAUser: true,
    run: async () => {
      await showPanel();
      const welcome = await harness.text({ in: 'workbench', selector: '.welcome-view-content' });
      assert.match(welcome, /Nothing has been trained here yet/);
      await harness.text({ in: 'workbench', selector: '.welcome-view-content .monaco-button:has-text("New Training Run…")' });
      await until('the models', async () => (await harness.text({ in: 'workbench', selector: rowOf('Bundled') })) !== '');
      await harness.screenshot('runs-welcome');
      await tidy();
    },
  },
  {
    name: 'a run that somebody trains on the command line shows while it runs, and its end is told once',
    timeout: 2 * patience,
    run: async () => {
      const app = await extension();
      await showPanel();
      const told = await toldDuring(async () => {
        const training = await train('live', 1_000);
        const seen = await untilRun('live', 'running');
        assert.equal(seen.task, 'translation');
        await until('the status bar', () => /^\$\(pulse\) live \d+ %/.test(app.runs.status.text), patience);
        assert.equal(app.runs.view.badge?.value, 1);
        const step = (await untilRun('live', 'running')).step;
        await until('more steps', () => (app.runs.store.get(seen.folder)?.step ?? 0) > step, patience);
        assert.match((await drawn()).join(), /^live \| \d+ % · .*loss [\d.]+/);
        await harness.screenshot('runs-live');
        training.kill('SIGINT');
        await ended(training);
        await untilRun('live', 'stopped');
        await until('an empty status bar', () => app.runs.status.text === '' && app.runs.view.badge === undefined);
        await ended(await train('short', 3));
        await untilRun('short', 'finished');
        await until('the end told', () => app.notifier.told.some(line => /^short is finished/.test(line)), patience);
      });
      assert.deepEqual(told.filter(line => /live|short/.test(line)).map(line => line.replace(/:.*/, '')), ['short is finished']);
      await tidy();
    },
  },
  {
    name: 'a run’s checkpoints stand under it, the best with a star; one is opened by a click, and compared with a bundled model',
    timeout: 2 * patience,
    run: async () => {
      const app = await extension();
      await showPanel();
      const training = await train('kept', 1_000);
      const { folder } = await until('a checkpoint', () => app.runs.store.all.find(({ checkpoints }) => checkpoints.length > 0), patience);
      training.kill('SIGINT');
      await ended(training);
      const stopped = await untilRun('kept', 'stopped');
      const node = app.runs.tree.runNode(folder);
      const lines = await drawn(node);
      assert.equal(lines.length, stopped.checkpoints.length);
      assert.match(lines[0] ?? '', /^Step [\d,]+ \| .+ · [\d.]+ KB$/);
      const children = await app.runs.tree.getChildren(node);
      const icons = children.map(child => (app.runs.tree.getTreeItem(child).iconPath as vscode.ThemeIcon).id);
      assert.deepEqual(icons.map(icon => icon === 'star-full'), children.map((_, index) => index === 0));
      const [first] = children;
      const best = bestCheckpoint(stopped) ?? assert.fail('no checkpoint');
      const { command } = app.runs.tree.getTreeItem(first ?? assert.fail());
      await vscode.commands.executeCommand(command?.command ?? '', ...(command?.arguments ?? []));
      const editor = await until('its editor', () => app.checkpoints.all.find(({ uri }) => uri.fsPath === best.folder), patience);
      await until('it is read', () => editor.dialogue.replay().some(({ type }) => type === 'read'), patience);
      await run('openRun', node);
      await until('the run’s own view', () => app.runViews.all.some(({ dialogue }) => dialogue.main?.folder === folder), patience);
      const [bundled] = await app.runs.models.getChildren({ kind: 'models', of: 'bundled' });
      await run('compareCheckpoints', first, [first, bundled]);
      await until('the comparison', () => editor.dialogue.replay().some(({ type }) => type === 'compared'), patience);
      await tidy();
    },
  },
  {
    name: 'filter and order decide what is shown; only what changed is drawn again among hundreds',
    timeout: 2 * patience,
    run: async () => {
      const app = await extension();
      await showPanel();
      await ended(await train('one', 2));
      const { folder } = await untilRun('one', 'finished');
      // Copies of a real one, each with another name.
      const config = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { readonly config: object };
      for (let index = 0; index < 300; index++) {
        const copy = join(runsFolder(), `copy-${index}`);
        await mkdir(copy);
        await writeFile(join(copy, 'run.json'), JSON.stringify({ ...config, config: { ...config.config, name: index % 2 === 0 ? 'even' : 'odd' } }));
        await cp(join(folder, 'events.jsonl'), join(copy, 'events.jsonl'));
      }
      await until('all of them', () => app.runs.store.all.length === 301, patience);
      await until('their experiments', async () => (await drawn()).length === 3);
      assert.deepEqual((await drawn()).map(line => line.replace(/ \|.*/, '')).sort(), ['even', 'odd', 'one']);

      app.runs.shown.setFilter('copy-12');
      assert.deepEqual(app.runs.view.message, '11 of 301 runs: copy-12');
      app.runs.shown.setFilter('');
      app.runs.shown.setOrder('name');
      const even = (await app.runs.tree.getChildren()).find(node => node.kind === 'experiment' && node.name === 'even') ?? assert.fail();
      assert.deepEqual((await drawn(even)).slice(0, 3).map(line => line.replace(/ \|.*/, '')), ['copy-0', 'copy-2', 'copy-4']);

      const redrawn: (readonly RunTreeNode[] | undefined)[] = [];
      await until('rest', () => new Promise<boolean>(resolve => setTimeout(() => resolve(true), 1_000)));
      const listening = app.runs.tree.onDidChangeTreeData(nodes => redrawn.push(nodes));
      await writeFile(join(runsFolder(), 'copy-4', 'label.json'), JSON.stringify({ tags: ['chosen'] }));
      await until('the tag', () => app.runs.store.get(join(runsFolder(), 'copy-4'))?.tags.includes('chosen') === true, patience);
      await until('its drawing', () => redrawn.length > 0);
      listening.dispose();
      assert.deepEqual(redrawn, [[{ kind: 'run', folder: join(runsFolder(), 'copy-4') }]]);
      app.runs.shown.setFilter('#chosen');
      assert.deepEqual((await drawn()).map(line => line.replace(/ \|.*/, '')), ['copy-4']);
      await tidy();
    },
  },
  {
    name: 'a run is started, paused, continued and stopped from the editor; another one waits for its end',
    timeout: 3 * patience,
    run: async () => {
      const app = await extension();
      await showPanel();
      const first = await app.runs.start(await writeConfig('steered', 1_000));
      await untilRun('steered', 'running');
      const second = await app.runs.start(await writeConfig('waiting', 2));
      assert.equal(second.state, 'queued');
      await untilRun('waiting', 'queued');
      await run('pauseRun', first.folder);
      const paused = await untilRun('steered', 'paused');
      await until('the status bar', () => app.runs.status.text.startsWith('$(debug-pause) steered'));
      assert.match((await toldDuring(() => run('pauseRun', first.folder))).join(), /^steered is paused: there is nothing to pause\./);
      await run('resumeRun', first.folder);
      await untilRun('steered', 'running');
      await until('further steps', () => (app.runs.store.get(first.folder)?.step ?? 0) > paused.step, patience);
      assert.match((await toldDuring(() => run('deleteRun', first.folder))).join(), /^steered is running\. Stop it first\.$/);
      await run('stopRun', first.folder);
      await untilRun('steered', 'stopped');
      await untilRun('waiting', 'finished');
      await tidy();
    },
  },
  {
    name: 'a run is renamed and tagged where it stands in the tree',
    asAUser: true,
    timeout: 2 * patience,
    run: async () => {
      const app = await extension();
      await showPanel();
      await ended(await train('plain', 2));
      const { folder } = await untilRun('plain', 'finished');
      const renaming = run('renameRun', app.runs.tree.runNode(folder));
      await harness.text({ in: 'workbench', selector: '.quick-input-widget .quick-input-title:has-text("Rename Run")' });
      await harness.press('Control+A');
      await harness.type('The plain one');
      await harness.press('Enter');
      await renaming;
      await untilRun('The plain one', 'finished');
      const tagging = run('tagRun', folder);
      await harness.text({ in: 'workbench', selector: '.quick-input-widget .quick-input-title:has-text("Tags of")' });
      await harness.type('baseline, short sentences');
      await harness.press('Enter');
      await tagging;
      await until('the tags', () => app.runs.store.get(folder)?.tags.join() === 'baseline,short sentences', patience);
      await harness.text({ in: 'workbench', selector: rowOf('#baseline') });
      await tidy();
    },
  },
  {
    name: 'a setting names another folder of runs, and the trees follow it',
    timeout: 2 * patience,
    run: async () => {
      const app = await extension();
      await showPanel();
      await ended(await train('elsewhere', 2));
      await untilRun('elsewhere', 'finished');
      await withSettings({ runsFolder: 'other-runs' }, async () => {
        await until('no runs there', () => app.runs.store.all.length === 0, patience);
      });
      await untilRun('elsewhere', 'finished');
      // As by the button of the view: for this workspace, as a way from its folder.
      const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('attentionScope');
      await run('openRunsFolder', vscode.Uri.joinPath(workspaceFolder(), 'other-runs'));
      assert.equal(configuration().inspect('runsFolder')?.workspaceValue, 'other-runs');
      await until('no runs there', () => app.runs.store.all.length === 0, patience);
      await configuration().update('runsFolder', undefined, vscode.ConfigurationTarget.Workspace);
      await untilRun('elsewhere', 'finished');
      await until('its model', async () => (await app.runs.models.getChildren()).some(node => node.kind === 'models' && node.of === 'runs'), patience);
      await tidy();
    },
  },
];
