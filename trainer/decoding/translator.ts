/** A model that translates texts: what a person selected goes in, a trace comes out. */
import { Failure } from '../../protocol/failure.ts';
import type { Sentence, SourceSide, Span, Token, Trace } from '../../protocol/trace.ts';
import { alignWords, receivedBy } from '../analysis/alignment.ts';
import type { Helm } from '../steering/helm.ts';
import { sourceKeys } from '../steering/masked-ids.ts';
import type { ScoredPart, ScoreRequest, Scoring } from '../steering/scoring.ts';
import { encodeSentence } from '../text/encode.ts';
import { readText } from '../text/reading.ts';
import { scriptProblem } from '../text/script.ts';
import { decodeWithSlots } from '../text/slots.ts';
import { wordsOf, wordsOfProse } from '../text/words.ts';
import { beamSearch } from './beam.ts';
import { greedySearch } from './greedy.ts';
import { type Translation, TranslationModel } from './model.ts';
import { checkRequest, type TranslateOptions, type TranslateRequest } from './request.ts';
import { TargetText, type Spelling } from './target-text.ts';

/** A part of the text: a sentence for the model, and what is put before and after its translation as it is. */
interface Part {
  readonly before: string;
  readonly after: string;
  /** Undefined where there is nothing to translate. */
  readonly sentence: EncodedPart | undefined;
}

interface EncodedPart {
  readonly ids: readonly number[];
  /** The strings of its slots. */
  readonly slots: readonly string[];
  /** Index of its first token among the text's. */
  readonly firstSource: number;
}

export class Translator {
  private constructor(private readonly model: TranslationModel) {}

  /**
   * Loads the checkpoint in a folder.
   * @throws Failure `unknown-model`, `broken-model`
   */
  static async open(folder: string, options: { readonly threads: number }): Promise<Translator> {
    return new Translator(await TranslationModel.open(folder, options));
  }

  get id(): string {
    return this.model.manifest.id;
  }

  /** What its passes are steered by. */
  get helm(): Helm {
    return this.model.helm;
  }

