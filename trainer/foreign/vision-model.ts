/** A model of others that classifies images by patches: a Vision Transformer and its kin. */
import type { ImageClassification, Patch } from '../../protocol/classification.ts';
import { brokenModel } from '../checkpoints/manifest.ts';
import type { ImageProcessing } from '../huggingface/preprocessor-config.ts';
import { decodeImage, type Image } from '../corpora/image.ts';
import type { Looked } from '../classifying/looked.ts';
import type { ClassifyImageRequest } from '../classifying/request.ts';
import { type Attention, chooseLayers, type LayerInfo, type Wanted } from './attention.ts';
import { encoderMaps, meanOfRows, meanReceived, mostNumbers, poolingMaps, withoutFirst } from './classifier-maps.ts';
import { ranked } from './labels.ts';
import { type LayerMaps, type MapWeights, unrounded } from './layer-maps.ts';
import { floatsOf, tensorOf } from './numbers.ts';
import { type Pixels, pixelsOf } from './pixels.ts';
import { namesOf, type OutputStates, stateOutputs, statesIn } from './output-states.ts';
import type { RunSettings, TappedGraph } from './tapped-graph.ts';
import { whatFits } from './what-fits.ts';

export interface VisionOptions {
  readonly id: string;
  readonly graph: TappedGraph;
  /** Names of the classes, by number; empty of a model that gives none. */
  readonly labels: readonly string[];
  readonly processing: ImageProcessing;
  /** Height and width of a patch, in the model's pixels. */
  readonly patch: readonly [number, number] | undefined;
}

/** Positions before the patches that are of no place: one for the class, another where the model was distilled (DeiT), four registers. */
const mostSpecial = 8;

/** Of models that do not say: height and width, in pixels. */
const usualPatch = [16, 16] as const;

export class VisionModel {
  constructor(private readonly options: VisionOptions) {}

  get id(): string {
    return this.options.id;
  }

  get layers(): readonly LayerInfo[] {
    return this.options.graph.layers;
  }

  get classifies(): boolean {
    return this.options.labels.length > 0;
  }

  /** @throws Failure `bad-corpus` for bytes that are no whole image; `broken-model` */
  async classifyFile({ image, name }: ClassifyImageRequest): Promise<ImageClassification> {
    return this.classify(decodeImage(image, name, 'white'));
  }

  /** @throws Failure `broken-model` */
  async classify(image: Image): Promise<ImageClassification> {
    const { id, labels } = this.options;
    if (labels.length === 0) throw brokenModel(`${id} gives no classes.`);
    const pixels = this.#pixels(image);
    const { logits, maps: stored } = await this.#run(pixels, this.layers);
    const maps = stored.map(unrounded);
    const grid = this.#grid(image, pixels, maps);
    const shown = maps.filter(({ queries, keys }) => queries === keys && keys === grid.special + grid.patches.length);
    const last = shown.at(-1);
    const placed = shown.map(one => withoutFirst(one, grid.special));
    const pooled = last === undefined || grid.special === 0 ? { maps: [], weights: [] } : poolingMaps(last, 0);
    const pooling = { maps: pooled.maps.map(map => ({ ...map, keys: grid.patches.length })), weights: pooled.weights.map(row => row.slice(grid.special)) };
    const isPartial = placed.reduce((sum, one) => sum + one.weights.length, 0) > mostNumbers;
    const encoder = encoderMaps(isPartial ? placed.slice(-1) : placed);
    const none = grid.patches.map(() => 0);
    return {
      model: id,
      ...ranked(labels, logits, 'one'),
      evidence: [],
      attention: pooling.weights.length > 0 ? meanOfRows(pooling.weights) : placed.length > 0 ? meanReceived(placed) : none,
      maps: [...pooling.maps, ...encoder.maps],
      weights: [...pooling.weights, ...encoder.weights],
      warnings: [
        ...(last === undefined ? ['None of the attention of this model is over patches of the image, so none is shown.'] : []),
        ...(isPartial ? ['The maps of all layers are too many to be shown; those of the last are.'] : []),
      ],
      image: { width: image.width, height: image.height },
      patches: grid.patches,
    };
  }

