/** The maps of one kind that a model gives, and what a trace's rows are when one of them is chosen. */
import { Failure } from '../../protocol/failure.ts';
import { headInWords } from '../../protocol/map-name.ts';
import type { MapId } from '../../protocol/trace.ts';
import { brokenModel, type SequenceManifest } from '../checkpoints/manifest.ts';
import type { MapPlace } from '../models/map-place.ts';
import type { MapOutput } from './decoder-signature.ts';
import type { MapRow } from './step.ts';

export class ModelMaps {
  /** By layer; where a layer has several heads, their mean before them. */
  readonly all: readonly MapId[];
  /** The one that stands for the model's alignment; none of a model without attention. */
  readonly best: MapId | undefined;
  readonly #places: readonly MapPlace[];
  readonly #shift: 0 | 1;

  /** @throws Failure `broken-model` where the manifest names a map that the decoder does not give */
  constructor(
    private readonly manifest: Pick<SequenceManifest, 'id' | 'attention' | 'alignment'>,
    readonly outputs: readonly MapOutput[],
    private readonly kind: MapId['kind'] = 'cross',
  ) {
    this.#places = manifest.attention.filter(place => place.kind === kind);
    this.#shift = manifest.alignment?.shift ?? 0;
    for (const { output, head } of this.#places) {
      if ((outputs.find(({ name }) => name === output)?.heads ?? 0) <= head) {
        throw brokenModel(`The model ${manifest.id} has no output "${output}" with a head ${head}.`);
      }
    }
    const layers = [...new Set(this.#places.map(({ layer }) => layer))].toSorted((a, b) => a - b);
    this.all = layers.flatMap((layer): MapId[] => {
      const heads = this.#places.filter(place => place.layer === layer).map(({ head }): MapId => ({ kind, layer, head }));
      return heads.length > 1 ? [{ kind, layer, head: 'mean' }, ...heads] : heads;
    });
    const wanted = manifest.alignment ?? this.all[0];
    const found = wanted && this.all.find(map => map.layer === wanted.layer && (map.head === wanted.head || wanted.head === 'mean'));
    if (wanted !== undefined && found === undefined) {
      throw brokenModel(`The model ${manifest.id} names no map of layer ${wanted.layer}, head ${wanted.head}.`);
    }
    this.best = found;
  }

  /**
   * @param among the decoder's outputs that will be asked for; left out, those that the map is read from
   * @throws Failure `bad-argument` where the model has no such map
   */
  choose(map: MapId | undefined = this.best, among?: readonly MapOutput[]): ChosenMap {
    if (map === undefined) return new ChosenMap(undefined, [], [], 0);
    const heads = this.#headsOf(map);
    if (map.kind !== this.kind || heads.length === 0) {
      const known = this.all.map(headInWords).join('; ');
      throw new Failure(
        'bad-argument',
        `The model ${this.manifest.id} has no map ${headInWords(map)} to show here; it has ${known || 'none'}.`,
        'Choose one of these.',
      );
    }
    const outputs = among ?? this.outputs.filter(({ name }) => heads.some(({ output }) => output === name));
    return new ChosenMap(map, outputs, heads.map(place => rowOf(outputs, place)), this.#shiftOf(map, heads));
  }

  /** Every map, each at one shift, read from the rows of a decoder that was asked for all its outputs. */
  every(shift: 0 | 1): ChosenMap[] {
    return this.all.map(map => new ChosenMap(map, this.outputs, this.#headsOf(map).map(place => rowOf(this.outputs, place)), shift));
  }

  #headsOf(map: MapId): readonly MapPlace[] {
    return this.#places.filter(place => place.layer === map.layer && (map.head === 'mean' || place.head === map.head));
  }

  /** Of a mean, that of the most heads. */
  #shiftOf(map: MapId, heads: readonly MapPlace[]): 0 | 1 {
    if (map === this.best) return this.#shift;
    const shifted = heads.filter(({ shift }) => (shift ?? this.#shift) === 1).length;
    return 2 * shifted > heads.length ? 1 : 0;
  }
}

/** One map, or the mean over a layer's heads. */
export class ChosenMap {
  constructor(
    readonly id: MapId | undefined,
    /** The decoder's outputs that it is read from. */
    readonly outputs: readonly MapOutput[],
    /** Of the rows of a step, as those outputs give them, the ones to take the mean of. */
    private readonly heads: readonly number[],
    readonly shift: 0 | 1,
  ) {}

  /**
   * One row a token. Where the map is shifted (a Transformer looks for a word once it reads it: Garg et al. 2019, section
   * 4.1), a token's row is that of the step after it, and the last token keeps its own.
   * @param maps `[token][row]`, of a decoder that was asked for `outputs`
   * @param length of each row, in keys
   */
  rows(maps: readonly (readonly MapRow[])[], length: number): number[][] {
    return maps.map((own, token) => {
      const step = maps[token + this.shift] ?? own;
      const row = new Array<number>(length).fill(0);
      for (const head of this.heads) {
        step[head]?.forEach((weight, key) => (row[key] = (row[key] ?? 0) + weight / this.heads.length));
      }
      return row;
    });
  }
}

/** Where a head of an output stands among a step's rows. */
export function rowOf(outputs: readonly MapOutput[], { output, head }: MapPlace): number {
  const before = outputs.slice(0, outputs.findIndex(({ name }) => name === output));
  return before.reduce((sum, { heads }) => sum + heads, head);
}
