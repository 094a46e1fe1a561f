/**
 * Where the parts of a loaded model look up what is to be different in the pass that runs: its graphs for heads and rows, its
 * readers for tokens, its searches for what is written. Outside of `hold` nothing is.
 */
import { Failure } from '../../protocol/failure.ts';
import { layerInWords, layersInWords, noSuchHead } from '../../protocol/map-name.ts';
import type { Tensors } from '../engine/session.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { ExposedParts } from '../taps/parts/expose.ts';
import type { ExposedNorms } from '../taps/parts/norms.ts';
import { freeFeeds, type RunPlace, steeredFeeds } from './feeds.ts';
import type { Rudder } from './graph/rows.ts';
import type { Reached } from './layer-steering.ts';
import { nameOf, type SteeredLayer, type Steering } from './steering.ts';
import { type Found, Lead, type LedText } from './lead.ts';
import { both, type HiddenKeys, maskedIds, maskedInWords, type Masking, type MaskToken, nothingHidden, nothingLooks, readAs } from './masked-ids.ts';
import type { NormsProbe, RowProbe } from './probes.ts';

/** A layer that a graph of the model has, as far as steering goes. */
export interface SteerableLayer extends SteeredLayer {
  /** `null`: known only when it ran. */
  readonly heads: number | null;
  /** By head, where not all are told as `Frame.shift` says. */
  readonly shifts?: readonly (0 | 1)[] | undefined;
  /** One sentence on why it cannot be steered; `undefined` where it can. */
  readonly whyNot?: () => string | undefined;
  /** One sentence on why the numbers behind its weights cannot be told; `undefined` where they can. */
  readonly whyNoNumbers: () => Promise<string | undefined>;
}

/** Where the text that is read next, and what is written of it, stand on the axes that rows and keys are counted on. */
export interface Frame {
  readonly source: number;
  readonly target: number;
  /** 1 where a row of cross-attention is told by the step after the one that writes its token. */
  readonly shift?: 0 | 1;
}

/** What a run of a graph is of. */
export interface RunOf {
  /** Queries of the same text that runs before it were of; of none where it reads them all again. */
  readonly before: number;
  /** How many it is of; left out, that is not known. */
  readonly queries?: number | undefined;
}

const start: Frame = { source: 0, target: 0 };

export class Helm {
  #steering: Steering | undefined;
  #probe: RowProbe | undefined;
  #norms: NormsProbe | undefined;
  #frame = start;
  #lead = new Lead({ prefix: '', chosen: [] });
  /** Whether a text was read since the pass began. */
  #hasRead = false;
  /** What stood for what was masked, and what was hidden in its stead. */
  #mask: MaskToken | undefined;
  #hidden = nothingHidden;
  /** Of each graph; asked anew, since a run may tell how many heads there are. */
  readonly #layers: (() => readonly SteerableLayer[])[] = [];
  /** Where on the axes a layer's maps are, by its name. */
  readonly #reached = new Map<string, Reached[]>();

  /** Each graph of the model tells what it has. */
  register(layers: () => readonly SteerableLayer[]): void {
    this.#layers.push(layers);
  }

