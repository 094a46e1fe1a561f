/** A model of others that writes a text from another: T5, BART, Marian and their kin. */
import { Failure } from '../../protocol/failure.ts';
import type { Sentence, SourceSide, Token, Trace } from '../../protocol/trace.ts';
import { alignWords, receivedBy } from '../analysis/alignment.ts';
import { brokenModel } from '../checkpoints/manifest.ts';
import type { ClassifyRequest } from '../classifying/request.ts';
import { beamSearch } from '../decoding/beam.ts';
import { forcedSearch } from '../decoding/forced.ts';
import { greedySearch } from '../decoding/greedy.ts';
import type { Hypothesis, Search, SearchOptions } from '../decoding/hypothesis.ts';
import { ledConstraints } from '../decoding/led-constraints.ts';
import { longestFor } from '../decoding/model.ts';
import { checkRequest, checkText, type TranslateOptions, type TranslateRequest } from '../decoding/request.ts';
import { TargetText } from '../decoding/target-text.ts';
import type { GenerationConfig } from '../huggingface/generation-config.ts';
import { readText } from '../text/reading.ts';
import type { TracedText } from '../text/traced.ts';
import { wordsOf, wordsOfProse } from '../text/words.ts';
import { type Attention, chooseLayers, type LayerInfo, type Wanted } from './attention.ts';
import { type Decoder, DecoderRun, type Encoded, releaseDecoder } from './decoder-run.ts';
import { constraintsOf, forbid, penalise } from './generation.ts';
import { type LayerId, type LayerMaps, type MapWeights, unrounded } from './layer-maps.ts';
import { chooseMap, mapsOf } from './maps-of-layers.ts';
import { tensorOf } from './numbers.ts';
import { crossShift, layersIn, rowsOf, seenOf, written } from './sequence-maps.ts';
import type { Frame, Helm } from '../steering/helm.ts';
import type { Led } from '../steering/lead.ts';
import { sourceKeys } from '../steering/masked-ids.ts';
import { type ScoredPart, type ScoreRequest, type Scoring, sum } from '../steering/scoring.ts';
import type { RunSettings, TappedGraph } from './tapped-graph.ts';
import { type ForeignTokenizer, idsToWrite, masked, maskOf, proseFor, type ReadText, readTokens, sliceOrigin, spell, spellOne } from './tokens.ts';
import { type Fitting, whatFits } from './what-fits.ts';

export interface SequenceOptions {
  readonly id: string;
  /** Left out where the decoder's graph reads the source itself, as its `encoderStates`. */
  readonly encoder: TappedGraph | undefined;
  readonly decoder: Decoder;
  readonly tokenizer: ForeignTokenizer;
  readonly generation: GenerationConfig;
  /** The most tokens of either text; of what is written, where that is another. */
  readonly longest: number | undefined;
  readonly longestTarget?: number | undefined;
  /** Whether it was made to translate sentence by sentence; else it reads a text as a whole. */
  readonly bySentence: boolean;
  /** Languages that it reads and writes, where they are known. */
  readonly languages: { readonly source: string; readonly target: string };
  /** What a text may begin with, each for a task of its own; empty of a model that has one task. */
  readonly prefixes: readonly string[];
}

/** Where nothing says how much a model reads. */
const usualLongest = 1024;

/** A part of a text that is read by itself, and what stands before it in the text that is written. */
interface Part {
  readonly before: string;
  readonly read: ReadText;
}

export class SequenceModel {
  constructor(private readonly options: SequenceOptions) {}

  get id(): string {
    return this.options.id;
  }

  get layers(): readonly LayerInfo[] {
    const { encoder, decoder } = this.options;
    return [...(encoder?.layers ?? []), ...decoder.next.graph.layers];
  }

