import { Failure } from '../../protocol/failure.ts';
import type { InspectQuestion, InspectRequests, ToInspector } from '../../protocol/inspect-page.ts';
import { arithmeticMethod, exportMethod, headsMethod, influenceMethod, linesMethod, mapMethod, type ExportFormat, type OpenInspectionParams } from '../../protocol/inspection.ts';
import type { Inspected, Subject } from './history.ts';
import type { Inspections } from './inspections.ts';
import { Slots } from './slots.ts';

/** The worker reads one thing after another: more questions than these would only wait there. */
const mostAtOnce = 4;
/** As many as one page may have open; none asks for more. */
const mostQuestions = 500;

/** What the user is asked before the worker is. */
export interface QuestionServices {
  /** What else is to be asked for; `undefined` where the user chose nothing. */
  another(of: Inspected, what: InspectRequests['another']['params']['what'], signal: AbortSignal): Promise<OpenInspectionParams | undefined>;
  /** Where to write an export to; `undefined` where the user chose nothing. */
  chooseFile(of: Inspected, format: ExportFormat): Promise<string | undefined>;
}

export interface QuestionsHost extends QuestionServices {
  readonly inspections: Inspections;
  post(message: ToInspector): void;
}

/** What the inspector in one page asks, until it is answered. */
export class Questions {
  readonly #host: QuestionsHost;
  readonly #subjectOf: (asked: OpenInspectionParams) => Subject;
  readonly #open = new Map<number, AbortController>();
  readonly #slots = new Slots(mostAtOnce);

  /** @param subjectOf what a page asks to have run, where it stands */
  constructor(host: QuestionsHost, subjectOf: (asked: OpenInspectionParams) => Subject) {
    this.#host = host;
    this.#subjectOf = subjectOf;
  }

  async answer(question: InspectQuestion): Promise<void> {
    const { id } = question;
    const controller = new AbortController();
    const isFull = this.#open.size >= mostQuestions;
    this.#open.get(id)?.abort(cancelled());
    this.#open.set(id, controller);
    const say = (message: ToInspector): void => {
      if (this.#open.get(id) === controller) this.#host.post(message);
    };
    try {
      if (isFull) throw new Failure('bad-argument', `${mostQuestions} questions of this page are open already.`, 'Wait for their answers, or reload the window.');
      const result = await this.#resultOf(question, controller.signal, say);
      controller.signal.throwIfAborted();
      say({ type: 'answer', id, result });
    } catch (error) {
      say({ type: 'refused', id, failure: Failure.from(error).toData() });
    } finally {
      if (this.#open.get(id) === controller) this.#open.delete(id);
    }
  }

  /** It is answered all the same, as `cancelled`. */
  cancel(id: number): void {
    this.#open.get(id)?.abort(cancelled());
  }

  /** They are nobody's any more: none is answered. */
  drop(): void {
    for (const controller of this.#open.values()) controller.abort(cancelled());
    this.#open.clear();
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
}

function cancelled(): Failure {
  return new Failure('cancelled', 'The question was taken back.', 'Ask again when you want it.');
}