  /**
   * Steers a model while `work` asks it: a pass at a time.
   * @returns also what of the steering came to nothing, in words
   * @throws Failure `bad-argument` where the model has no such layer or head, or it cannot be steered
   */
  async hold<Result>(steering: Steering, work: () => Promise<Result>): Promise<{ readonly result: Result; readonly warnings: readonly string[] }> {
    if (this.#steering !== undefined) throw new Error('a model is steered by one pass at a time');
    this.#check(steering);
    this.#steering = steering;
    this.#frame = start;
    this.#lead = new Lead(steering);
    this.#reached.clear();
    this.#hasRead = false;
    this.#mask = undefined;
    try {
      const result = await work();
      return { result, warnings: [...this.#missed(steering), ...this.#lead.missed, ...(steering.masked.length > 0 ? [this.#howMasked] : [])] };
    } finally {
      this.#steering = undefined;
      this.#hidden = nothingHidden;
      this.#frame = start;
      this.#lead = new Lead({ prefix: '', chosen: [] });
    }
  }

  /** Says where the next sentence stands, before it is read. A text that is read whole begins at 0. */
  begin(frame: Frame): void {
    this.#frame = frame;
  }

  /** What is written step by step, one hypothesis alone, is led by it. */
  get lead(): Lead {
    return this.#lead;
  }

  /** Writes a sentence by a search, led as it is to be. */
  write<Written extends Found>(text: Omit<LedText<Written>, 'first'>): Promise<Written> {
    return this.#lead.write({ ...text, first: this.#frame.target });
  }

  /**
   * Token ids of a text as they are to be read: those in what is masked are the model's mask, or hidden where it has none.
   * @throws Failure `bad-argument` where nothing can be hidden
   */
  mask(masking: Masking): readonly number[] {
    const spans = this.#steering?.masked ?? [];
    this.#hasRead = true;
    if (spans.length === 0) return masking.ids;
    const { ids, hidden } = maskedIds(masking, spans);
    this.#mask = masking.mask;
    this.#hide(hidden);
    return ids;
  }

  /** Hides some more keys while `work` asks the model. @throws Failure `bad-argument` where nothing can be hidden */
  async hiding<Result>(keys: HiddenKeys, work: () => Promise<Result>): Promise<Result> {
    const before = this.#hidden;
    this.#hide(keys);
    try {
      return await work();
    } finally {
      this.#hidden = before;
    }
  }

  /** What hiding these comes to, in a sentence. */
  hiddenInWords(hidden: Pick<HiddenKeys, 'keysOf' | 'model'>): string {
    return maskedInWords(hidden, new Set(this.#layers.flatMap(told => told()).map(({ kind }) => kind)));
  }

  /** The layers of a graph that are steered now. */
  steered<Layer extends SteeredLayer>(layers: readonly Layer[]): readonly Layer[] {
    const { layers: wanted } = this.#steering ?? {};
    return layers.filter(layer => wanted?.has(nameOf(layer)) === true || this.#hides(layer));
  }

  /**
   * What a graph that can be steered is fed for a layer of it, steered or not.
   * @throws Failure `bad-argument` where it is not known how many heads there are
   */
  feeds(runtime: Pick<Runtime, 'Tensor'>, layer: SteerableLayer, rudder: Rudder, run: RunOf): Tensors {
    const steering = this.#steering?.layers.get(nameOf(layer));
    const place = this.#placeOf(layer, run);
    const hidden = this.#hides(layer) ? [...this.#hidden.keys].flatMap(key => (key >= place.firstKey ? [key - place.firstKey] : [])) : [];
    if (steering === undefined) return freeFeeds(runtime, rudder, hidden);
    if (layer.heads === null) {
      throw new Failure('bad-argument', `How many heads ${layerInWords(layer)} has is known only when it has run.`, 'Look at it once before it is changed.');
    }
    return steeredFeeds(runtime, rudder, steering, { ...place, heads: layer.heads, hidden, shiftOf: head => this.#shiftOf(layer, head) });
  }

  /** One sentence on why the numbers behind a layer's weights cannot be told; `undefined` where they can. */
  async whyNoNumbers(layer: SteeredLayer): Promise<string | undefined> {
    const known = this.#layers.flatMap(told => told()).filter(one => nameOf(one) === nameOf(layer));
    for (const one of known) {
      const why = await one.whyNoNumbers();
      if (why !== undefined) return why;
    }
    return known.length > 0 ? undefined : 'No graph of the model computes them by themselves.';
  }

  /** Has a probe look at what the model computes while `work` asks it. */
  async watch<Result>(probe: RowProbe, work: () => Promise<Result>): Promise<Result> {
    if (this.#probe !== undefined) throw new Error('a model is looked at by one probe at a time');
    this.#probe = probe;
    this.#frame = start;
    try {
      return await work();
    } finally {
      this.#probe = undefined;
      this.#frame = start;
    }
  }

  /** Has the norms of values collected while `work` asks the model. */
  async collect<Result>(norms: NormsProbe, work: () => Promise<Result>): Promise<Result> {
    this.#norms = norms;
    try {
      return await work();
    } finally {
      this.#norms = undefined;
    }
  }

  /** Whether graphs are to give the norms of values. */
  get collects(): boolean {
    return this.#norms !== undefined;
  }

  /** A graph has run, and gave those of a layer. */
  showNorms(layer: SteerableLayer, norms: readonly ExposedNorms[], tensors: Tensors, run: RunOf): void {
    if (layer.heads !== null) this.#norms?.look(nameOf(layer), norms, tensors, this.#placeOf(layer, run).firstKey, layer.heads);
  }

  /** The layer of a graph that a probe looks at now. */
  probed<Layer extends SteeredLayer>(layers: readonly Layer[]): Layer | undefined {
    const of = this.#probe?.of;
    return of && layers.find(layer => nameOf(layer) === nameOf(of));
  }

  /** A graph has run, and gave the numbers behind a layer's weights. */
  show(layer: SteerableLayer, parts: readonly ExposedParts[], tensors: Tensors, run: RunOf): void {
    const probe = this.#probe;
    if (probe === undefined || nameOf(probe.of) !== nameOf(layer)) return;
    const { firstRow, firstKey, before, queries } = this.#placeOf(layer, run);
    if (probe.of.query < firstRow) return;
    const own = probe.of.query - firstRow - before;
    // The last row is of the last step, though others be told by the step after their own.
    for (const query of new Set([own + this.#shiftOf(layer, probe.of.head), own])) {
      if (query >= 0 && query < queries) probe.look(parts, tensors, { query, firstKey });
    }
  }

  /** A graph has run: how large its map of a layer is. */
  reach(layer: SteerableLayer, queries: number, keys: number, run: RunOf): void {
    const { firstRow, firstKey, before } = this.#placeOf(layer, run);
    const known = this.#reached.get(nameOf(layer)) ?? [];
    const here = known.find(({ rows, columns }) => rows.first === firstRow && columns.first === firstKey);
    const rows = { first: firstRow, end: Math.max(here?.rows.end ?? 0, firstRow + before + queries - this.#shiftOf(layer, 0)) };
    const columns = { first: firstKey, end: Math.max(here?.columns.end ?? 0, firstKey + keys) };
    this.#reached.set(nameOf(layer), [...known.filter(one => one !== here), { rows, columns }]);
  }

  #placeOf({ kind }: SteeredLayer, { before, queries = Infinity }: RunOf): Pick<RunPlace, 'firstRow' | 'firstKey' | 'before' | 'queries'> {
    const { source, target } = this.#frame;
    switch (kind) {
      case 'encoder':
        // What an encoder says is the same in every step, even where it is a part of the decoder's graph.
        return { firstRow: source, firstKey: source, before: 0, queries: Infinity };
      case 'decoder':
        return { firstRow: target, firstKey: target, before, queries };
      case 'cross':
        return { firstRow: target, firstKey: source, before, queries };
      case 'pooling':
        return { firstRow: 0, firstKey: source, before: 0, queries: 1 };
    }
  }

  #shiftOf({ kind, shifts }: SteerableLayer, head: number): 0 | 1 {
    return kind === 'cross' ? (shifts?.[head] ?? this.#frame.shift ?? 0) : 0;
  }

  #hides({ kind }: SteeredLayer): boolean {
    return this.#hidden.keys.size > 0 && this.#hidden.keysOf.includes(kind);
  }

  #hide(keys: HiddenKeys): void {
    this.#hidden = both(this.#hidden, keys);
    if (keys.keys.size === 0) return;
    const layers = this.#layers.flatMap(told => told()).filter(layer => this.#hides(layer));
    if (layers.length === 0) throw nothingLooks(keys.model);
    for (const layer of layers) checkSteerable(layer, [layer]);
  }

  get #howMasked(): string {
    if (!this.#hasRead) return 'No text was read in which words could be masked.';
    if (this.#mask !== undefined) return readAs(this.#mask);
    if (this.#hidden.keys.size === 0) return 'What was to be masked was not read, so nothing of it was hidden.';
    return this.hiddenInWords(this.#hidden);
  }

  #check({ layers: steered }: Steering): void {
    const layers = this.#layers.flatMap(told => told());
    for (const { of, heads } of steered.values()) {
      const known = layers.filter(layer => nameOf(layer) === nameOf(of));
      if (known.length === 0) {
        throw new Failure('bad-argument', `The model has no ${layerInWords(of)} that can be changed; it has ${layersInWords(layers) || 'none'}.`, 'Choose one of these.');
      }
      checkSteerable(of, known);
      const count = known.find(layer => layer.heads !== null)?.heads ?? Infinity;
      const beyond = heads.find(head => head >= count);
      if (beyond !== undefined) throw new Failure('bad-argument', noSuchHead({ ...of, heads: count }, beyond), 'Choose one of these.');
    }
  }

  #missed({ layers }: Steering): string[] {
    return [...layers.values()].flatMap(steering => {
      const reached = this.#reached.get(nameOf(steering.of));
      return reached === undefined ? [] : steering.beyond(reached).map(what => `The model did not come to ${what} of ${layerInWords(steering.of)}: nothing has changed there.`);
    });
  }
}

/** @throws Failure `bad-argument` where it cannot be steered in one of the graphs that have it */
function checkSteerable(of: SteeredLayer, known: readonly SteerableLayer[]): void {
  for (const { whyNot } of known) {
    const why = whyNot?.();
    if (why !== undefined) throw new Failure('bad-argument', `${layerInWords(of)} cannot be changed. ${why}`, 'Change the text, or another layer.');
  }
}
