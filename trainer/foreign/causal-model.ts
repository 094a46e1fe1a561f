/** A model of others that continues texts: GPT, Llama and their kin, and those of them that answer in a conversation. */
import { Failure } from '../../protocol/failure.ts';
import type { MapId, SourceSide, Trace } from '../../protocol/trace.ts';
import { alignWords, receivedBy } from '../analysis/alignment.ts';
import { brokenModel } from '../checkpoints/manifest.ts';
import type { ClassifyRequest } from '../classifying/request.ts';
import { Continuation, usualLength } from '../decoding/continuation.ts';
import { checkText, type ContinueRequest, type ReplyRequest, type TranslateOptions } from '../decoding/request.ts';
import { chooserOf, greedy, type Sampling } from '../decoding/sampling.ts';
import { atBeginning } from '../decoding/search-record.ts';
import type { WitnessedSentence } from '../decoding/witness.ts';
import type { GenerationConfig } from '../huggingface/generation-config.ts';
import { wordsOf, wordsOfProse } from '../text/words.ts';
import type { Helm } from '../steering/helm.ts';
import { knownToken } from '../steering/lead.ts';
import { ownKeys } from '../steering/masked-ids.ts';
import type { ScoreRequest, Scoring } from '../steering/scoring.ts';
import { type Attention, chooseLayers, type LayerInfo, type Wanted } from './attention.ts';
import { meanOfRows } from './classifier-maps.ts';
import { type Decoder, DecoderRun, releaseDecoder } from './decoder-run.ts';
import { forbid, penalise } from './generation.ts';
import { GrowingMaps } from './growing-maps.ts';
import { chooseMap, headsOfMap, mapsOf } from './maps-of-layers.ts';
import { type ForeignTokenizer, idsToWrite, masked, maskOf, proseFor, type ReadText, readTokens, spell, spellOne } from './tokens.ts';
import { type Fitting, whatFits } from './what-fits.ts';

/** Where nothing says how much a model reads. */
const usualLongest = 2048;

export interface CausalOptions {
  readonly id: string;
  readonly decoder: Decoder;
  readonly tokenizer: ForeignTokenizer;
  readonly generation: GenerationConfig;
  /** The most tokens that it has places for. */
  readonly longest: number | undefined;
  /** Turns of a conversation as the model was taught to read them; `undefined` of one that was taught none. */
  readonly chat: ((text: string, languageId: string | undefined) => ReadText) | undefined;
}

/** Whoever is told every map and every step, and how. */
interface LookingOn {
  readonly sentence: WitnessedSentence;
  readonly fitting: Fitting;
  readonly maps: GrowingMaps;
}

export class CausalModel {
  constructor(private readonly options: CausalOptions) {}

  get id(): string {
    return this.options.id;
  }

  get layers(): readonly LayerInfo[] {
    return this.options.decoder.first.graph.layers;
  }

  /** Whether it knows how a conversation is told. */
  get converses(): boolean {
    return this.options.chat !== undefined;
  }

  /**
   * Writes on where a text ends, to an end token or to the length asked for. Rows are over the text given; what went to the
   * continuation itself is `elsewhere`.
   * @throws Failure `empty-text`, `text-too-long`, `broken-model`, `cancelled`; `bad-argument` where there is no such map
   */
  async continue(request: ContinueRequest, options: TranslateOptions = {}): Promise<Trace> {
    checkText(request.text, 'continue', 'continued');
    // Blanks and line ends are for the model to read: it may continue a program.
    const prompt = readTokens(proseFor(request.text, undefined), this.options.tokenizer);
    return this.#write(prompt, request, options);
  }

  /**
   * Replies to the last of the turns in a text.
   * @throws Failure as `continue` does; `bad-argument` of a model that was taught no conversation
   */
  async reply(request: ReplyRequest, options: TranslateOptions = {}): Promise<Trace> {
    checkText(request.text, 'reply to', 'read');
    const { chat, id } = this.options;
    if (chat === undefined) throw new Failure('bad-argument', `${id} has no chat template: it continues texts, and was taught no conversation.`, 'Use continue, or choose another model.');
    return this.#write(chat(request.text, request.languageId), request, options);
  }

