import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../protocol/failure.ts';
import type { InspectQuestion, InspectRequests, PointedTokens, ShownMap, ToInspector } from '../../protocol/inspect-page.ts';
import { arithmeticMethod, exportMethod, headsMethod, influenceMethod, linesMethod, mapMethod, type ExportFormat, type Inspection, type OpenInspectionParams } from '../../protocol/inspection.ts';
import type { Side } from '../../protocol/panel.ts';
import { wordOfTokens } from '../../protocol/words.ts';
import { OneAtATime } from '../checkpoint/one-at-a-time.ts';
import type { Inspected, Subject } from './history.ts';
import type { Inspections } from './inspections.ts';
import { litIn, type LitWord } from './light.ts';
import { parseFromInspector } from './messages.ts';
import { Slots } from './slots.ts';

/** What the user is asked, and what goes elsewhere than to the worker. */
export interface InspectorServices {
  /** What else is to be asked for; `undefined` where the user chose nothing. */
  another(of: Inspected, what: InspectRequests['another']['params']['what'], signal: AbortSignal): Promise<OpenInspectionParams | undefined>;
  /** Where to write an export to; `undefined` where the user chose nothing. */
  chooseFile(of: Inspected, format: ExportFormat): Promise<string | undefined>;
  savePng(name: string, png: Uint8Array): Promise<void>;
  saveCsv(name: string, csv: string): Promise<void>;
  copy(text: string): Promise<void>;
  remember(page: InspectorPage, memory: unknown): void;
  /** What was remembered last, of whichever page. */
  remembered(): unknown;
  /** What fails without anybody waiting for it. */
  failed(failure: Failure): void;
}

/** What an inspector needs of the page that it is in. */
export interface InspectorPageHost extends InspectorServices {
  readonly inspections: Inspections;
  post(message: ToInspector): void;
  /** Whether there is a page that hears what is posted. */
  isSeen(): boolean;
  /** The page shows another map, or none any more. */
  shown(page: InspectorPage, shown: ShownMap | undefined): void;
  /** Nobody sees the page any more: it may be there again, as it was left. */
  hidden(page: InspectorPage): void;
}

/** The worker reads one thing after another: more questions than these would only wait there. */
const mostAtOnce = 4;
/** As many as one page may have open; none asks for more. */
const mostQuestions = 500;

