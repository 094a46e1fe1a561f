/** A model that continues texts: what a person wrote goes in, a trace of what comes next comes out. */
import { Failure } from '../../protocol/failure.ts';
import type { SourceSide, TargetToken, Token, Trace } from '../../protocol/trace.ts';
import { alignWords, receivedBy } from '../analysis/alignment.ts';
import type { Helm } from '../steering/helm.ts';
import { knownToken } from '../steering/lead.ts';
import { ownKeys } from '../steering/masked-ids.ts';
import type { ScoreRequest, Scoring } from '../steering/scoring.ts';
import { scriptProblem } from '../text/script.ts';
import { tokenAt } from '../text/token.ts';
import { decodeUtf8 } from '../text/utf8.ts';
import { wordsOf, wordsOfProse } from '../text/words.ts';
import { Continuation, usualLength } from './continuation.ts';
import { LanguageModel } from './language-model.ts';
import { type HeldBack, type Prompt, readPrompt } from './prompt.ts';
import { checkText, type ContinueRequest, type TranslateOptions } from './request.ts';
import { chooserOf, greedy } from './sampling.ts';
import { Writing } from './writing.ts';

/** A word of more bytes is hardly the beginning of one. */
const longestHeld = 40;

export class Continuer {
  constructor(private readonly model: LanguageModel) {}

  /**
   * Loads the checkpoint in a folder.
   * @throws Failure `unknown-model`, `broken-model`, `bad-argument`
   */
  static async open(folder: string, options: { readonly threads: number }): Promise<Continuer> {
    return new Continuer(await LanguageModel.open(folder, options));
  }

  get id(): string {
    return this.model.manifest.id;
  }

  /** What its passes are steered by. */
  get helm(): Helm {
    return this.model.helm;
  }

  /**
   * Writes on where a text ends, to the end token or to the length asked for. A word that the text breaks off is written to
   * its end. Rows are over the text given, its start token first; what went to the continuation itself is `elsewhere`.
   * @throws Failure `empty-text`, `text-too-long`, `unsupported-script`, `broken-model`, `cancelled`
   */
  async continue(request: ContinueRequest, { signal, onProgress, witness }: TranslateOptions = {}): Promise<Trace> {
    const { text } = request;
    checkText(text, 'continue', 'continued');
    const { manifest, maps, special, tokenizer } = this.model;
    const chosen = maps.choose(request.map, witness && maps.outputs);
    const map = chosen.id;
    const problem = scriptProblem(text, manifest.language);
    if (problem !== undefined) {
      throw new Failure('unsupported-script', problem, 'Select text in a language that the model knows, or choose another model.');
    }
    const half = Math.max(1, Math.floor(this.model.longest / 2));
    const prompt = readPrompt(text, request.languageId, this.model.tokenizer, Math.min(longestHeld, half - 1));
    if (prompt === undefined) throw new Failure('empty-text', 'There is nothing to continue in this text.', 'Select some words.');
    const room = Math.min(request.length ?? usualLength, half);
    const { ids, tokens, warnings } = this.#fitting(prompt, room);
    const seen = witness?.begin({ spell: id => tokenizer.nameOf(id) ?? tokenizer.decode([id], { prefixSpace: false }).text });
    const writing = new Writing(this.model, [special.start, ...ids], chooserOf(request.sampling ?? greedy), chosen, seen);

    const led = Buffer.concat([prompt.held.bytes, new TextEncoder().encode(this.helm.lead.takePrefix())]);
    const last = await this.#sayLastWord(prompt.held, led, writing, signal);
    const sourceTokens = [startToken(manifest.tokens.start, tokens), ...tokens, ...last.tokens];
    const { begun } = last;
    let { said } = last;
    const source: SourceSide = { text, tokens: sourceTokens, words: wordsOfProse(text, request.languageId, manifest.language) };
    onProgress?.({ kind: 'source', model: this.id, source, map });

    const written: WrittenToken[] = [];
    const target = new Continuation(sourceTokens.length, onProgress);
    const add = (token: WrittenToken): void => {
      written.push(token);
      target.add(token.row, this.#spell(written));
    };
    if (begun !== undefined) add(begun);
    const isGoingOn = (): boolean => written.length < room && writing.read < this.model.longest && written.at(-1)?.id !== special.end;
    while (isGoingOn()) {
      signal?.throwIfAborted();
      const choice = this.#choiceAt(written.length);
      // Behind a choice the model goes on by itself.
      if (choice !== undefined) said = led.length;
      const token = await writing.next(said < led.length ? { beginning: led.subarray(said), given: 0 } : { mayEnd: written.length > 0, only: choice });
      said += tokenizer.bytesOf(token.id).length;
      add(token);
    }
    if (seen !== undefined) seen.layers = this.model.seenLayers(writing.seen);
    const targetSide = { text: target.text, tokens: target.tokens, words: wordsOf(target.text, manifest.language) };
    return {
      model: this.id,
      source,
      target: targetSide,
      sentences: [{ source: { first: 0, end: sourceTokens.length }, target: { first: 0, end: target.tokens.length } }],
      map,
      maps: maps.all,
      rows: target.rows,
      received: receivedBy(target.rows, sourceTokens.length),
      alignment: alignWords({ source, target: targetSide, rows: target.rows }),
      warnings: written.at(-1)?.id === special.end ? warnings : [...warnings, ...target.cutWarnings(request.length, room, this.model.longest)],
    };
  }

  /** @throws Failure as `continue` does */
  async scoring({ text, languageId, said }: ScoreRequest): Promise<Scoring> {
    const { special, manifest, longest } = this.model;
    const half = Math.max(1, Math.floor(longest / 2));
    const prompt = readPrompt(text, languageId, this.model.tokenizer, Math.min(longestHeld, half - 1));
    if (prompt === undefined) throw new Failure('empty-text', 'There is nothing to continue in this text.', 'Select some words.');
    const { ids, tokens } = this.#fitting(prompt, Math.min(usualLength, half));
    const writing = new Writing(this.model, [special.start, ...ids], chooserOf(greedy), this.model.maps.choose(undefined));
    const last = await this.#sayLastWord(prompt.held, prompt.held.bytes, writing, undefined);
    // A token that ends the word and says more is one that was read, and was written, too.
    const written = (said.kind === 'written' ? said.sentences.flat() : []).slice(last.begun === undefined ? 0 : 1);
    const score = async (given: readonly number[], signal: AbortSignal): Promise<number> => {
      const [all = 0, before = 0] = await this.model.logProbabilities([[...given, ...written], given], signal);
      return all - before;
    };
    const read = [startToken(manifest.tokens.start, tokens), ...tokens, ...last.tokens];
    return { parts: [{ ids: [special.start, ...ids, ...last.ids], tokens: read, first: 0, score }], mask: undefined, keysOf: ownKeys, measure: 'log-probability' };
  }

  release(): Promise<void> {
    return this.model.release();
  }

  /**
   * The word held back first; the token that ends it may say more, and then belongs to both sides.
   * @param led bytes that are to be said, the word's first
   */
  async #sayLastWord({ bytes, tokenAt }: HeldBack, led: Uint8Array, writing: Writing, signal: AbortSignal | undefined): Promise<LastWord> {
    const [ids, tokens]: [number[], Token[]] = [[], []];
    let said = 0;
    let begun: WrittenToken | undefined;
    while (said < bytes.length) {
      signal?.throwIfAborted();
      const token = await writing.next({ beginning: led.subarray(said), given: bytes.length - said });
      const { length } = this.model.tokenizer.bytesOf(token.id);
      ids.push(token.id);
      tokens.push(tokenAt(said, Math.min(bytes.length, said + length), this.model.tokenizer.tokenOf(token.id)));
      // It is chosen, and read before the next one is.
      this.#mask({ ids: ids.slice(-1), tokens: tokens.slice(-1) }, writing.read);
      if (said + length > bytes.length) begun = { ...token, hidden: decodeUtf8(bytes.subarray(said)).text.length };
      said += length;
    }
    return { ids, tokens, said, begun };
  }