  /** @throws Failure `bad-corpus`, `broken-model`; `bad-argument` where there is no such layer */
  async attend({ image, name }: ClassifyImageRequest, wanted: Wanted): Promise<Attention> {
    const decoded = decodeImage(image, name, 'white');
    const pixels = this.#pixels(decoded);
    const { maps } = await this.#run(pixels, chooseLayers(wanted, this.layers, this.id));
    return { ...this.#attention(decoded, pixels, maps), maps: maps.map(unrounded) };
  }

  /** Every map there is room for, and the labels where it classifies. @throws Failure `bad-corpus`, `broken-model` */
  async inspect({ image, name }: ClassifyImageRequest): Promise<Looked> {
    const { labels, patch: [rows, columns] = usualPatch } = this.options;
    const decoded = decodeImage(image, name, 'white');
    const pixels = this.#pixels(decoded);
    const positions = Math.ceil(pixels.height / rows) * Math.ceil(pixels.width / columns) + mostSpecial;
    const fitting = whatFits(this.layers, () => positions ** 2);
    const { logits, maps, states } = await this.#run(pixels, fitting.layers, fitting.gives);
    const attention = this.#attention(decoded, pixels, maps);
    const told = labels.length === 0 ? { states } : ranked(labels, logits, 'one');
    return { ...attention, ...told, maps, warnings: [...attention.warnings, ...fitting.warnings] };
  }

  #attention(image: Image, pixels: Pixels, maps: readonly LayerMaps<MapWeights>[]): Omit<Attention, 'maps'> {
    const { special, patches } = this.#grid(image, pixels, maps);
    const { width, height } = image;
    const whole = { x: 0, y: 0, width, height };
    return {
      model: this.id,
      image: { width, height, patches: [...Array.from({ length: special }, () => whole), ...patches] },
      layers: this.layers,
      warnings: special === 0 ? [] : [`The first ${special === 1 ? 'position is' : `${special} positions are`} of no place in the image: the class is read from there.`],
    };
  }

  release(): Promise<void> {
    return this.options.graph.release();
  }

  #pixels(image: Image): Pixels {
    return pixelsOf(image, this.options.processing);
  }

  async #run(pixels: Pixels, layers: readonly LayerInfo[], gives?: RunSettings['maps']): Promise<{ logits: Float32Array; maps: readonly LayerMaps<MapWeights>[]; states: OutputStates }> {
    const { graph } = this.options;
    const [input] = graph.source.inputs;
    if (input === undefined) throw brokenModel(`${graph.file} has no input.`);
    const output = graph.source.outputs.find(({ name }) => name === 'logits') ?? graph.source.outputs[0];
    const feeds = { [input.name]: tensorOf(graph.runtime, input.type, pixels.values, [1, pixels.channels, pixels.height, pixels.width]) };
    const stated = this.options.labels.length === 0 ? stateOutputs(graph.source.outputs) : {};
    const wanted = new Set([...(output === undefined ? [] : [output.name]), ...namesOf(stated)]);
    const { tensors, maps } = await graph.runStored(feeds, [...wanted], layers, { gives });
    const logits = output === undefined ? undefined : tensors[output.name];
    return { logits: logits === undefined ? new Float32Array() : floatsOf(logits), maps: maps[0] ?? [], states: statesIn(tensors, stated) };
  }

  /** Where the positions of the maps stand in the image that was given. */
  #grid({ width, height }: Image, pixels: Pixels, maps: readonly LayerMaps<MapWeights>[]): { readonly special: number; readonly patches: Patch[] } {
    const positions = Math.max(0, ...maps.map(({ keys }) => keys));
    const side = this.options.patch;
    const [rows, columns] = side === undefined ? squareGrid(positions) : [Math.floor(pixels.height / side[0]), Math.floor(pixels.width / side[1])];
    const special = positions - columns * rows;
    if (special < 0 || special > mostSpecial || columns * rows === 0) return { special: 0, patches: [{ x: 0, y: 0, width, height }] };
    const { shows } = pixels;
    const [across, down] = [shows.width / columns, shows.height / rows];
    const patches = Array.from({ length: columns * rows }, (_, index) => ({
      x: shows.x + (index % columns) * across,
      y: shows.y + Math.floor(index / columns) * down,
      width: across,
      height: down,
    }));
    return { special, patches };
  }
}

/** Without a patch's size: the largest square of patches there can be. */
function squareGrid(positions: number): [number, number] {
  const side = Math.floor(Math.sqrt(positions));
  return [side, side];
}