  /**
   * Translates a text, sentence by sentence.
   * @throws Failure `empty-text`, `text-too-long`, `unsupported-script`, `bad-argument`, `broken-model`, `cancelled`
   */
  async translate(request: TranslateRequest, { signal, onProgress, witness }: TranslateOptions = {}): Promise<Trace> {
    checkRequest(request);
    const { manifest, maps } = this.model;
    const map = maps.choose(request.map).id;
    const problem = scriptProblem(request.text, manifest.languages.source);
    if (problem !== undefined) {
      throw new Failure('unsupported-script', problem, 'Select text in a language that the model knows, or choose another model.');
    }
    const { source, parts } = this.#read(request);
    onProgress?.({ kind: 'source', model: this.id, source, map });

    const spelling = spellingOf(this.model);
    const target = new TargetText(spelling);
    const search = request.beam === 1 ? greedySearch : beamSearch(request.beam);
    const sentences: Sentence[] = [];
    const warnings: string[] = [];
    for (const { before, after, sentence } of parts) {
      target.append(before);
      if (sentence !== undefined) {
        const { ids, slots, firstSource } = sentence;
        const number = sentences.length;
        const first = target.tokens.length;
        target.begin(firstSource, slots);
        const show = (hypothesis: Translation): void => {
          const change = target.update(hypothesis);
          if (change !== undefined) onProgress?.({ kind: 'target', sentence: number, ...change });
        };
        const onStep = onProgress === undefined ? undefined : show;
        this.helm.begin({ source: firstSource, target: first });
        const seen = witness?.begin({
          spell: id => spelling.nameOf(id) ?? (spelling.isSlot(id) ? spelling.decode([id], slots) : this.model.tokenizer.decode([id], { prefixSpace: false })).text,
          start: manifest.tokens.start,
        });
        const best = await this.model.decode(ids, slots.length, search, { signal, onStep, map, witness: seen });
        show(best);
        sentences.push({
          source: { first: firstSource, end: firstSource + ids.length },
          target: { first, end: target.tokens.length },
        });
        warnings.push(...this.#warnings(number, ids.length, best));
      }
      target.append(after);
    }
    const targetSide = {
      text: target.text,
      tokens: target.tokens,
      words: wordsOf(target.text, manifest.languages.target, target.untouched),
    };
    return {
      model: this.id,
      source,
      target: targetSide,
      sentences,
      map,
      maps: maps.all,
      rows: target.rows,
      received: receivedBy(target.rows, source.tokens.length),
      alignment: alignWords({ source, target: targetSide, rows: target.rows }),
      warnings,
    };
  }

  /** @throws Failure as `translate` does */
  async scoring({ text, languageId, said }: ScoreRequest): Promise<Scoring> {
    const { source, parts } = this.#read({ text, languageId, beam: 1 });
    let target = 0;
    const scored = parts.flatMap(({ sentence }) => sentence ?? []).map(({ ids, firstSource }, number): ScoredPart => {
      const written = said.kind === 'written' ? (said.sentences[number] ?? []) : [];
      const frame = { source: firstSource, target };
      target += written.length;
      return {
        ids,
        first: firstSource,
        tokens: source.tokens.slice(firstSource, firstSource + ids.length),
        score: (given, signal) => {
          this.helm.begin(frame);
          return this.model.score(given, written, signal);
        },
      };
    });
    return { parts: scored, mask: undefined, keysOf: sourceKeys, measure: 'log-probability' };
  }

  release(): Promise<void> {
    return this.model.release();
  }

  /** The text as the model reads it. */
  #read({ text, languageId }: TranslateRequest): { source: SourceSide; parts: Part[] } {
    const { tokenizer, special, manifest } = this.model;
    const { sentences } = readText(text, { languageId, language: manifest.languages.source });
    if (sentences.length === 0) {
      throw new Failure('empty-text', 'There is nothing to translate in this text.', 'Select some words.');
    }
    const tokens: Token[] = [];
    const untouched: Span[] = [];
    const parts = sentences.map((sentence): Part => {
      const before = sentence.separator + sentence.before;
      const after = sentence.after;
      if (sentence.pieces.length === 0) return { before, after, sentence: undefined };
      const encoded = encodeSentence(sentence, tokenizer, special);
      const firstSource = tokens.length;
      tokens.push(...encoded.tokens);
      for (const piece of sentence.pieces) if (piece.kind === 'slot') untouched.push(piece.span);
      const ids = this.helm.mask({ ids: encoded.ids, tokens: encoded.tokens, mask: undefined, keysOf: sourceKeys, first: firstSource, model: this.id });
      return { before, after, sentence: { ids, slots: encoded.slots, firstSource } };
    });
    const words = wordsOfProse(text, languageId, manifest.languages.source, untouched);
    return { source: { text, tokens, words }, parts };
  }

  /** What a user should know of a sentence's translation. */
  #warnings(sentence: number, sourceLength: number, { ids, isCut }: Translation): string[] {
    const { sourceTokens } = this.model.manifest.limits;
    const which = `Sentence ${sentence + 1}`;
    const warnings: string[] = [];
    if (sourceLength > sourceTokens) {
      warnings.push(
        `${which} has ${sourceLength} tokens; the model was trained on sentences of at most ${sourceTokens}, so its translation may be poor.`,
      );
    }
    if (isCut) warnings.push(`${which}: the translation found no end and was cut after ${ids.length} tokens.`);
    return warnings;
  }
}

/** How the vocabulary of a model spells. */
function spellingOf({ tokenizer, special, manifest }: TranslationModel): Spelling {
  return {
    decode: (ids, slots) => decodeWithSlots(ids, tokenizer, special.slots, slots),
    nameOf: id => (id === special.end ? manifest.tokens.end : undefined),
    tokenOf: id => tokenizer.tokenOf(id),
    isSlot: id => special.slots.includes(id),
  };
}