  /** The vocabulary spells everything, so what is masked is hidden. @param first where on the axis these tokens begin */
  #mask(read: { readonly ids: readonly number[]; readonly tokens: readonly Token[] }, first: number): void {
    this.helm.mask({ ...read, mask: undefined, keysOf: ownKeys, first, model: this.id });
  }

  /** @throws Failure `bad-argument` where the vocabulary has no such token */
  #choiceAt(step: number): number | undefined {
    const token = this.helm.lead.takeChoice(step);
    return token === undefined ? undefined : knownToken({ step, token }, this.model.manifest.architecture.vocabulary);
  }

  /** The end of a prompt that leaves room for what is to be written. */
  #fitting({ ids, tokens, held }: Prompt, room: number): { ids: readonly number[]; tokens: readonly Token[]; warnings: string[] } {
    const most = Math.max(1, this.model.longest - room - held.bytes.length);
    const kept = ids.length < most ? ids.length : Math.max(0, most - 1);
    const lasts = <Item extends number | Token>(items: readonly Item[]): readonly Item[] => items.slice(items.length - kept);
    const left = { ids: lasts(ids), tokens: lasts(tokens) };
    this.#mask(left, 1);
    if (kept === ids.length) return { ...left, warnings: [] };
    return {
      ...left,
      warnings: [
        `The text has ${ids.length} tokens before its last word; the model reads at most ${this.model.longest} with what it writes, so only the last ${kept} were read.`,
      ],
    };
  }

  /** What tokens spell, without the part of the first that stands in the text given. */
  #spell(written: readonly WrittenToken[]): { text: string; tokens: TargetToken[] } {
    const { tokenizer } = this.model;
    const { text, spans } = tokenizer.decode(written.map(({ id }) => id), { prefixSpace: false });
    const hidden = written[0]?.hidden ?? 0;
    const shown = text.slice(hidden);
    const tokens = written.map(({ id, logProb }, index): TargetToken => {
      const start = Math.max(0, (spans[index]?.start ?? text.length) - hidden);
      const end = Math.max(start, (spans[index]?.end ?? text.length) - hidden);
      return { ...tokenAt(tokenizer.nameOf(id) ?? shown.slice(start, end), { start, end }, tokenizer.tokenOf(id)), logProb };
    });
    return { text: shown, tokens };
  }
}

/** The word that a text breaks off in, as it was said. */
interface LastWord {
  readonly ids: readonly number[];
  readonly tokens: readonly Token[];
  /** In bytes; more than the word has where its last token says more. */
  readonly said: number;
  /** That token. */
  readonly begun: WrittenToken | undefined;
}

interface WrittenToken {
  readonly id: number;
  readonly logProb: number;
  readonly row: readonly number[];
  /** Of the first: the characters that it has in common with the text given. */
  readonly hidden?: number;
}

/** Nothing of the text, but much attention rests there. */
function startToken(text: string, [first]: readonly Token[]): Token {
  const start = first?.start ?? 0;
  return { text, start, end: start };
}