  /**
   * Translates, summarises, or whatever else it was made for.
   * @throws Failure `empty-text`, `text-too-long`, `bad-argument`, `broken-model`, `cancelled`
   */
  async translate(request: TranslateRequest, { signal, onProgress, witness }: TranslateOptions = {}): Promise<Trace> {
    checkRequest(request);
    const { id, tokenizer, languages, generation } = this.options;
    const map = chooseMap(request.map, this.layers, this.#usual, id);
    const parts = this.#parts(request);
    const tokens = parts.flatMap(({ read }) => read.tokens);
    const source: SourceSide = { text: request.text, tokens, words: wordsOfProse(request.text, request.languageId, languages.source || 'en') };
    onProgress?.({ kind: 'source', model: id, source, map });

    const target = new TargetText({ decode: ids => tokenizer.decode(ids), nameOf: token => tokenizer.nameOf(token), tokenOf: token => tokenizer.tokenOf(token), isSlot: () => false });
    const search = request.beam === 1 ? greedySearch : beamSearch(request.beam);
    const sentences: Sentence[] = [];
    const fitting = witness && this.#fitting(parts);
    const warnings = [...this.#unprefixed(request.text), ...(fitting?.warnings ?? [])];
    let firstSource = 0;
    for (const [number, { before, read }] of parts.entries()) {
      target.append(before);
      const first = target.tokens.length;
      target.begin(firstSource, []);
      const length = read.ids.length;
      const { encoding, decoding, beside } = this.#split<LayerId>(fitting?.layers ?? (map === undefined ? [] : [map]));
      const looked = [...decoding, ...beside];
      const show = (hypothesis: Hypothesis): void => {
        const rows = map === undefined ? hypothesis.ids.map(() => new Array<number>(length).fill(0)) : rowsOf(map, hypothesis, length, looked, this.layers);
        const change = target.update({ ...hypothesis, rows });
        if (change !== undefined) onProgress?.({ kind: 'target', sentence: number, ...change });
      };
      const longest = this.#longestTarget(length);
      const onStep = onProgress === undefined ? undefined : show;
      const seen = witness?.begin({ spell: token => spellOne(token, tokenizer), start: tokenizer.nameOf(generation.decoderStart ?? 0) ?? '' });
      this.#helm.begin({ source: firstSource, target: first, shift: crossShift });
      const encoded = await this.#encode(read, encoding, fitting?.gives);
      const { best, whole } = await this.#search(encoded, search, longest, looked, { signal, onStep, record: seen?.record }, { gives: fitting?.gives });
      if (seen !== undefined) seen.layers = [...encoded.maps, ...whole.filter(({ kind }) => kind === 'encoder'), ...layersIn(decoding, best, this.layers)].map(seenOf);
      show(best);
      sentences.push({ source: { first: firstSource, end: firstSource + length }, target: { first, end: target.tokens.length } });
      firstSource += length;
      warnings.push(...this.#warnings(parts.length > 1 ? `Sentence ${number + 1}` : 'The text', read, best, longest, generation));
    }
    const targetSide = { text: target.text, tokens: target.tokens, words: wordsOf(target.text, languages.target || 'en') };
    return {
      model: id,
      source,
      target: targetSide,
      sentences,
      map,
      maps: mapsOf(this.layers, 'cross'),
      rows: target.rows,
      received: receivedBy(target.rows, tokens.length),
      alignment: alignWords({ source, target: targetSide, rows: target.rows }),
      warnings,
    };
  }

  /** What it looks at while it reads a text and writes another, greedily. @throws Failure as `translate` does */
  async attend(request: ClassifyRequest, wanted: Wanted, signal?: AbortSignal): Promise<Attention> {
    const { text, languageId } = request;
    checkText(text, 'read', 'read');
    const { id, tokenizer, generation, languages } = this.options;
    // The usual one is shown first; an encoder's maps are there to be chosen.
    const layers = chooseLayers(wanted ?? this.#usual, this.layers, id);
    const read = this.#read(proseFor(text, languageId), 0);
    const { encoding, decoding, beside } = this.#split(layers);
    const encoded = await this.#encode(read, encoding);
    const longest = this.#longestTarget(read.ids.length);
    const { best, whole } = await this.#search(encoded, greedySearch, longest, [...decoding, ...beside], { signal }, { reads: true });
    const start = generation.decoderStart ?? 0;
    const told = spell(best.ids, best.logProbs, tokenizer);
    const begin: Token = { text: tokenizer.nameOf(start) ?? '', start: 0, end: 0 };
    return {
      model: id,
      source: { text, tokens: read.tokens, words: wordsOfProse(text, languageId, languages.source || 'en') },
      target: { text: told.text, tokens: [begin, ...told.tokens.map(({ logProb: _, ...token }) => token)], words: wordsOf(told.text, languages.target || 'en') },
      maps: [...[...encoded.maps, ...whole.filter(({ kind }) => kind === 'encoder')].map(unrounded), ...layersIn(decoding, best, this.layers)],
      layers: this.layers,
      warnings: [...this.#unprefixed(text), ...this.#warnings('The text', read, best, longest, generation)],
    };
  }

  /** @throws Failure as `translate` does */
  async scoring({ text, languageId, said }: ScoreRequest): Promise<Scoring> {
    const { decoder, generation, tokenizer } = this.options;
    const frame = { source: 0, target: 0 };
    const parts = this.#parts({ text, languageId, beam: 1 }).map(({ read }, number): ScoredPart => {
      const written = said.kind === 'written' ? (said.sentences[number] ?? []) : [];
      const here: Frame = { ...frame, shift: crossShift };
      frame.source += read.ids.length;
      frame.target += written.length;
      return {
        ids: read.ids,
        tokens: read.tokens,
        first: here.source,
        score: async (ids, signal) => {
          this.#helm.begin(here);
          const run = new DecoderRun(decoder, { encoded: await this.#encode({ ...read, ids }, []) });
          return sum((await forcedSearch(written).run(run, constraintsOf(generation, this.#start, written.length), { signal })).logProbs);
        },
      };
    });
    return { parts, mask: maskOf(tokenizer), keysOf: sourceKeys, measure: 'log-probability' };
  }

  async release(): Promise<void> {
    const { encoder, decoder } = this.options;
    await encoder?.release();
    await releaseDecoder(decoder);
  }

  /**
   * The map that stands for what was written from what: of the layer before the last, where models of this kind align best
   * (Garg et al. 2019, section 4.1).
   */
  get #usual(): LayerId | undefined {
    const cross = this.layers.filter(({ kind }) => kind === 'cross');
    return cross.at(Math.max(-cross.length, -2)) ?? this.layers[0];
  }

  get #longest(): number {
    const { longest, tokenizer } = this.options;
    return Math.min(longest ?? usualLongest, tokenizer.maxTokens ?? usualLongest);
  }

  /** No translation is much longer than its source; what else is written may be. */
  #longestTarget(source: number): number {
    const { bySentence, generation, longestTarget = this.#longest } = this.options;
    const said = generation.maxNewTokens ?? generation.maxLength;
    const usual = bySentence ? longestFor(source) : Math.max(longestFor(source), 60);
    return Math.max(2, Math.min(longestTarget - 1, said === undefined ? usual : Math.min(said, Math.max(usual, 200))));
  }

  /** Which graph layers are looked at in: the encoder's; the decoder's, of which those of an encoder in it are the same in every step. */
  #split<Layer extends LayerId>(layers: readonly Layer[]): { readonly encoding: readonly Layer[]; readonly decoding: readonly Layer[]; readonly beside: readonly Layer[] } {
    const reading = layers.filter(({ kind }) => kind === 'encoder');
    const isApart = this.options.encoder !== undefined;
    return { encoding: isApart ? reading : [], decoding: layers.filter(({ kind }) => kind !== 'encoder'), beside: isApart ? [] : reading };
  }

  #fitting(parts: readonly Part[]): Fitting {
    return whatFits(this.layers, ({ kind }) => {
      const sizes = parts.map(({ read: { ids } }) => {
        const longest = this.#longestTarget(ids.length);
        return (kind === 'encoder' ? ids.length : longest) * (kind === 'decoder' ? longest : ids.length);
      });
      return sizes.reduce((sum, size) => sum + size, 0);
    });
  }

  /** The text as it is read: sentence by sentence, or whole. */
  #parts({ text, languageId }: TranslateRequest): Part[] {
    const { bySentence, languages } = this.options;
    const prose = proseFor(text, languageId);
    if (!bySentence) return [{ before: '', read: this.#read(prose, 0) }];
    const { sentences } = readText(text, { languageId, language: languages.source || 'en' });
    let first = 0;
    const parts = sentences.map(({ span, separator }): Part => {
      const read = this.#read(sliceOrigin(prose, span.start, span.end), first);
      first += read.ids.length;
      return { before: separator, read };
    });
    if (parts.length === 0) throw new Failure('empty-text', 'There is nothing to translate in this text.', 'Select some words.');
    return parts;
  }

  /** @param first how many tokens the parts before it have */
  #read(prose: TracedText, first: number): ReadText {
    const { tokenizer, id } = this.options;
    return masked(readTokens(prose, tokenizer, { maxTokens: this.#longest }), tokenizer, this.#helm, { keysOf: sourceKeys, first, model: id });
  }

  /** The token that a text begins with. @throws Failure `broken-model` */
  get #start(): number {
    const { generation: { decoderStart }, id } = this.options;
    if (decoderStart === undefined) throw brokenModel(`${id} does not say which token a text begins with ("decoder_start_token_id").`);
    return decoderStart;
  }

  get #helm(): Helm {
    return this.options.decoder.first.graph.helm;
  }

  async #encode({ ids }: ReadText, layers: readonly LayerId[], gives?: RunSettings['maps']): Promise<Encoded & { readonly maps: readonly LayerMaps<MapWeights>[] }> {
    const { encoder, decoder } = this.options;
    if (encoder === undefined) {
      const { graph, ports } = decoder.first;
      return { states: tensorOf(graph.runtime, ports.encoderStates?.type ?? 'int64', ids, [1, ids.length]), length: ids.length, maps: [] };
    }
    const feeds = Object.fromEntries(
      encoder.source.inputs.map(({ name, type }) => {
        if (name === 'input_ids') return [name, tensorOf(encoder.runtime, type, ids, [1, ids.length])];
        if (name === 'attention_mask') return [name, tensorOf(encoder.runtime, type, ids.map(() => 1), [1, ids.length])];
        throw brokenModel(`${encoder.file} wants an input "${name}" that an encoder of texts is not known to have.`);
      }),
    );
    const output = encoder.source.outputs.find(({ name }) => name === 'last_hidden_state') ?? encoder.source.outputs[0];
    const { tensors, maps } = await encoder.runStored(feeds, output === undefined ? [] : [output.name], layers, { gives });
    const states = output === undefined ? undefined : tensors[output.name];
    if (states === undefined) throw brokenModel(`${encoder.file} has no output.`);
    return { states, length: states.dims[1] ?? ids.length, maps: maps[0] ?? [] };
  }

  /**
   * @param reads whether the last token is read too, so that every one has its own rows
   * @returns `whole`: the maps of the last run as they are
   */
  async #search(
    encoded: Encoded, search: Search, longest: number, layers: readonly LayerId[], options: SearchOptions, { reads = false, gives }: { readonly reads?: boolean; readonly gives?: RunSettings['maps'] },
  ): Promise<{ readonly best: Hypothesis; readonly whole: readonly LayerMaps<MapWeights>[] }> {
    const { decoder, generation, id, tokenizer } = this.options;
    const start = this.#start;
    const begin = (led: Led): DecoderRun => new DecoderRun(decoder, {
      encoded,
      layers,
      gives,
      most: search.width,
      adjust: {
        scores: (scores, read) => penalise(scores, read, generation.repetitionPenalty),
        // What is to be written is not forbidden.
        logProbs: (logProbs, read) => (led(read.length - 1) === undefined ? forbid(logProbs, generation, read, read.length - 1) : undefined),
      },
    });
    const { onStep, signal } = options;
    const shown = { ...options, onStep: onStep && ((hypothesis: Hypothesis) => onStep(written(hypothesis))) };
    const constraints = constraintsOf(generation, start, longest);
    let run = begin(() => undefined);
    const best = written(await this.#helm.write({
      encode: text => [...(generation.forcedBos === undefined ? [] : [generation.forcedBos]), ...idsToWrite(text, tokenizer)],
      width: search.width,
      search: (led, isTrial) => {
        run = begin(led);
        return search.run(run, ledConstraints(constraints, led), isTrial ? { signal } : shown);
      },
    }));
    if (best.ids.length === 0 || !best.logProbs.every(logProb => logProb <= 0)) {
      throw brokenModel(`${id} computes values that are no numbers; its weights are damaged.`);
    }
    if (!reads) return { best, whole: run.maps };
    run.previous[0] = BigInt(best.ids.at(-1) ?? start);
    await run.run(1);
    return { best: { ...best, maps: [...best.maps, run.attention(0)] }, whole: run.maps };
  }

  #unprefixed(text: string): string[] {
    const { prefixes } = this.options;
    if (prefixes.length === 0 || prefixes.some(prefix => text.startsWith(prefix))) return [];
    return [`The model does what a text says that it begins with, and this one begins with none of ${prefixes.map(prefix => JSON.stringify(prefix)).join(', ')}.`];
  }

  #warnings(which: string, read: ReadText, { ids }: Hypothesis, longest: number, { eos }: GenerationConfig): string[] {
    return [
      ...(read.cut > 0 ? [`${which} has ${read.ids.length + read.cut} tokens; the model reads at most ${this.#longest}: what comes after them was not read.`] : []),
      ...(ids.length >= longest && eos.length > 0 ? [`${which}: what was written found no end and was cut after ${ids.length} tokens.`] : []),
    ];
  }
}