  /** What it looks at while it reads a text. @throws Failure as `continue` does */
  async attend(request: ClassifyRequest, wanted: Wanted): Promise<Attention> {
    const { text, languageId } = request;
    checkText(text, 'read', 'read');
    const { id, decoder, tokenizer } = this.options;
    const layers = chooseLayers(wanted, this.layers, id);
    const { read, warnings } = this.#fitting(readTokens(proseFor(text, languageId), tokenizer), 0);
    const maps = await new DecoderRun(decoder, { layers }).readAll(read.ids);
    return { model: id, source: { text, tokens: read.tokens, words: wordsOfProse(text, languageId, 'en') }, maps, layers: this.layers, warnings };
  }

  /** @throws Failure as `continue` and `reply` do */
  async scoring({ text, languageId, task, said }: ScoreRequest): Promise<Scoring> {
    const { decoder, tokenizer, chat } = this.options;
    const isReply = task === 'dialogue' && chat !== undefined;
    const prompt = isReply ? chat(text, languageId) : readTokens(proseFor(text, undefined), tokenizer);
    const { read } = this.#fitting(prompt, this.#room(undefined));
    const written = said.kind === 'written' ? said.sentences.flat() : [];
    const score = async (ids: readonly number[], signal: AbortSignal): Promise<number> => {
      const run = new DecoderRun(decoder, { prompt: ids.slice(0, -1) });
      let [last, total] = [ids.at(-1) ?? this.options.generation.bos ?? 0, 0];
      for (const token of written) {
        signal.throwIfAborted();
        run.previous[0] = BigInt(last);
        await run.run(1);
        total += run.logProbs(0)[token] ?? -Infinity;
        last = token;
      }
      return total;
    };
    return { parts: [{ ids: read.ids, tokens: read.tokens, first: 0, score }], mask: maskOf(tokenizer), keysOf: ownKeys, measure: 'log-probability' };
  }

  release(): Promise<void> {
    return releaseDecoder(this.options.decoder);
  }

