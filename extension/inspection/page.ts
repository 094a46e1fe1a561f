import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../protocol/failure.ts';
import type { ShownMap } from '../../protocol/inspect-page.ts';
import type { Inspection, OpenInspectionParams } from '../../protocol/inspection.ts';
import type { Side } from '../../protocol/panel.ts';
import { OneAtATime } from '../checkpoint/one-at-a-time.ts';
import type { Subject } from './history.ts';
import { Light, type LitPasses } from './light.ts';
import { parseFromInspector } from './messages.ts';
import { Questions, type QuestionServices, type QuestionsHost } from './questions.ts';

/** What the user is asked, and what goes elsewhere than to the worker. */
export interface InspectorServices extends QuestionServices {
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
export interface InspectorPageHost extends InspectorServices, QuestionsHost {
  /** Whether there is a page that hears what is posted. */
  isSeen(): boolean;
  /** The page shows another map, or none any more. */
  shown(page: InspectorPage, shown: ShownMap | undefined): void;
  /** The user gave the model something else to read than what it was to be shown over. */
  fed(subject: Subject): void;
  /** Nobody sees the page any more: it may be there again, as it was left. */
  hidden(page: InspectorPage): void;
}

/** The extension's end of the inspector in one page. */
export class InspectorPage {
  readonly #host: InspectorPageHost;
  readonly #questions: Questions;
  readonly #opening = new OneAtATime('inspection');
  #subject: Subject | undefined;
  /** The pass over it: its words are those of the document. */
  #given: Inspection | undefined;
  /** What the page shows: the subject's inspection, or what the user chose instead. */
  #current: string | undefined;
  readonly #light: Light;
  #shown: ShownMap | undefined;
  /** Why the subject could not be opened. */
  #failure: Failure | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: InspectorPageHost) {
    this.#host = host;
    this.#questions = new Questions(host, asked => this.#subjectOf(asked));
    this.#light = new Light(word => host.post({ type: 'light', word }));
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
    this.#light.clear();
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
    this.#questions.drop();
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
    this.#light.point(word === undefined ? undefined : { side, word }, this.#passes);
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
    this.#questions.drop();
    this.#tellShown(undefined);
  }

  /** Takes a message of the inspector in the page. */
  receive(value: unknown): void {
    const message = parseFromInspector(value);
    switch (message?.type) {
      case undefined: return;
      case 'ask': void this.#questions.answer(message); return;
      case 'bad-ask': this.#host.post({ type: 'refused', id: message.id, failure: message.failure.toData() }); return;
      case 'cancel': this.#questions.cancel(message.id); return;
      case 'shown':
        this.#turnTo(message.shown?.inspection ?? this.#current);
        this.#tellShown(message.shown && { ...message.shown, pointed: this.#light.isOwn(message.shown.pointed, this.#passes.shown) ? undefined : message.shown.pointed });
        return;
      case 'feed': this.#feed(message.numbers); return;
      case 'bad-feed': this.#refuseNumbers(message.failure); return;
      case 'pin': this.#host.inspections.history.pin(message.inspection, message.isPinned); return;
      case 'remember': this.#host.remember(this, message.memory); return;
      case 'copy': void this.#telling(this.#host.copy(message.text)); return;
      case 'save-csv': void this.#telling(this.#host.saveCsv(message.name, message.csv)); return;
      case 'save-png': void this.#telling(this.#host.savePng(message.name, message.png)); return;
    }
  }

  /** Numbers come in place of what stands there refused; meanwhile something else may be shown. */
  #feed(numbers: string): void {
    if (this.#subject === undefined || this.#failure?.code !== 'reads-numbers') return;
    const subject = { asked: { ...withoutText(this.#subject.asked), text: numbers }, place: undefined };
    this.#host.fed(subject);
    this.inspect(subject);
  }

  /** Other ones can be given. */
  #refuseNumbers({ message }: Failure): void {
    if (this.#failure?.code !== 'reads-numbers') return;
    this.#failure = new Failure('reads-numbers', message, this.#failure.hint);
    this.#host.post({ type: 'unopened', failure: this.#failure.toData() });
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
    this.#light.forget();
    this.#host.post({ type: 'show', inspection });
    this.#turnTo(inspection?.id);
  }

  /** The page shows this one from now on. */
  #turnTo(current: string | undefined): void {
    if (current === this.#current) return;
    this.#current = current;
    this.#light.follow(this.#passes);
  }

  get #passes(): LitPasses {
    return { given: this.#given, shown: this.#current === undefined ? undefined : this.#host.inspections.pass(this.#current) };
  }

  /** An image's bytes stay here: pages ask without them. */
  #subjectOf(asked: OpenInspectionParams): Subject {
    const { history } = this.#host.inspections;
    const shown = this.#current === undefined ? undefined : history.get(this.#current);
    const image = shown?.asked.text === asked.text ? shown.asked.image : undefined;
    return { asked: image === undefined ? asked : { ...asked, image }, place: history.placeOf(asked.text), file: shown?.asked.text === asked.text ? shown.file : undefined };
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
