/**
 * The loader of a training, without the training: a corpus made ready and the batches of fifty steps laid out.
 *
 *     loader-ours.ts PAIRS.tsv FOLDER     in a process with the environment of a training
 */
import { parseConfig } from '../../trainer/training/config.ts';
import { padBatch, shapeOf } from '../../trainer/training/batch.ts';
import { bucketsOf } from '../../trainer/tasks/translation/config.ts';
import { prepareStreamedDataset } from '../../trainer/tasks/translation/streamed/dataset.ts';
import { peakMegabytes } from './answer.ts';
import type { Loaded } from './loader.ts';

const steps = 50;

const [file, folder] = process.argv.slice(2);
if (file === undefined || folder === undefined) throw new Error('a corpus and a folder are needed');
const config = parseConfig(
  {
    name: 'loader',
    task: 'translation',
    languages: { source: 'en', target: 'fr' },
    data: { format: 'tsv', file, stream: true },
    split: { validation: 500, test: 1000 },
    vocabulary: { size: 6000 },
    model: { kind: 'recurrent-translator', embedding: 256, hidden: 384, encoder: { hidden: 384 }, attention: { score: 'additive', width: 256 } },
    training: { epochs: 8, learningRate: 0.001 },
  },
  file,
);
if (config.task !== 'translation') throw new Error('the loader is a translator’s');

const begin = performance.now();
let read = begin;
const source = { corpus: { kind: 'tsv', file }, validation: undefined, test: undefined } as const;
const dataset = await prepareStreamedDataset(source, config, folder, line => {
  if (line.startsWith('a vocabulary')) read = performance.now();
  console.error(line);
});
const prepared = performance.now();
const shapes = bucketsOf(config).map(bucket => shapeOf(bucket, config.training.tokensPerBatch));
let laid = 0;
for await (const { bucket, pairs } of dataset.train.plan(0)) {
  const shape = shapes[bucket];
  if (shape === undefined) throw new RangeError(`no bucket ${bucket}`);
  padBatch(pairs, shape, dataset.special);
  if (++laid === steps) break;
}
const loaded: Loaded = {
  peakMegabytes: peakMegabytes(),
  firstPass: read - begin,
  secondPass: prepared - read,
  batches: performance.now() - prepared,
  batchesPerEpoch: dataset.train.batchesPerEpoch,
};
console.log(JSON.stringify(loaded));