/** The extension's end of the inspector in one page. */
export class InspectorPage {
  readonly #host: InspectorPageHost;
  readonly #questions = new Map<number, AbortController>();
  readonly #slots = new Slots(mostAtOnce);
  readonly #opening = new OneAtATime('inspection');
  #subject: Subject | undefined;
  /** The pass over it: its words are those of the document. */
  #given: Inspection | undefined;
  /** What the page shows: the subject's inspection, or what the user chose instead. */
  #current: string | undefined;
  /** The word of the document that the pointer rests on, and where it is in what the page shows. */
  #pointed: { readonly side: Side; readonly word: number } | undefined;
  #light: LitWord | undefined;
  #shown: ShownMap | undefined;
  /** Why the subject could not be opened. */
  #failure: Failure | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: InspectorPageHost) {
    this.#host = host;
  }

  /** The map that the page shows. */
  get shown(): ShownMap | undefined {
    return this.#shown;
  }

  /** Whether somebody may see it. */
  get isSeen(): boolean {
    return this.#host.isSeen();
  }

  /** The user asks for it: it is opened also where it has become stale, or something else was chosen in its place. */
  inspect(subject: Subject): void {
    this.show(undefined);
    this.show(subject);
  }

  /** Something else is to be inspected, once the page is seen, or the same elsewhere; `undefined`: nothing. */
  show(subject: Subject | undefined): void {
    if (subject !== undefined && this.#failure === undefined && this.#shows(subject)) {
      this.#subject = subject;
      return;
    }
    this.#drop();
    this.#subject = subject;
    this.#given = undefined;
    this.#current = undefined;
    this.#pointed = undefined;
    this.#light = undefined;
    this.#failure = undefined;
    this.#tellShown(undefined);
    this.#host.post({ type: 'show', inspection: undefined });
    if (subject === undefined || !this.#host.isSeen()) return;
    // Of several texts that are asked about in a row only the last is looked at.
    this.#timer = setTimeout(() => void this.#open(), 0);
  }

  /** The page is alive, perhaps once more: what an earlier one asked for is nobody's any more. */
  ready(): void {
    this.#drop();
    for (const controller of this.#questions.values()) controller.abort(cancelled());
    this.#questions.clear();
    this.tellRemembered(this.#host.remembered());
    this.tellHistory();
    if (this.#failure !== undefined) this.#host.post({ type: 'unopened', failure: this.#failure.toData() });
    else if (this.#subject !== undefined || this.#current !== undefined) void this.#open();
    else this.#host.post({ type: 'show', inspection: undefined });
  }

  /** How the user left the inspector, in whichever page. */
  tellRemembered(memory: unknown): void {
    this.#host.post({ type: 'remembered', memory });
  }

  /** Its inspections are others, or called otherwise. */
  tellHistory(): void {
    this.#host.post({ type: 'history', entries: this.#host.inspections.history.entries });
  }

  /** The pointer rests on a word of the document, or a word's link was followed; `undefined`: on none any more. */
  light(side: Side, word: number | undefined): void {
    this.#pointed = word === undefined ? undefined : { side, word };
    this.#light = this.#find(this.#pointed);
    this.#host.post({ type: 'light', word: this.#light });
  }

  /** The user would rather not wait for what is being opened. */
  cancel(): void {
    this.#opening.cancel();
  }

  /** Nothing is pointed at in it any more, nor locked. */
  unlock(): void {
    this.#host.post({ type: 'unlock' });
  }

  copyImage(): void {
    this.#host.post({ type: 'copy-image' });
  }

  /** Another tab covers its page. */
  hidden(): void {
    this.#host.hidden(this);
  }

  /** The model was saved anew: what was known by an id is no more, and this is there in its place. */
  replaced(id: string, by: Inspection): void {
    if (this.#given?.id === id) this.#given = by;
    if (this.#current === id) this.#put(by);
  }

  /** Nobody looks any more. */
  close(): void {
    this.#drop();
    for (const controller of this.#questions.values()) controller.abort(cancelled());
    this.#questions.clear();
    this.#tellShown(undefined);
  }

  /** Takes a message of the inspector in the page. */
  receive(value: unknown): void {
    const message = parseFromInspector(value);
    switch (message?.type) {
      case undefined: return;
      case 'ask': void this.#answer(message); return;
      case 'bad-ask': this.#host.post({ type: 'refused', id: message.id, failure: message.failure.toData() }); return;
      case 'cancel': this.#questions.get(message.id)?.abort(cancelled()); return;
      case 'shown':
        this.#turnTo(message.shown?.inspection ?? this.#current);
        this.#tellShown(message.shown && { ...message.shown, pointed: this.#isLight(message.shown.pointed) ? undefined : message.shown.pointed });
        return;
      case 'feed':
        if (this.#subject !== undefined) this.inspect({ asked: { ...withoutText(this.#subject.asked), text: message.numbers }, place: undefined });
        return;
      case 'pin': this.#host.inspections.history.pin(message.inspection, message.isPinned); return;
      case 'remember': this.#host.remember(this, message.memory); return;
      case 'copy': void this.#telling(this.#host.copy(message.text)); return;
      case 'save-csv': void this.#telling(this.#host.saveCsv(message.name, message.csv)); return;
      case 'save-png': void this.#telling(this.#host.savePng(message.name, message.png)); return;
    }
  }

  async #open(): Promise<void> {
    const [subject, current] = [this.#subject, this.#current];
    const { inspections } = this.#host;
    this.#host.post({ type: 'opening' });
    await this.#opening.run(async signal => {
      if (current !== undefined && inspections.history.get(current) !== undefined) return inspections.recall(current, signal);
      if (subject === undefined) return undefined;
      let given = await inspections.open(subject, signal);
      // Meanwhile the same words may have been asked about elsewhere.
      if (this.#subject !== undefined && this.#subject !== subject) given = await inspections.open(this.#subject, signal);
      signal.throwIfAborted();
      this.#given = given;
      return given;
    }, {
      done: inspection => this.#put(inspection),
      failed: failure => {
        this.#failure = failure;
        this.#host.post({ type: 'unopened', failure: failure.toData() });
      },
    });
  }

  async #answer(question: InspectQuestion): Promise<void> {
    const { id } = question;
    const controller = new AbortController();
    const isFull = this.#questions.size >= mostQuestions;
    this.#questions.get(id)?.abort(cancelled());
    this.#questions.set(id, controller);
    const say = (message: ToInspector): void => {
      if (this.#questions.get(id) === controller) this.#host.post(message);
    };
    try {
      if (isFull) throw new Failure('bad-argument', `${mostQuestions} questions of this page are open already.`, 'Wait for their answers, or reload the window.');
      const result = await this.#resultOf(question, controller.signal, say);
      controller.signal.throwIfAborted();
      say({ type: 'answer', id, result });
    } catch (error) {
      say({ type: 'refused', id, failure: Failure.from(error).toData() });
    } finally {
      if (this.#questions.get(id) === controller) this.#questions.delete(id);
    }
  }

  async #resultOf(question: InspectQuestion, signal: AbortSignal, say: (message: ToInspector) => void): Promise<InspectRequests[InspectQuestion['method']]['result']> {
    const { inspections } = this.#host;
    const reading = <Result>(work: () => Promise<Result>): Promise<Result> => this.#slots.run(work, signal);
    switch (question.method) {
      case 'open': return inspections.open(this.#subjectOf(question.params), signal);
      case 'peek': return inspections.peek(this.#subjectOf(question.params), signal);
      case 'recall': return inspections.recall(question.params.inspection, signal);
      case 'another': return this.#another(question.params, signal);
      case 'map': return reading(() => inspections.ask(mapMethod, question.params, signal));
      case 'heads': return reading(() => inspections.ask(headsMethod, question.params, signal));
      case 'lines': return reading(() => inspections.ask(linesMethod, question.params, signal));
      case 'arithmetic': return reading(() => inspections.ask(arithmeticMethod, question.params, signal));
      case 'influence': return inspections.ask(influenceMethod, question.params, signal, progress => say({ type: 'progress', id: question.id, progress }));
      case 'export': {
        const file = await this.#host.chooseFile(inspections.inspected(question.params.map.inspection), question.params.format);
        return file === undefined ? null : inspections.ask(exportMethod, { ...question.params, file }, signal);
      }
    }
  }

  async #another({ inspection, what }: InspectRequests['another']['params'], signal: AbortSignal): Promise<InspectRequests['another']['result']> {
    const { inspections } = this.#host;
    const of = inspections.inspected(inspection);
    const asked = await this.#host.another(of, what, signal);
    signal.throwIfAborted();
    return asked === undefined ? null : inspections.open({ asked, ...(what === 'model' ? { place: of.place, file: of.file } : { place: undefined }) }, signal);
  }

  /** Whether the page was given this already: of the same words elsewhere, or that were changed meanwhile, it was not. */
  #shows({ asked, place }: Subject): boolean {
    if (!isDeepStrictEqual(asked, this.#subject?.asked)) return false;
    if (this.#given === undefined) return true;
    const entry = this.#host.inspections.history.get(this.#given.id);
    return entry?.isStale === false && (place === undefined || isDeepStrictEqual(place, entry.place));
  }

  /** Another inspection of the history, or one that the model was run for once more, is there to be shown. */
  #put(inspection: Inspection | undefined): void {
    this.#current = undefined;
    this.#light = undefined;
    this.#host.post({ type: 'show', inspection });
    this.#turnTo(inspection?.id);
  }

  /** The page shows this one from now on. */
  #turnTo(current: string | undefined): void {
    if (current === this.#current) return;
    this.#current = current;
    const light = this.#find(this.#pointed);
    if (isDeepStrictEqual(light, this.#light)) return;
    this.#light = light;
    this.#host.post({ type: 'light', word: light });
  }

  /** Where a word of the document is in what the page shows. */
  #find(pointed: { readonly side: Side; readonly word: number } | undefined): LitWord | undefined {
    const shown = this.#current === undefined ? undefined : this.#host.inspections.pass(this.#current);
    if (pointed === undefined || this.#given === undefined || shown === undefined) return undefined;
    return litIn(this.#given, shown, pointed.side, pointed.word);
  }

  /** An image's bytes stay here: pages ask without them. */
  #subjectOf(asked: OpenInspectionParams): Subject {
    const { history } = this.#host.inspections;
    const shown = this.#current === undefined ? undefined : history.get(this.#current);
    const image = shown?.asked.text === asked.text ? shown.asked.image : undefined;
    return { asked: image === undefined ? asked : { ...asked, image }, place: history.placeOf(asked.text), file: shown?.asked.text === asked.text ? shown.file : undefined };
  }

  /** The document need not be told what it told itself: its tints stay. What a word looks at is news, where it looks at its own text. */
  #isLight(pointed: PointedTokens | undefined): boolean {
    const axis = this.#current === undefined ? undefined : this.#host.inspections.pass(this.#current)?.axes[this.#light?.axis ?? -1];
    if (pointed === undefined || axis === undefined || pointed.as !== 'key' || pointed.axis !== this.#light?.axis) return false;
    return wordOfTokens(axis.tokens, axis.words).indexOf(this.#light.word) === pointed.tokens.first;
  }

  #tellShown(shown: ShownMap | undefined): void {
    this.#shown = shown;
    this.#host.shown(this, shown);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#opening.drop();
  }

  async #telling(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#host.failed(Failure.from(error));
    }
  }
}

/** Of what is asked, all but what was told of its text. */
function withoutText({ second: _, image: _image, text: _text, ...asked }: OpenInspectionParams): Omit<OpenInspectionParams, 'text'> {
  return asked;
}

function cancelled(): Failure {
  return new Failure('cancelled', 'The question was taken back.', 'Ask again when you want it.');
}
