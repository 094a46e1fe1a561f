/** What all messages of one file are read with: the window, the names met so far, and how much has been taken in. */
import { setImmediate } from 'node:timers/promises';
import { Failure } from '../../protocol/failure.ts';
import { type Counted, most } from './limits.ts';
import type { Window } from './window.ts';

const fieldsPerTurn = 50_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export class Scan {
  readonly #counts: Record<Exclude<Counted, 'fields'>, number> = {
    nodes: 0, attributes: 0, tensors: 0, ports: 0, functions: 0, operatorSets: 0, names: 0, numbers: 0, metadata: 0,
  };
  /** A value's name stands in the file wherever it is used: in memory it stands once. */
  readonly #names = new Map<string, string>();
  #fields = 0;

  #nextTurn = fieldsPerTurn;

  constructor(readonly window: Window) {}

  get file(): string {
    return this.window.source.path;
  }

  /** @throws Failure `broken-model` beyond the limit */
  count(what: Exclude<Counted, 'fields'>, more = 1): void {
    this.#counts[what] += more;
    if (this.#counts[what] > most[what]) throw this.#tooMuch(what);
  }

  /** The same of fields, of which there are many. */
  countField(): void {
    if (++this.#fields > most.fields) throw this.#tooMuch('fields');
  }

  /** Whether so many fields have been read since others had their turn that `turn` is due. */
  get isDue(): boolean {
    return this.#fields >= this.#nextTurn;
  }

  /** Lets others have their turn. */
  async turn(): Promise<void> {
    this.#nextTurn = this.#fields + fieldsPerTurn;
    await setImmediate();
  }

  /** A name that is likely to stand elsewhere too; its bytes stand in the window. @throws Failure `broken-model` where they are no text */
  name(start: number, stop: number): string {
    const text = this.#certain(start, stop);
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    this.count('names', stop - start);
    this.#names.set(text, text);
    return text;
  }

  /** A name that is not. @throws Failure `broken-model` as above */
  ownName(start: number, stop: number): string {
    this.count('names', stop - start);
    return this.#certain(start, stop);
  }

  #certain(start: number, stop: number): string {
    const text = this.text(start, stop);
    if (text === undefined) throw this.broken(start, 'a name that is no UTF-8 text', 'UTF-8 text');
    return text;
  }

  /** Bytes that stand in the window, as text, or `undefined` where they are no UTF-8. */
  text(start: number, stop: number): string | undefined {
    const { bytes, start: first } = this.window;
    const text = bytes.toString('utf8', start - first, stop - first);
    // What stands for broken bytes may also have been written on purpose.
    return text.includes('\uFFFD') && !isUtf8(bytes.subarray(start - first, stop - first)) ? undefined : text;
  }

  broken(offset: number, found: string, expected: string): Failure {
    return new Failure('broken-model', `${this.file}: at byte ${offset}, ${found} found; ${expected} expected.`, brokenHint);
  }

  #tooMuch(what: Counted): Failure {
    const words: Record<Counted, string> = {
      nodes: 'nodes', attributes: 'attributes', tensors: 'tensors', ports: 'inputs, outputs and declared values', functions: 'functions',
      operatorSets: 'operator sets', fields: 'fields', names: 'bytes of names', numbers: 'numbers in attributes', metadata: 'bytes of metadata',
    };
    return new Failure('broken-model', `${this.file} has over ${most[what].toLocaleString('en')} ${words[what]}; no more are read.`, brokenHint);
  }
}

export const brokenHint = 'It may be cut off, damaged or no ONNX model: download it or export it again.';

function isUtf8(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
