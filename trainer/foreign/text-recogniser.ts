/**
 * A model that reads a line of text in an image, column by column, and whose columns attend to each other (PP-OCR's recognisers:
 * SVTR, Du et al. 2022). What it read is told as the one label of a classification, its columns as patches.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageClassification, Patch } from '../../protocol/classification.ts';
import { decodeImage, type Image } from '../corpora/image.ts';
import type { Looked } from '../classifying/looked.ts';
import type { ClassifyImageRequest } from '../classifying/request.ts';
import type { TensorType } from '../engine/session.ts';
import type { Attention, LayerInfo, Wanted } from './attention.ts';
import { chooseLayers } from './attention.ts';
import { encoderMaps, meanReceived } from './classifier-maps.ts';
import type { LayerMaps } from './layer-maps.ts';
import { floatsOf, tensorOf } from './numbers.ts';
import { pixelsOf, usualProcessing } from './pixels.ts';
import type { TappedGraph } from './tapped-graph.ts';

/** No list of characters is larger, in bytes. */
const largestList = 4_000_000;

/** The longest line, in pixels of the model's. */
const widest = 3200;

/** What a graph says that reads lines: an image of a fixed height goes in, a sequence of characters' probabilities comes out. */
export interface LineReader {
  readonly input: TensorType;
  readonly height: number;
  readonly output: string;
  readonly classes: number;
}

export function lineReader(inputs: readonly TensorType[], outputs: readonly TensorType[]): LineReader | undefined {
  const [input, another] = inputs;
  const [output] = outputs;
  if (input === undefined || another !== undefined || output === undefined || input.type !== 'float32') return undefined;
  const [, channels, height, width] = input.shape;
  const classes = output.shape.at(-1);
  const isLine = input.shape.length === 4 && channels === 3 && typeof height === 'number' && height <= 128 && typeof width === 'string';
  return isLine && output.shape.length === 3 && typeof classes === 'number' ? { input, height, output: output.name, classes } : undefined;
}

/**
 * The characters that the classes of a recogniser stand for: the lines of a file beside it. Class 0 is "no character"; the one
 * after the last is a space.
 */
export async function charactersBeside(file: string, classes: number): Promise<readonly string[] | undefined> {
  const folder = dirname(file);
  for (const name of (await readdir(folder)).filter(one => /(keys|dict|char).*\.txt$/i.test(one)).sort()) {
    const path = join(folder, name);
    const { size } = await stat(path);
    if (size > largestList) continue;
    const lines = (await readFile(path, 'utf8')).replace(/\r?\n$/, '').split(/\r?\n/);
    const characters = ['', ...lines, ' '];
    if (characters.length === classes || lines.length + 1 === classes) return characters.slice(0, classes);
  }
  return undefined;
}

export class TextRecogniser {
  readonly classifies = true;

  constructor(
    readonly id: string,
    private readonly graph: TappedGraph,
    private readonly reader: LineReader,
    private readonly characters: readonly string[],
  ) {}

  get layers(): readonly LayerInfo[] {
    return this.graph.layers;
  }

  /** @throws Failure `bad-corpus` for bytes that are no whole image; `broken-model` */
  async classifyFile({ image, name }: ClassifyImageRequest): Promise<ImageClassification> {
    return this.classify(decodeImage(image, name, 'white'));
  }

  async classify(image: Image): Promise<ImageClassification> {
    const { scores, maps, columns } = await this.#run(image, this.graph.layers);
    const { text, confidence } = this.#decode(scores);
    const patches = columnsOf(image, columns);
    const shown = maps.filter(({ queries, keys }) => queries === columns && keys === columns);
    return {
      model: this.id,
      labels: [{ label: text === '' ? '(nothing was read)' : text, probability: confidence }],
      evidence: [],
      attention: shown.length === 0 ? patches.map(() => 1 / patches.length) : meanReceived(shown),
      ...encoderMaps(shown),
      warnings: ['The one label is the text that was read; its probability is the mean of its characters’.'],
      image: { width: image.width, height: image.height },
      patches,
    };
  }

  /** @throws Failure `bad-argument` where there is no such layer */
  async attend({ image, name }: ClassifyImageRequest, wanted: Wanted): Promise<Attention> {
    const decoded = decodeImage(image, name, 'white');
    const { maps, columns } = await this.#run(decoded, chooseLayers(wanted, this.layers, this.id));
    const { width, height } = decoded;
    return { model: this.id, image: { width, height, patches: columnsOf(decoded, columns) }, maps, layers: this.layers, warnings: [] };
  }

  /** Every map, and what was read. @throws Failure as `classifyFile` does */
  async inspect(request: ClassifyImageRequest): Promise<Looked> {
    const decoded = decodeImage(request.image, request.name, 'white');
    const { labels } = await this.classify(decoded);
    return { ...(await this.attend(request, 'all')), labels };
  }

  release(): Promise<void> {
    return this.graph.release();
  }

  async #run(image: Image, layers: readonly LayerInfo[]): Promise<{ scores: readonly Float32Array[]; maps: readonly LayerMaps[]; columns: number }> {
    const { height, input, output } = this.reader;
    const width = Math.min(widest, Math.max(height, Math.ceil((image.width * height) / image.height)));
    // As PaddleOCR reads its images: pixels of -1 … 1, blue first.
    const pixels = pixelsOf(image, usualProcessing(width, height), 'blue first');
    const { tensors, maps } = await this.graph.run({ [input.name]: tensorOf(this.graph.runtime, input.type, pixels.values, [1, 3, height, width]) }, [output], layers);
    const tensor = tensors[output];
    const columns = tensor?.dims[1] ?? 0;
    const all = tensor === undefined ? new Float32Array() : floatsOf(tensor);
    const classes = all.length / Math.max(1, columns);
    return { scores: Array.from({ length: columns }, (_, column) => all.subarray(column * classes, (column + 1) * classes)), maps: maps[0] ?? [], columns };
  }

  /** The best class of each column; the same one again is the same character, class 0 is none (Graves et al. 2006). */
  #decode(scores: readonly Float32Array[]): { readonly text: string; readonly confidence: number } {
    let text = '';
    let last = 0;
    const sure: number[] = [];
    for (const column of scores) {
      const best = column.reduce((found, score, index) => (score > (column[found] ?? -Infinity) ? index : found), 0);
      if (best !== 0 && best !== last) {
        text += this.characters[best] ?? '';
        sure.push(column[best] ?? 0);
      }
      last = best;
    }
    return { text, confidence: sure.length === 0 ? 0 : sure.reduce((sum, one) => sum + one, 0) / sure.length };
  }
}

/** Where each column stands in the image. */
function columnsOf({ width, height }: Image, columns: number): Patch[] {
  return Array.from({ length: columns }, (_, column) => ({ x: (column * width) / columns, y: 0, width: width / columns, height }));
}