  /** How many tokens may be written. @param asked how many are wanted */
  #room(asked: number | undefined): number {
    return Math.min(asked ?? this.options.generation.maxNewTokens ?? usualLength, Math.max(1, Math.floor(this.#longest / 2)));
  }

  get #helm(): Helm {
    return this.options.decoder.first.graph.helm;
  }

  #masked(read: ReadText): ReadText {
    return masked(read, this.options.tokenizer, this.#helm, { keysOf: ownKeys, first: 0, model: this.options.id });
  }

  async #write(prompt: ReadText, request: ContinueRequest, { signal, onProgress, witness }: TranslateOptions): Promise<Trace> {
    const { id, generation, tokenizer } = this.options;
    const { text } = request;
    const map = chooseMap(request.map, this.layers, { kind: 'decoder', layer: this.layers.find(({ kind }) => kind === 'decoder')?.layer ?? 0 }, id);
    const room = this.#room(request.length);
    const { read, warnings } = this.#fitting(prompt, room);
    const source: SourceSide = { text, tokens: read.tokens, words: wordsOfProse(text, request.languageId, 'en') };
    onProgress?.({ kind: 'source', model: id, source, map });

    const target = new Continuation(read.ids.length, onProgress);
    const ids: number[] = [];
    const seen = witness?.begin({ spell: token => spellOne(token, tokenizer) });
    const looking = seen && this.#lookOn(seen, read.ids.length + room);
    for await (const token of this.#tokens(read.ids, map, request.sampling ?? greedy, looking, signal)) {
      ids.push(token.id);
      target.add(token.row, spell(ids, [...target.tokens.map(({ logProb }) => logProb), token.logProb], tokenizer, read.ids.at(-1)));
      if (ids.length >= room || generation.eos.includes(token.id)) break;
    }
    if (seen !== undefined && looking !== undefined) seen.layers = looking.maps.take();
    const targetSide = { text: target.text, tokens: target.tokens, words: wordsOf(target.text, 'en') };
    const { rows } = target;
    return {
      model: id,
      source,
      target: targetSide,
      sentences: [{ source: { first: 0, end: read.ids.length }, target: { first: 0, end: ids.length } }],
      map,
      maps: mapsOf(this.layers, 'decoder'),
      rows,
      received: receivedBy(rows, read.ids.length),
      alignment: alignWords({ source, target: targetSide, rows }),
      warnings: [...warnings, ...(looking?.fitting.warnings ?? []), ...target.cutWarnings(request.length, room, this.#longest)],
    };
  }

  /** @param most tokens that are read and written */
  #lookOn(sentence: WitnessedSentence, most: number): LookingOn {
    const fitting = whatFits(this.layers, () => most ** 2);
    return { sentence, fitting, maps: new GrowingMaps(fitting.layers) };
  }

  /** Writes for ever. Rows are of the token read last, `[tokens read]`. */
  async *#tokens(
    prompt: readonly number[], map: MapId | undefined, sampling: Sampling, looking: LookingOn | undefined, signal: AbortSignal | undefined,
  ): AsyncGenerator<{ readonly id: number; readonly logProb: number; readonly row: readonly number[] }, void, undefined> {
    const { decoder, generation, id: model, tokenizer } = this.options;
    const choose = chooserOf(sampling);
    const { lead } = this.#helm;
    const prefix = lead.takePrefix();
    let beginning = prefix === '' ? [] : idsToWrite(prefix, tokenizer);
    let led: number | undefined;
    const run = new DecoderRun(decoder, {
      prompt: prompt.slice(0, -1),
      layers: looking?.fitting.layers ?? (map === undefined ? [] : [map]),
      gives: looking?.fitting.gives,
      onRead: looking && (rows => looking.maps.add(rows)),
      adjust: {
        scores: (scores, read) => penalise(scores, read, generation.repetitionPenalty),
        // What is to be written is not forbidden.
        logProbs: (logProbs, read) => (led === undefined ? forbid(logProbs, generation, read, read.length - prompt.length) : undefined),
      },
    });
    let last = prompt.at(-1) ?? generation.bos ?? 0;
    const record = looking?.sentence.record;
    let node = atBeginning;
    for (let count = 0; ; count++) {
      signal?.throwIfAborted();
      const choice = lead.takeChoice(count);
      // Behind a choice the model goes on by itself.
      if (choice !== undefined) beginning = [];
      led = choice ?? beginning[count];
      run.previous[0] = BigInt(last);
      await run.run(1);
      const logProbs = run.logProbs(0);
      record?.look(node, logProbs);
      const id = led === undefined ? choose(logProbs) : knownToken({ step: count, token: led }, logProbs.length);
      const logProb = logProbs[id] ?? Number.NaN;
      if (!Number.isFinite(logProb)) throw brokenModel(`${model} computes values that are no numbers; its weights are damaged.`);
      node = record?.add(node, { token: id, logProb }, 'kept') ?? node;
      record?.choose(node);
      yield { id, logProb, row: map === undefined ? [] : meanOfHeads(run.attentionOf(map), map) };
      last = id;
    }
  }

  get #longest(): number {
    const { longest, tokenizer } = this.options;
    return Math.min(longest ?? usualLongest, tokenizer.maxTokens ?? usualLongest);
  }

  /** The end of a prompt that leaves room for what is to be written; what it began with stays where that stands for no text. */
  #fitting(read: ReadText, room: number): { readonly read: ReadText; readonly warnings: string[] } {
    const most = Math.max(1, this.#longest - room);
    const count = read.ids.length;
    if (count === 0) throw new Failure('empty-text', 'There is nothing to read in this text.', 'Select some words.');
    if (count <= most) return { read: this.#masked(read), warnings: [] };
    const kept = most > 1 ? Math.min(read.before, most - 1) : 0;
    const left = <Item>(items: readonly Item[]): Item[] => [...items.slice(0, kept), ...items.slice(count - most + kept)];
    return {
      read: this.#masked({ ...read, ids: left(read.ids), tokens: left(read.tokens), typeIds: left(read.typeIds) }),
      warnings: [`The text has ${count} tokens; the model reads at most ${this.#longest}${room > 0 ? ' with what it writes' : ''}, so only the last ${most - kept} were read.`],
    };
  }
}

function meanOfHeads(rows: readonly Float32Array[], map: MapId): number[] {
  return meanOfRows(headsOfMap(map, rows.length).map(head => rows[head] ?? []));
}
