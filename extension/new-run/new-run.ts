import * as vscode from 'vscode';
import { join } from 'node:path';
import { type ConfigProposal, type DataReading, detectDataMethod, estimateRunMethod, proposeConfigMethod } from '../../protocol/config.ts';
import { Failure } from '../../protocol/failure.ts';
import { type Task, tasks } from '../../protocol/server.ts';
import type { App } from '../app.ts';
import type { Command } from '../commands/command.ts';
import { isIn } from '../is-in.ts';
import { assertMayTrain } from '../runs/settings.ts';
import { purposes, taskNames } from '../session/models.ts';
import { waitingFor } from '../session/progress.ts';
import { type Answers, answersFrom, guessLanguages, nameAfter, nameProblem, tagProblem, withFiles, withTask } from './answers.ts';
import { chooseData } from './choose-data.ts';
import { askText, goesBack, pick } from './pick.ts';
import { columnTexts, estimateText, proposalText, readingText, type Told, withoutFolders } from './tell.ts';
import { type Place, type Step, walk, type Went } from './walk.ts';

const title = 'New Training Run';

/** Walks through what a training needs, shows what was found and what it will cost, and writes a config. */
export const newRun: Command = {
  id: 'attentionScope.newRun',
  async run(app) {
    assertMayTrain();
    await new NewRun(app).ask();
  },
};

/** Where answers are kept. */
const memory = 'attentionScope.newRun';

class NewRun {
  readonly #app: App;
  #answers: Answers;
  #readings: readonly DataReading[] = [];
  #proposals: readonly ConfigProposal[] = [];

  constructor(app: App) {
    this.#app = app;
    this.#answers = answersFrom(app.memory.get(memory));
  }

  async ask(): Promise<void> {
    const steps: readonly Step[] = [
      place => this.#askTask(place),
      place => this.#askData(place),
      place => this.#askReading(place),
      place => this.#askRole(0, place),
      place => this.#askRole(1, place),
      place => this.#askLanguage(0, place),
      place => this.#askLanguage(1, place),
      place => this.#askName(place),
      place => this.#askSize(place),
      place => this.#askToStart(place),
    ];
    await walk(steps);
  }

