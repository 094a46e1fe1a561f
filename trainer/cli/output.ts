/** Where translations go: one class for each way of showing them, all asked alike. */
import { extname } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import type { Trace } from '../../protocol/trace.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { renderJson } from '../render/json.ts';
import { hasColour, isForPeople, print } from './standard-output.ts';

export interface Output {
  /** A text was translated. */
  trace(trace: Trace): Promise<void>;
  /** A blank line was read. */
  blank(model: string, text: string): Promise<void>;
  /** A text could not be translated; the failure itself is told on standard error. */
  failure(thrown: unknown): Promise<void>;
}

export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly html?: string | undefined;
  readonly svg?: string | undefined;
}

export function outputFor({ json, html, svg }: OutputOptions): Output {
  if (json === true) return new JsonOutput();
  if (html !== undefined) return new FileOutput(html, async trace => (await import('../render/html.ts')).renderHtml(trace));
  if (svg !== undefined) return new FileOutput(svg, async trace => (await import('../render/svg.ts')).renderSvg(trace));
  return new TextOutput();
}

/** One object a line. */
class JsonOutput implements Output {
  trace(trace: Trace): Promise<void> {
    return print(renderJson(trace));
  }
  blank(model: string, text: string): Promise<void> {
    return this.trace({
      model,
      source: { text, tokens: [], words: [] },
      target: { text: '', tokens: [], words: [] },
      sentences: [],
      map: undefined,
      maps: [],
      rows: [],
      received: [],
      alignment: [],
      warnings: [],
    });
  }
  failure(thrown: unknown): Promise<void> {
    return print(JSON.stringify({ error: Failure.from(thrown).toData() }));
  }
}

/** The translation on a line of its own, with the attention matrix below it where a person reads it. */
class TextOutput implements Output {
  async trace(trace: Trace): Promise<void> {
    await print(isForPeople() ? await this.#matrix(trace) : lineOf(trace));
  }
  blank(): Promise<void> {
    return print('');
  }
  failure(): Promise<void> {
    return print('');
  }

  async #matrix(trace: Trace): Promise<string> {
    const { renderTerminal } = await import('../render/terminal.ts');
    return `${renderTerminal(trace, { colour: hasColour(), columns: process.stdout.columns ?? 80 })}\n`;
  }
}

/** Each translation on a line, and in a file of its own. */
class FileOutput extends TextOutput {
  #count = 0;

  constructor(
    readonly file: string,
    readonly render: (trace: Trace) => Promise<string>,
  ) {
    super();
  }
  override async trace(trace: Trace): Promise<void> {
    await writeFileAtomically(numbered(this.file, ++this.#count), await this.render(trace));
    await super.trace(trace);
  }
}

/** A text of one line has a translation of one line, whatever the model thinks. */
function lineOf({ source, target }: Trace): string {
  return /[\n\r]/.test(source.text) ? target.text : target.text.replace(/[\n\r]+/g, ' ');
}

/** `map.svg`, `map-2.svg`, `map-3.svg` … */
function numbered(file: string, number: number): string {
  if (number === 1) return file;
  const extension = extname(file);
  return `${file.slice(0, file.length - extension.length)}-${number}${extension}`;
}
