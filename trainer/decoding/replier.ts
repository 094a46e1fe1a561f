/** A model that replies: the turns of a conversation go in, a trace of the next one comes out. */
import { Failure } from '../../protocol/failure.ts';
import type { SourceSide, Token, Trace } from '../../protocol/trace.ts';
import { alignWords, receivedBy } from '../analysis/alignment.ts';
import type { DialogueManifest } from '../checkpoints/manifest.ts';
import type { Helm } from '../steering/helm.ts';
import { sourceKeys } from '../steering/masked-ids.ts';
import type { ScoreRequest, Scoring } from '../steering/scoring.ts';
import { scriptProblem } from '../text/script.ts';
import { encodeTracedTurns, type EncodedTurns, readTurns, type TurnSpecial } from '../text/turns.ts';
import { wordsOf, wordsOfProse } from '../text/words.ts';
import { greedySearch } from './greedy.ts';
import { type Translation, TranslationModel } from './model.ts';
import { checkText, type ReplyRequest, type TranslateOptions } from './request.ts';
import { TargetText } from './target-text.ts';

export class Replier {
  readonly #special: TurnSpecial;

  private constructor(private readonly model: TranslationModel<DialogueManifest>) {
    this.#special = { end: model.special.end, turn: model.tokenizer.idOf(model.manifest.tokens.turn) };
  }

  /**
   * Loads the checkpoint in a folder.
   * @throws Failure `unknown-model`, `broken-model`, `bad-argument`
   */
  static async open(folder: string, options: { readonly threads: number }): Promise<Replier> {
    return new Replier(await TranslationModel.openFor('dialogue', folder, options));
  }

  get id(): string {
    return this.model.manifest.id;
  }

  /** What its passes are steered by. */
  get helm(): Helm {
    return this.model.helm;
  }

  /**
   * Replies to the last of the turns in a text, knowing those before it that training knew.
   * @throws Failure `empty-text`, `text-too-long`, `unsupported-script`, `broken-model`, `cancelled`
   */
  async reply({ text, languageId, map: wanted }: ReplyRequest, { signal, onProgress, witness }: TranslateOptions = {}): Promise<Trace> {
    checkText(text, 'reply to', 'read');
    const { manifest, maps, tokenizer, special } = this.model;
    const map = maps.choose(wanted).id;
    const problem = scriptProblem(text, manifest.language);
    if (problem !== undefined) {
      throw new Failure('unsupported-script', problem, 'Select text in a language that the model knows, or choose another model.');
    }
    const { ids, tokens, warnings } = this.#read(text, languageId);
    const source: SourceSide = { text, tokens, words: wordsOfProse(text, languageId, manifest.language) };
    onProgress?.({ kind: 'source', model: this.id, source, map });

    const nameOf = (id: number): string | undefined => (id === special.end ? manifest.tokens.end : tokenizer.nameOf(id));
    const target = new TargetText({ decode: all => tokenizer.decode(all), nameOf, tokenOf: id => tokenizer.tokenOf(id), isSlot: () => false });
    target.begin(0, []);
    const show = (reply: Translation): void => {
      const change = target.update(reply);
      if (change !== undefined) onProgress?.({ kind: 'target', sentence: 0, ...change });
    };
    const seen = witness?.begin({ spell: id => nameOf(id) ?? tokenizer.decode([id], { prefixSpace: false }).text, start: manifest.tokens.start });
    const onStep = onProgress === undefined ? undefined : show;
    const reply = await this.model.decode(ids, 0, greedySearch, { signal, map, onStep, witness: seen });
    show(reply);
    const targetSide = { text: target.text, tokens: target.tokens, words: wordsOf(target.text, manifest.language) };
    return {
      model: this.id,
      source,
      target: targetSide,
      sentences: [{ source: { first: 0, end: tokens.length }, target: { first: 0, end: target.tokens.length } }],
      map,
      maps: maps.all,
      rows: target.rows,
      received: receivedBy(target.rows, tokens.length),
      alignment: alignWords({ source, target: targetSide, rows: target.rows }),
      warnings: [...warnings, ...(reply.isCut ? [`The reply found no end and was cut after ${reply.ids.length} tokens.`] : [])],
    };
  }

  /** @throws Failure as `reply` does */
  async scoring({ text, languageId, said }: ScoreRequest): Promise<Scoring> {
    const { ids, tokens } = this.#read(text, languageId);
    const written = said.kind === 'written' ? said.sentences.flat() : [];
    return { parts: [{ ids, tokens, first: 0, score: (given, signal) => this.model.score(given, written, signal) }], mask: undefined, keysOf: sourceKeys, measure: 'log-probability' };
  }

  release(): Promise<void> {
    return this.model.release();
  }

  /** The last turns, as many as training knew and as fit; a last one that does not fit is read from where it does. */
  #read(text: string, languageId: string | undefined): EncodedTurns & { readonly warnings: readonly string[] } {
    const { history, limits } = this.model.manifest;
    let turns = readTurns(text, languageId).slice(-history);
    if (turns.length === 0) throw new Failure('empty-text', 'There is nothing to reply to in this text.', 'Select what was said.');
    const encode = (): EncodedTurns => encodeTracedTurns(turns, this.model.tokenizer, this.#special);
    let encoded = encode();
    const asked = encoded.ids.length;
    while (encoded.ids.length > limits.sourceTokens && turns.length > 1) {
      turns = turns.slice(1);
      encoded = encode();
    }
    const lasts = <Item extends number | Token>(items: readonly Item[]): Item[] => items.slice(-limits.sourceTokens);
    const [ids, tokens] = [lasts(encoded.ids), lasts(encoded.tokens)];
    const masked = this.helm.mask({ ids, tokens, mask: undefined, keysOf: sourceKeys, first: 0, model: this.id });
    if (encoded.ids.length === asked && asked <= limits.sourceTokens) return { ids: masked, tokens, warnings: [] };
    return {
      ids: masked,
      tokens,
      warnings: [`The turns have ${asked} tokens; the model was trained on at most ${limits.sourceTokens}, so only the last of them were read.`],
    };
  }
}
