import { basename, isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { inspectMethod } from '../../protocol/checkpoint.ts';
import { Failure } from '../../protocol/failure.ts';
import type { ShownMap, ToInspector } from '../../protocol/inspect-page.ts';
import { closeInspectionMethod, modelVersionMethod, type ExportFormat, type OpenInspectionParams } from '../../protocol/inspection.ts';
import type { ModelInfo } from '../../protocol/server.ts';
import type { FollowedMap } from '../annotations/followed.ts';
import { askForInput } from '../checkpoint/ask-for-input.ts';
import { readsOf } from '../checkpoint/reads.ts';
import { readImage } from '../image/read.ts';
import type { Log } from '../log.ts';
import { assertMayRun } from '../settings.ts';
import { locate } from '../text/range.ts';
import type { LargeModels } from '../worker/large-models.ts';
import type { Worker } from '../worker/worker.ts';
import { chooseInspectedModel } from './choose-model.ts';
import { Follower } from './follow.ts';
import type { Inspected, Subject } from './history.ts';
import { Inspections } from './inspections.ts';
import { InspectorPage } from './page.ts';
import { keepPinned, recallPinned } from './pinned.ts';
import { RecentModels } from './recent-models.ts';
import { askForFile, formats } from './save.ts';

/** What inspecting needs of the rest of the extension. */
export interface InspectingHost {
  readonly context: Pick<vscode.ExtensionContext, 'workspaceState' | 'globalState'>;
  readonly worker: Pick<Worker, 'ask' | 'tell'>;
  readonly largeModels: Pick<LargeModels, 'ask'>;
  readonly log: Log;
  listModels(): Promise<readonly ModelInfo[]>;
  /** The text that is selected in an editor; empty where there is none. */
  selectedText(): string;
  failed(failure: Failure): void;
  /** The documents are to show another map. */
  redraw(): void;
  /** The page in front shows another map, or none, or something else is pointed at in it. */
  shownChanged(): void;
}

const memoryKey = 'attentionScope.inspector';
/** VS Code stores what it remembers whole, each time. */
const largestMemory = 100_000;

/** All inspections, the pages that show them, and the documents that follow the page that was used last. */
export class Inspecting implements vscode.Disposable {
  readonly inspections: Inspections;
  readonly recentModels: RecentModels;
  readonly #host: InspectingHost;
  readonly #pages = new Set<InspectorPage>();
  readonly #follower: Follower;
  readonly #listening: vscode.Disposable;
  #active: InspectorPage | undefined;

  constructor(host: InspectingHost) {
    this.#host = host;
    this.recentModels = new RecentModels(host.context.globalState);
    this.inspections = new Inspections({
      ask: (method, params, signal, onProgress) => host.worker.ask(method, params, signal, onProgress),
      askModel: (method, params, signal, onProgress) => host.largeModels.ask(method, params, signal, onProgress),
      version: (model, signal) => host.worker.ask(modelVersionMethod, { model }, signal),
      close: id => void host.worker.tell(closeInspectionMethod, { id }),
      locate: (place, text) => {
        const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === place.uri);
        if (document === undefined) return place;
        const span = locate(document, place.span, text);
        return span && { ...place, span };
      },
      readImage: async file => Buffer.from((await readImage(vscode.Uri.parse(file))).buffer).toString('base64'),
      assertMayRun,
      changed: () => this.#changed(),
      replaced: (id, by) => {
        for (const page of this.#pages) page.replaced(id, by);
      },
    });
    this.#follower = new Follower({ inspections: this.inspections, redraw: () => host.redraw(), failed: failure => host.log.info(failure.message) });
    this.inspections.remember(recallPinned(host.context.workspaceState));
    this.#listening = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const uri = document.uri.toString();
        const isFollowed = this.followed(uri) !== undefined;
        this.inspections.history.edit(uri, contentChanges);
        if (isFollowed && this.followed(uri) === undefined) host.redraw();
      }),
      vscode.workspace.onDidOpenTextDocument(document => this.inspections.history.verify(document.uri.toString(), (span, text) => locate(document, span, text))),
    );
  }

  /** The page that shows a map, the one that was used last. */
  get active(): InspectorPage | undefined {
    return this.#active;
  }

  /** Whether something is pointed at in the active page, or locked. */
  get isPointed(): boolean {
    return this.#active?.shown?.pointed !== undefined;
  }

  /** What the page in front shows; `undefined` where that is nothing, or no page is seen. */
  get inFront(): Inspected | undefined {
    const shown = this.#active?.isSeen === true ? this.#active.shown : undefined;
    return shown === undefined ? undefined : this.inspections.history.get(shown.inspection);
  }

  /** What the active page shows. @throws Failure `empty-text` where that is nothing */
  get shown(): ShownMap {
    const shown = this.#active?.shown;
    if (shown !== undefined) return shown;
    throw new Failure('empty-text', 'No map is shown.', 'Inspect Selection… shows one, and so does what a model made of a text.');
  }

  /** The map that a document is to show. */
  followed(uri: string): FollowedMap | undefined {
    const { followed } = this.#follower;
    return followed?.uri === uri ? followed : undefined;
  }

  /**
   * The inspector of another page.
   * @param isSeen whether there is a page that hears what is posted
   * @param fed the user gave a model something else to read than what it was to be shown over
   */
  page(post: (message: ToInspector) => void, isSeen: () => boolean, fed: (subject: Subject) => void = () => undefined): InspectorPage {
    const page = new InspectorPage({
      inspections: this.inspections,
      post, isSeen, fed,
      shown: (of, shown) => this.#onShown(of, shown),
      hidden: of => {
        if (of === this.#active) this.#host.shownChanged();
      },
      another: (of, what, signal) => this.#another(of, what, signal),
      chooseFile: (of, format) => this.chooseFile(of, format),
      savePng: (name, png) => this.#save('Save Image', name, { name: 'PNG', ending: 'png' }, png),
      saveCsv: (name, csv) => this.#save('Save Table', name, formats.csv, new TextEncoder().encode(csv)),
      copy: async text => vscode.env.clipboard.writeText(text),
      remember: (of, memory) => this.#remember(of, memory),
      remembered: () => this.#host.context.globalState.get<unknown>(memoryKey),
      failed: failure => this.#host.failed(failure),
    });
    this.#pages.add(page);
    return page;
  }

  async #save(title: string, name: string, filter: { readonly name: string; readonly ending: string }, bytes: Uint8Array): Promise<void> {
    const uri = await askForFile(this.#host.context.globalState, title, name, filter);
    if (uri !== undefined) await vscode.workspace.fs.writeFile(uri, bytes);
  }

  /** A page is gone for good. */
  close(page: InspectorPage): void {
    page.close();
    this.#pages.delete(page);
  }

  /** Asks where to write an export to. @throws Failure `bad-argument` where that is not on a disk */
  async chooseFile({ asked }: Inspected, format: ExportFormat): Promise<string | undefined> {
    const uri = await askForFile(this.#host.context.globalState, `Export as ${formats[format].name}`, asked.text, formats[format]);
    if (uri === undefined || uri.scheme === 'file') return uri?.fsPath;
    throw new Failure('bad-argument', `${uri.toString(true)} is on no disk; exports are written to files.`, 'Choose a folder of this machine.');
  }

  dispose(): void {
    this.#listening.dispose();
  }

  async #another({ asked, model: name }: Inspected, what: 'model' | 'text', signal: AbortSignal): Promise<OpenInspectionParams | undefined> {
    if (what === 'model') {
      const model = await chooseInspectedModel(this.#host.listModels(), this.recentModels, asked.image === undefined ? 'text' : 'image');
      const { task: _, ...same } = asked;
      // Interventions name heads and tokens of the model that they were made for.
      return model && { ...same, ...model, interventions: [] };
    }
    const { second, text: shown, ...same } = asked;
    // Models that are known by a name read one text; of others their files tell.
    const summary = isAbsolute(asked.model) ? await this.#host.worker.ask(inspectMethod, { path: asked.model }, signal) : undefined;
    const selected = second === undefined ? this.#host.selectedText() : '';
    const proposal = selected === '' ? { text: shown, ...(second === undefined ? {} : { second }) } : { text: selected };
    const given = await askForInput(basename(name ?? asked.model), readsOf(summary), proposal, { text: 'Compare with Another Text', numbers: 'Compare with Other Numbers' });
    return given && { ...same, ...given, interventions: [] };
  }

  #onShown(page: InspectorPage, shown: ShownMap | undefined): void {
    if (shown !== undefined) this.#active = page;
    else if (this.#active !== page) return;
    this.#follower.follow(shown);
    this.#host.shownChanged();
  }

  /** The others go on from there: what one of them keeps next is all that is kept. */
  #remember(of: InspectorPage, memory: unknown): void {
    if (JSON.stringify(memory ?? null).length > largestMemory) return;
    void this.#host.context.globalState.update(memoryKey, memory);
    for (const page of this.#pages) if (page !== of) page.tellRemembered(memory);
  }

  #changed(): void {
    for (const page of this.#pages) page.tellHistory();
    void keepPinned(this.#host.context.workspaceState, this.inspections.history.all.filter(({ isPinned }) => isPinned));
  }
}
