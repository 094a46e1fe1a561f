/**
 * Chat templates: how a model was taught to read a conversation, as a Jinja template that came with it. It is run on the
 * messages and the names of special tokens, and reaches nothing else.
 */
import { Environment, Interpreter, Template } from '@huggingface/jinja';
import { Failure } from '../../protocol/failure.ts';
import type { Span } from '../../protocol/trace.ts';
import { brokenFile } from './json.ts';
import { type EncodedText, type HuggingFaceTokenizer, specialRoles } from './tokenizer.ts';
import { withinTime } from './within-time.ts';

export interface ChatMessage {
  /** `system`, `user`, `assistant` … */
  readonly role: string;
  readonly content: string;
}

export interface ChatOptions {
  /** Whether the text ends where an answer of the model begins. Default true. */
  readonly addGenerationPrompt?: boolean;
  /** What templates that ask for the date are told. Default today. */
  readonly date?: Date;
}

export interface RenderedChat {
  readonly text: string;
  /** Of each message, where its content stands in the text, as far as the template left it as it was; without blanks that it cut off. */
  readonly spans: readonly (Span | undefined)[];
  /** Every place of the text that is a message's, in order: what is data there, whatever it looks like. */
  readonly verbatim: readonly Span[];
}

const limits = { source: 1 << 20, milliseconds: 5000, steps: 1_000_000, characters: 1 << 23, items: 100_000 } as const;

export class ChatTemplate {
  readonly #program: Template['parsed'];

  private constructor(
    private readonly file: string,
    source: string,
    private readonly names: Readonly<Record<string, string>>,
  ) {
    this.#program = new Template(source).parsed;
  }

  /**
   * @param file names the template in messages
   * @param names of special tokens, by what templates call them: `bos_token`
   * @throws Failure `broken-model` where it is no template that can be read
   */
  static parse(source: string, file: string, names: Readonly<Record<string, string>> = {}): ChatTemplate {
    if (source.length > limits.source) throw brokenFile(file, `holds a chat template of ${source.length} characters; at most ${limits.source} are read`);
    try {
      return withinTime(limits.milliseconds, `Reading the chat template of ${file}`, () => new ChatTemplate(file, source, names));
    } catch (thrown) {
      if (thrown instanceof Failure) throw thrown;
      throw brokenFile(file, `holds a chat template that cannot be read: ${reason(thrown)}`, undefined, thrown);
    }
  }

  /**
   * @throws Failure `bad-argument` where the template refuses the messages (two of a role in a row, say); `broken-model` where
   *   it cannot be run, or takes too long
   */
  apply(messages: readonly ChatMessage[], { addGenerationPrompt = true, date = new Date() }: ChatOptions = {}): RenderedChat {
    const render = (contents: readonly string[]): string =>
      this.#render(messages.map(({ role }, index) => ({ role, content: contents[index] ?? '' })), addGenerationPrompt, date);
    const contents = messages.map(({ content }) => content);
    const text = render(contents);
    const places = this.#placesByMarks(text, contents, render) ?? placesBySearch(text, contents);
    return {
      text,
      spans: contents.map((_, message) => places.find(place => place.message === message)?.span),
      verbatim: places.map(({ span }) => span).sort((a, b) => a.start - b.start),
    };
  }

  /** Renders marks in place of the messages, and so learns what is the template's own. */
  #placesByMarks(text: string, contents: readonly string[], render: (contents: readonly string[]) => string): Place[] | undefined {
    try {
      return placesBetween(text, contents, render(contents.map((_, message) => `${open}${message}${close}`)));
    } catch (thrown) {
      if (thrown instanceof Failure) return undefined;
      throw thrown;
    }
  }

  #render(messages: readonly ChatMessage[], addGenerationPrompt: boolean, date: Date): string {
    const environment = new Environment();
    const globals: Record<string, unknown> = {
      true: true, false: false, none: null, True: true, False: false, None: null,
      range, messages, add_generation_prompt: addGenerationPrompt,
      strftime_now: (format: unknown) => formatDate(date, String(format)),
      raise_exception: (message: unknown): never => {
        throw new Refusal(String(message));
      },
      ...this.names,
    };
    for (const [name, value] of Object.entries(globals)) environment.set(name, value);
    try {
      return withinTime(limits.milliseconds, `The chat template of ${this.file}`, () => String(new BoundedInterpreter(environment).run(this.#program).value));
    } catch (thrown) {
      if (thrown instanceof Failure) throw thrown;
      if (thrown instanceof Refusal) {
        throw new Failure('bad-argument', `The chat template of ${this.file} refuses these messages: ${thrown.message.slice(0, 500)}`, 'Give the messages in the order that the model expects.', { cause: thrown });
      }
      throw brokenFile(this.file, `holds a chat template that cannot be run: ${reason(thrown)}`, undefined, thrown);
    }
  }
}

/** The names that templates call special tokens by. */
export function namesForTemplates(tokenizer: HuggingFaceTokenizer): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const role of specialRoles) {
    const token = tokenizer.special(role);
    if (token !== undefined) names[`${role}_token`] = token.name;
  }
  return names;
}

