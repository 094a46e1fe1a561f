/** The labelled images of a config: read, all of one size, told apart, their classes known. */
import { createHash, type Hash } from 'node:crypto';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Failure } from '../../../protocol/failure.ts';
import type { Image, LabelledImage } from '../../corpora/image.ts';
import { type ImageSource, readImages } from '../../corpora/image-source.ts';
import { checkLabels, labelsOf } from '../../corpora/labels.ts';
import { badCorpus } from '../../text/lines.ts';
import type { Fold } from '../../training/fold.ts';
import { checkClassesLeft, countLabels } from '../classification/classes.ts';
import type { LabelledParts } from '../classification/examples.ts';
import { type Labelled, leftOutLines, partition } from '../classification/partition.ts';
import type { ImageClassificationConfig, ImageSources } from './config.ts';

export interface ImageExample extends Labelled {
  /** What messages call it. */
  readonly name: string;
  readonly pixels: Image['pixels'];
  /** SHA-256 of its pixels. */
  readonly key: string;
}

/** What all images have in common. */
export type ImageFormat = Pick<Image, 'width' | 'height' | 'channels'>;

export interface ImageParts extends LabelledParts<ImageExample> {
  readonly format: ImageFormat;
}

/** What fits in memory beside the training. */
const mostBytes = 2 ** 31;

/**
 * @param print hears what is left out of the training
 * @throws Failure `bad-corpus`, `no-such-file`; AbortError
 */
export async function readExamples(
  sources: ImageSources,
  config: Pick<ImageClassificationConfig, 'split'>,
  print: (line: string) => void = () => undefined,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<ImageParts> {
  const reader = new Reader(signal);
  const train: ImageExample[] = [];
  for await (const example of reader.read(sources.train)) train.push(example);
  const labels = labelsOf(countLabels(train), placeOf(sources.train));
  const heldOut = async (source: ImageSource | undefined): Promise<ImageExample[] | undefined> => {
    if (source === undefined) return undefined;
    const examples: ImageExample[] = [];
    for await (const example of checkLabels(reader.read(source), labels, ({ name }) => name)) examples.push(example);
    return examples;
  };
  const given = { train, validation: await heldOut(sources.validation), test: await heldOut(sources.test) };
  const keyOf = ({ key }: ImageExample): string => key;
  const { parts, left } = partition(given, { same: keyOf, overlap: keyOf }, config.split, fold);
  checkClassesLeft(labels, parts.train);
  for (const line of leftOutLines(left, ['image', 'images'])) print(line);
  return { parts, labels, left, hash: reader.hash.digest('hex'), format: reader.format };
}

const placeOf = (source: ImageSource): string => (source.format === 'idx' ? source.labels : source.folder);

/** Reads sources one after the other, and takes a hash of all. */
class Reader {
  readonly hash: Hash = createHash('sha256');
  #first: LabelledImage | undefined;
  #bytes = 0;

  constructor(private readonly signal: AbortSignal | undefined) {}

  get format(): ImageFormat {
    if (this.#first === undefined) throw new Error('no image was read');
    const { width, height, channels } = this.#first;
    return { width, height, channels };
  }

  async *read(source: ImageSource): AsyncGenerator<ImageExample, void, undefined> {
    this.hash.update('\f');
    let count = 0;
    for await (const image of readImages(source)) {
      // Lets signals and the end of the parent process through every now and then.
      if (count++ % 100 === 0) await setImmediate();
      this.signal?.throwIfAborted();
      this.#check(image);
      const { label, pixels } = image;
      const key = createHash('sha256').update(pixels).digest('hex');
      this.hash.update(`${label}\t${key}\n`);
      yield { label, pixels, key, name: basename(image.name), from: basename(placeOf(source)) };
    }
  }

  #check(image: LabelledImage): void {
    this.#first ??= image;
    const { width, height, channels, name } = this.#first;
    if (image.width !== width || image.height !== height) {
      throw badCorpus(image.name, undefined, `an image of ${image.width} × ${image.height} pixels found; ${width} × ${height} are expected, as of ${name}`);
    }
    if (image.channels !== channels) {
      const colours = { 1: 'a grey', 3: 'a coloured' } as const;
      throw badCorpus(image.name, undefined, `${colours[image.channels]} image found; ${colours[channels]} one is expected, as ${name} is ("channels" in the config)`);
    }
    this.#bytes += image.pixels.length;
    if (this.#bytes > mostBytes) {
      const found = `${image.name}: over ${mostBytes / 2 ** 30} GB of pixels found up to here`;
      throw new Failure('bad-corpus', `${found}; they are held in memory, and at most so many are.`, 'Train on a part of them, or make them smaller.');
    }
  }
}