  /** The rest is asked only where the one before is known. */
  get #task(): Task {
    return this.#answers.task ?? 'translation';
  }

  get #files(): readonly string[] {
    return this.#answers.files ?? [];
  }

  get #reading(): DataReading | undefined {
    return this.#readings.find(({ id }) => id === this.#answers.reading) ?? this.#readings[0];
  }

  #remember(answers: Answers): Went {
    this.#answers = answers;
    void this.#app.memory.update(memory, answers);
    return 'on';
  }

  async #askTask(place: Place): Promise<Went> {
    const items = tasks.map(task => ({ task, label: taskNames[task], description: `a model ${purposes[task]}` }));
    const active = items.find(({ task }) => task === this.#answers.task);
    const chosen = await pick({ title, place, placeHolder: 'What is to be learnt', items, active });
    return going(chosen, ({ task }) => this.#remember(withTask(this.#answers, task)));
  }

  async #askData(place: Place): Promise<Went> {
    const files = await chooseData(this.#task, this.#answers.files, place);
    if (files === undefined) return 'away';
    if (files === goesBack) return 'back';
    this.#remember(withFiles(this.#answers, files));
    const { readings, problems } = await this.#waiting('Looking at the data…', signal => this.#app.worker.ask(detectDataMethod, { task: this.#task, files }, signal));
    this.#readings = readings;
    if (readings.length > 0) return 'on';
    // Nothing that can be learnt from: it is said, and other data are asked for.
    const items = problems.map(problem => ({ label: `$(error) ${withoutFolders(problem, files)}` }));
    const chosen = await pick({ title, place: { ...place, canGoBack: true }, placeHolder: 'These data cannot be used; choose others', items });
    return chosen === undefined ? 'away' : this.#askData(place);
  }

  async #askReading(place: Place): Promise<Went> {
    const items = this.#readings.flatMap((reading): ReadingItem[] => [{ reading, ...readingText(this.#task, this.#files, reading) }, ...columnTexts(reading)]);
    const active = items.find(({ reading }) => reading !== undefined && reading.id === this.#answers.reading) ?? items[0];
    const chosen = await pick<ReadingItem>({ title, place, placeHolder: 'What was found in the data: is it read so?', items, active, canBeChosen: ({ reading }) => reading !== undefined });
    return going(chosen, ({ reading }) => this.#remember({ ...this.#answers, ...(reading && { reading: reading.id }) }));
  }

  async #askRole(index: number, place: Place): Promise<Went> {
    const { columns = [], roles = [] } = this.#reading ?? {};
    const role = roles[index];
    if (role === undefined || columns.length < 2) return 'skipped';
    const items = columns.map(({ name, examples }, column) => ({ column, label: name, detail: examples.map(text => text.replaceAll(/\s+/g, ' ')).join('  |  ') }));
    const wanted = this.#answers.roles?.[role.role] ?? role.column;
    const active = items.find(({ column }) => column === wanted) ?? items[role.column];
    const chosen = await pick({ title, place, placeHolder: `${role.title}: which column?`, items, active });
    return going(chosen, ({ column }) => this.#remember({ ...this.#answers, roles: { ...this.#answers.roles, [role.role]: column } }));
  }

  async #askLanguage(index: number, place: Place): Promise<Went> {
    const task = this.#task;
    if (task === 'image-classification' || (index === 1 && task !== 'translation')) return 'skipped';
    const guessed = guessLanguages(task, this.#files);
    const languages = this.#answers.languages ?? guessed;
    const which = task === 'translation' ? (['the source', 'the target'][index] ?? '') : 'the texts';
    const text = await askText({ title, place, prompt: `The language of ${which}, as a tag such as “en”`, value: languages[index] ?? guessed[index] ?? 'en', problem: tagProblem });
    return going(text, tag => this.#remember({ ...this.#answers, languages: index === 0 ? [tag, ...languages.slice(1)] : [languages[0] ?? 'en', tag] }));
  }

  async #askName(place: Place): Promise<Went> {
    const files = this.#files;
    const folder = folderFor(files);
    const problem = async (text: string): Promise<string | undefined> => nameProblem(text) ?? ((await exists(configUri(folder, text))) ? `${text}.attention.json is there already.` : undefined);
    const name = await freeName(folder, this.#answers.name ?? nameAfter(files));
    const text = await askText({ title, place, prompt: 'A short name: of the config, the run and the model', value: name, problem });
    return going(text, given => this.#remember({ ...this.#answers, name: given }));
  }

  async #askSize(place: Place): Promise<Went> {
    const { name = 'my-model', roles = {}, languages } = this.#answers;
    const files = this.#files;
    const task = this.#task;
    const reading = this.#reading;
    const params = {
      task, name, files, folder: folderFor(files), roles: Object.fromEntries((reading?.roles ?? []).map(({ role, column }) => [role, roles[role] ?? column])),
      languages: task === 'image-classification' ? [] : (languages ?? guessLanguages(task, files)), ...(reading && { reading: reading.id }),
    };
    const { proposals } = await this.#waiting('Fitting models to the data…', signal => this.#app.worker.ask(proposeConfigMethod, params, signal));
    this.#proposals = proposals;
    const items = proposals.map(proposal => ({ proposal, ...proposalText(proposal) }));
    const active = items.find(({ proposal }) => proposal.size === this.#answers.size) ?? items.find(({ proposal }) => proposal.recommended);
    const chosen = await pick({ title, place, placeHolder: 'The model', items, active });
    return going(chosen, ({ proposal }) => this.#remember({ ...this.#answers, size: proposal.size }));
  }

  async #askToStart(place: Place): Promise<Went> {
    const proposal = this.#proposals.find(({ size }) => size === this.#answers.size);
    if (proposal === undefined) return 'back';
    const { name = 'my-model' } = this.#answers;
    const uri = configUri(folderFor(this.#files), name);
    const actions = [
      { action: 'start' as const, label: '$(play) Start Training', description: `writes ${name}.attention.json and trains it` },
      { action: 'open' as const, label: '$(go-to-file) Open the Config', description: 'writes it and trains nothing yet' },
    ];
    const about = (told: Partial<Told> & { readonly label: string }): readonly Item[] => [
      ...actions,
      { label: 'what it takes', kind: vscode.QuickPickItemKind.Separator },
      told,
      { label: 'what it is', kind: vscode.QuickPickItemKind.Separator },
      { label: `$(symbol-structure) ${proposal.title}`, description: proposalText(proposal).description },
      ...(this.#reading === undefined ? [] : [{ ...readingText(this.#task, this.#files, this.#reading), label: `$(database) ${this.#reading.title}` }]),
    ];
    const chosen = await pick<Item>({
      title, place, placeHolder: `${name}: start it?`, items: about({ label: '$(watch) Measuring a few steps…' }), active: actions[0], canBeChosen: ({ action }) => action !== undefined,
      meanwhile: (show, signal) => void this.#estimate(uri.fsPath, proposal.text, told => show(about(told), told.label.includes('watch')), signal),
    });
    if (chosen === undefined) return 'away';
    if (chosen === goesBack) return 'back';
    await writeConfig(uri, proposal.text);
    await vscode.window.showTextDocument(uri, { preview: false });
    if (chosen.action === 'start') await vscode.commands.executeCommand('attentionScope.runConfig', uri);
    return 'on';
  }

  /** Measures while the summary is shown; whoever leaves it ends that. */
  async #estimate(path: string, text: string, show: (told: Partial<Told> & { readonly label: string }) => void, signal: AbortSignal): Promise<void> {
    try {
      const found = await this.#app.worker.ask(estimateRunMethod, { path, text }, signal, ({ doing }) => show({ label: '$(watch) Measuring a few steps…', description: doing }));
      const told = estimateText(found);
      show({ ...told, label: `$(dashboard) ${told.label}` });
    } catch (error) {
      if (signal.aborted) return;
      const { message, hint } = Failure.from(error);
      show({ label: '$(warning) It could not be measured', description: withoutFolders(message, this.#files), detail: hint });
    }
  }

  #waiting<Result>(what: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return waitingFor(what, new Failure('cancelled', 'No run was made.', 'What you answered is remembered.'), work);
  }
}

type ReadingItem = vscode.QuickPickItem & { readonly reading?: DataReading };
type Item = vscode.QuickPickItem & { readonly action?: 'start' | 'open' };

function going<Chosen extends object | string>(chosen: Chosen | typeof goesBack | undefined, on: (chosen: Chosen) => Went): Went {
  if (chosen === undefined) return 'away';
  return chosen === goesBack ? 'back' : on(chosen);
}

/** The workspace's folder that holds the data, or its first. @throws Failure `no-such-file` where none is open */
function folderFor(files: readonly string[]): string {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
  const folder = folders.find(one => files.some(file => isIn(file, one))) ?? folders[0];
  if (folder === undefined) throw new Failure('no-such-file', 'No folder is open for the config and its runs.', 'Open a folder of this machine first.');
  return folder;
}

const configUri = (folder: string, name: string): vscode.Uri => vscode.Uri.file(join(folder, `${name}.attention.json`));

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(() => true, () => false);
}

/** The name, or the first of "name-2", "name-3" … whose config is not there. */
async function freeName(folder: string, name: string): Promise<string> {
  if (!(await exists(configUri(folder, name)))) return name;
  const stem = name.replace(/-\d+$/, '');
  for (let number = 2; ; number++) if (!(await exists(configUri(folder, `${stem}-${number}`)))) return `${stem}-${number}`;
}

/** @throws Failure `bad-argument` where the file is there by now, or cannot be written */
async function writeConfig(uri: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { overwrite: false, ignoreIfExists: false, contents: Buffer.from(text) });
  if (await vscode.workspace.applyEdit(edit)) return;
  throw new Failure('bad-argument', `${uri.fsPath} could not be written: it is there already, or its folder may not be written.`, 'Choose another name.');
}