/** The tokens of a conversation: special tokens are those that the template wrote, none that stands in a message. */
export function encodeChat(tokenizer: HuggingFaceTokenizer, { text, verbatim }: RenderedChat): EncodedText {
  return tokenizer.encode(text, { addSpecial: false, parseSpecial: true, verbatim });
}

/** What `raise_exception` throws. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Counts what is done, and looks at the size of whatever comes out of it. */
class BoundedInterpreter extends Interpreter {
  #steps = 0;

  override evaluate(...parameters: Parameters<Interpreter['evaluate']>): ReturnType<Interpreter['evaluate']> {
    if (++this.#steps > limits.steps) throw new RangeError(`it takes more than ${limits.steps} steps`);
    const result = super.evaluate(...parameters);
    const { value } = result;
    if (typeof value === 'string' && value.length > limits.characters) throw new RangeError(`it makes a text of more than ${limits.characters} characters`);
    if (Array.isArray(value) && value.length > limits.items) throw new RangeError(`it makes a list of more than ${limits.items} items`);
    return result;
  }
}

/** Python's, of at most so many numbers. */
function range(first: unknown, second?: unknown, third: unknown = 1): number[] {
  const [start, stop] = second === undefined ? [0, Number(first)] : [Number(first), Number(second)];
  const step = Number(third);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!(count <= limits.items)) throw new RangeError(`range() makes more than ${limits.items} numbers`);
  return Array.from({ length: count }, (_, index) => start + index * step);
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Of Python's `strftime` what templates use, in English wherever it runs: they were trained so. */
function formatDate(date: Date, format: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const month = months[date.getMonth()] ?? '';
  const day = days[date.getDay()] ?? '';
  const parts: Readonly<Record<string, string>> = {
    '%Y': String(date.getFullYear()), '%m': two(date.getMonth() + 1), '%d': two(date.getDate()), '%B': month, '%b': month.slice(0, 3),
    '%A': day, '%a': day.slice(0, 3), '%H': two(date.getHours()), '%M': two(date.getMinutes()), '%S': two(date.getSeconds()), '%%': '%',
  };
  return format.replace(/%[A-Za-z%]/g, found => parts[found] ?? found);
}

interface Place {
  readonly message: number;
  readonly span: Span;
}

/** Marks of a private plane, which no template writes. */
const [open, close] = ['\u{F1A00}', '\u{F1A01}'];

/** Goes along a text that is the template's own words with the messages between them; `undefined` where it is something else. */
function placesBetween(text: string, contents: readonly string[], marked: string): Place[] | undefined {
  const parts = marked.split(new RegExp(`${open}(\\d+)${close}`, 'u'));
  const places: Place[] = [];
  let at = parts[0]?.length ?? 0;
  if (!text.startsWith(parts[0] ?? '')) return undefined;
  for (let index = 1; index < parts.length; index += 2) {
    const message = Number(parts[index]);
    const after = parts[index + 1] ?? '';
    const last = index + 2 >= parts.length;
    const found = formsOf(contents[message] ?? '').find(form => {
      const end = at + form.length;
      return text.startsWith(form, at) && text.startsWith(after, end) && (!last || end + after.length === text.length);
    });
    if (found === undefined) return undefined;
    places.push({ message, span: { start: at, end: at + found.length } });
    at += found.length + after.length;
  }
  return places;
}

/** Where a template looks at what the messages say: each is looked for behind the one before. */
function placesBySearch(text: string, contents: readonly string[]): Place[] {
  const places: Place[] = [];
  let from = 0;
  contents.forEach((content, message) => {
    const form = formsOf(content).find(each => each !== '' && text.includes(each));
    if (form === undefined) return;
    const behind = text.indexOf(form, from);
    const start = behind >= 0 ? behind : text.indexOf(form);
    places.push({ message, span: { start, end: start + form.length } });
    from = Math.max(from, start + form.length);
  });
  return places;
}

/** A content as it is, and without the blanks that templates cut off. */
function formsOf(content: string): readonly string[] {
  return [content, content.trim(), content.trimStart(), content.trimEnd()];
}

function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.slice(0, 500) : String(thrown);
}
