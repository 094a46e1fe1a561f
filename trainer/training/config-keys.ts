/** What each key of a config says, in a line: what an editor shows of it. docs/training.md tells more. */
import type { Task } from '../../protocol/server.ts';

type Keys = Readonly<Record<string, string>>;

const layersOf = (model: string): Keys => ({
  [`${model}.heads`]: 'Attention heads of each layer; they share the width evenly.',
  [`${model}.inner`]: 'Features inside the feed-forward part of each layer, d_ff.',
  [`${model}.norm`]: 'Where layers are normalized: before each part ("pre") or after it ("post").',
  [`${model}.positions`]: 'How places are told apart: "sinusoidal", "learned" or "rotary".',
});
const longestOf = (model: string): Keys => ({ [`${model}.longest`]: 'Positions that there are, at the most: as many as the longest bucket has, or more.' });
const transformer: Keys = { 'model.width': 'Features of a token inside the Transformer, d_model.', ...layersOf('model'), ...longestOf('model') };

const pooling: Keys = {
  'model.pooling': 'How what was read becomes one vector: what the map shows.',
  'model.pooling.kind': '"mean", "additive", "self-attentive" (several hops; Lin et al. 2017) or "multi-head".',
  'model.pooling.width': 'Features that the pooling’s attention compares.',
  'model.pooling.hops': 'How many places the self-attentive pooling looks for.',
  'model.pooling.penalty': 'Weight of the penalty on hops that look at the same.',
  'model.pooling.heads': 'Heads of the pooling; they share the features evenly.',
};

/** Keys that mean the same whatever the task. */
const common: Keys = {
  $schema: 'A JSON schema for editors; the training passes over it.',
  name: 'A short name: the run’s folder, the model’s id.',
  title: 'Its name for people; the name, where it is left out.',
  task: 'What is learnt: it decides which other keys there are.',
  language: 'The language of the texts, as a tag such as "en".',
  data: 'Where the examples come from.',
  'data.credit': 'Whose corpus it is, for the model’s card.',
  'data.origin': 'Where the corpus can be had, for the model’s card.',
  split: 'How many examples are held out, where the data have no files of their own for it.',
  'split.validation': 'Held out to validate with: distinct sources, texts, images or conversations.',
  'split.test': 'Held out to score with; the training never sees them.',
  'split.seed': 'Which ones are drawn.',
  vocabulary: 'The byte-pair vocabulary, learnt from the training part.',
  'vocabulary.size': 'Its tokens, at the most.',
  model: 'The architecture.',
  'model.kind': 'Which family of models it is.',
  training: 'How it is trained.',
  'training.epochs': 'At most so many passes over the data. The learning rate’s schedule spans them.',
  'training.accumulate': 'Batches whose gradients are averaged before a step: a larger batch in the same memory.',
  'training.learningRate': 'The highest rate. It decides more than most other keys: try two or three.',
  'training.warmupSteps': 'Steps until the highest rate is reached.',
  'training.schedule': 'How the rate goes on after that.',
  'training.schedule.kind': '"linear" (to nothing), "constant", "step", "cosine", "inverse-sqrt" or "one-cycle".',
  'training.schedule.every': 'Steps after each of which the rate is multiplied by the factor.',
  'training.schedule.factor': 'What the rate is multiplied by.',
  'training.schedule.floor': 'Share of the highest rate that is left at the end.',
  'training.schedule.start': 'Share of the highest rate to begin with.',
  'training.schedule.peakAt': 'Share of the run after which the highest rate is reached.',
  'training.schedule.end': 'Share of the highest rate at the end.',
  'training.schedule.curve': 'Whether it grows and falls in half a wave or in a straight line.',
  'training.optimizer': 'How gradients become steps.',
  'training.optimizer.kind': '"adamw", "adam", "rmsprop" or "sgd".',
  'training.optimizer.beta1': 'How much of the mean gradient is kept at each step.',
  'training.optimizer.beta2': 'How much of the mean squared gradient is kept at each step.',
  'training.optimizer.epsilon': 'Added to what is divided by.',
  'training.optimizer.alpha': 'How much of the mean squared gradient is kept at each step.',
  'training.optimizer.momentum': 'How much of the last step is kept in the next.',
  'training.optimizer.nesterov': 'Whether the gradient is looked at where the momentum leads (Sutskever et al. 2013).',
  'training.dropout': 'Share of features that are left out at random, others at each step.',
  'training.labelSmoothing': 'Probability taken from the right answer and spread over all.',
  'training.weightDecay': 'How strongly weights are pulled towards zero.',
  'training.clipNorm': 'The largest norm of all gradients together; what is longer is shortened. 0: not at all.',
  'training.validateEvery': 'Steps between two validations, each of which saves a checkpoint.',
  'training.patience': 'Validations without a better one after which training stops.',
  'training.selectBy': 'What the best checkpoint is best at: the held-out "likelihood", or the task’s own "metric".',
  'training.averageLast': 'At the end, means of up to so many last checkpoints are tried too; 1 tries none.',
  'training.keepLast': 'How many newest checkpoints are kept; the best one always is.',
  'training.logEvery': 'Steps between two lines of progress.',
  'training.threads': 'Processor threads; part of what makes a run repeatable.',
  'training.seed': 'Decides the first weights, the order, dropout and everything else that is left to chance.',
};

const sequence: Keys = {
  ...transformer,
  'model.cell': '"gru" or "lstm".',
  'model.embedding': 'Features of a token.',
  'model.hidden': 'Features of the decoder’s state.',
  'model.encoder': 'What reads the source.',
  'model.encoder.hidden': 'Features of the encoder’s state, of each direction.',
  'model.encoder.layers': 'Layers of the encoder.',
  'model.encoder.bidirectional': 'Whether the source is read in both directions.',
  'model.encoderLayers': 'Layers of the encoder.',
  'model.decoderLayers': 'Layers of the decoder.',
  'model.residual': 'Whether layers over the first add to what they read.',
  'model.attention': 'How the decoder looks at the source.',
  'model.attention.score': 'How a source word is weighed: "additive" is Bahdanau’s, "dot" and "general" Luong’s; "none" attends to nothing.',
  'model.attention.width': 'Features in which state and source are compared.',
  'model.attention.longest': 'Source positions that have a score of their own.',
  'model.attention.window': 'How far from the predicted place it looks, in tokens.',
  'model.attention.heads': 'Heads; they share the width evenly.',
  'model.attention.temperature': 'How soft the choice of one place is while training.',
  'model.order': 'Whether attention comes "before" the decoder’s cell (Bahdanau) or "after" it (Luong).',
  'model.inputFeeding': 'Whether what was attended to enters the next step (Luong et al. 2015, section 3.3).',
  'model.coverage': 'Weight of the loss on looking at the same place again (See et al. 2017); 0 leaves it out.',
  'training.tokensPerBatch': 'Target places of a batch, padding counted. Memory grows with it.',
  'training.guidedAlignment': 'Weight of a loss that pulls attention towards "data.links"; 0 leaves it out.',
  'training.join': 'How often an example is two to four pairs joined, so that longer prose survives.',
  'training.buckets': 'The longest source and target of each bucket, in tokens, growing; one training graph each.',
};

const sets: Keys = {
  'data.train': 'What is trained on.',
  'data.validation': 'A set of its own to validate with; drawn, where it is left out.',
  'data.test': 'A set of its own to score with; drawn, where it is left out.',
};

/** Keys of the three sets, each of which is a source of the same form. */
const eachSet = (keys: Keys): Keys =>
  Object.fromEntries(['train', 'validation', 'test'].flatMap(set => Object.entries(keys).map(([key, says]) => [`data.${set}.${key}`, says])));

const classes: Keys = {
  'data.labels': 'Names to show for the corpus’ labels.',
  'training.classWeights': 'What an example counts: "none", "balanced" (rare classes more), or a number a label.',
};

const tasks: Readonly<Record<Task, Keys>> = {
  translation: {
    ...sequence,
    languages: 'Which languages are translated between.',
    'languages.source': 'The language that is read, as a tag such as "en".',
    'languages.target': 'The language that is written, as a tag such as "fr".',
    'data.format': '"tsv": a pair a line, parted by a tab; "parallel": two files, line by line.',
    'data.file': 'The table; plain or .gz.',
    'data.columns': 'Which columns hold what, counted from 0.',
    'data.columns.source': 'The source’s column, counted from 0.',
    'data.columns.target': 'The target’s column, counted from 0.',
    'data.source': 'The source’s lines; plain or .gz.',
    'data.target': 'The target’s lines; plain or .gz.',
    'data.validation': sets['data.validation'] ?? '',
    'data.validation.source': 'The source’s lines.',
    'data.validation.target': 'The target’s lines.',
    'data.test': sets['data.test'] ?? '',
    'data.test.source': 'The source’s lines.',
    'data.test.target': 'The target’s lines.',
    'data.links': 'Word alignments of the corpus, a line a pair in Pharaoh notation: "0-0 1-2".',
    'data.firstLink': 'What the links call a sentence’s first word: 0 or 1.',
    probe: 'Sentences whose maps are kept at every validation; some that are held out, where it is left out.',
    'probe.pairs': 'Where they lie, each with its translation.',
    'probe.pairs.format': '"tsv": a pair a line, parted by a tab; "parallel": two files, line by line.',
    'probe.pairs.file': 'The table; plain or .gz.',
    'probe.pairs.columns': 'Which columns hold what, counted from 0.',
    'probe.pairs.columns.source': 'The source’s column, counted from 0.',
    'probe.pairs.columns.target': 'The target’s column, counted from 0.',
    'probe.pairs.source': 'The source’s lines.',
    'probe.pairs.target': 'The target’s lines.',
    'probe.gold': 'What people linked in them: heads are scored against it.',
    'probe.gold.file': 'A line a pair in Pharaoh notation: "3-4" is sure, "3p4" or "3?4" possible.',
    'probe.gold.firstLink': 'What the links call a sentence’s first word: 0 or 1.',
    'data.stream': 'Whether the corpus is read from the disk again and again instead of being held in memory.',
  },
  classification: {
    ...sets,
    ...classes,
    ...eachSet({
      format: '"tsv", "csv", "jsonl", "fasttext", "label-first" or "trec".',
      file: 'Its file; plain or .gz.',
      encoding: 'How its bytes spell characters.',
      labelColumn: 'The label’s column: its number from 0, or its name in the first line.',
      textColumn: 'The text’s column: its number from 0, or its name in the first line.',
      header: 'Whether the first line names the columns.',
      delimiter: 'What parts the columns.',
      finerColumn: 'The column of a label finer than that, for "training.finer".',
      labelKey: 'The key of an object’s label.',
      finerKey: 'The key of a label finer than that, for "training.finer".',
      textKey: 'The key of an object’s text.',
      classes: 'Whether the class is the "coarse" part of a label or all of it.',
    }),
    'data.detokenize': '"ptb": the texts were cut into tokens of the Penn Treebank, and are joined again.',
    'vocabulary.lowercase': 'Whether texts are read in lower case.',
    'vocabulary.spell': 'Whether words that are not one token are spelled by several, or hidden as words that are not known.',
    'model.embedding': 'Features of a token.',
    'model.encoder': 'What reads the text.',
    'model.encoder.kind': '"none" (a bag of words), "recurrent" or "transformer".',
    'model.encoder.cell': '"gru" or "lstm".',
    'model.encoder.hidden': 'Features of its state, of each direction.',
    'model.encoder.layers': 'Its layers.',
    'model.encoder.bidirectional': 'Whether the text is read in both directions.',
    ...layersOf('model.encoder'),
    ...longestOf('model.encoder'),
    ...pooling,
    'training.tokensPerBatch': 'Token places of a batch, padding counted. Memory grows with it.',
    'training.buckets': 'The longest text of each bucket, in tokens, growing; what is longer is cut to the last.',
    'training.wordDropout': 'Share of the tokens that are hidden in training, others each time.',
    'training.finer': 'Weight of the loss of labels finer than the classes, learnt beside them and left out of the model.',
  },
  'image-classification': {
    ...sets,
    ...classes,
    ...eachSet({
      format: '"idx", as MNIST has it, or "image-folder": a subfolder of pictures a class.',
      images: 'The file of images; plain or .gz.',
      labels: 'The file of their classes; plain or .gz.',
      folder: 'The folder with a subfolder for each class.',
      size: 'What size every image has, in pixels.',
      'size.width': 'In pixels.',
      'size.height': 'In pixels.',
      channels: '1: images are made grey; 3: coloured.',
      alpha: 'What becomes of an image with an alpha channel: it is refused, or laid over white.',
    }),
    'data.invert': 'Whether what the model is asked about is inverted first.',
    ...layersOf('model'),
    ...pooling,
    'model.stem': 'What patches are first read by, where it is not a plain projection.',
    'model.stem.window': 'Side of its window, in pixels.',
    'model.stem.step': 'From one window to the next, in pixels.',
    'model.stem.features': 'Features that it gives of each window.',
    'model.patch': 'Side of a patch, in pixels.',
    'model.stride': 'From one patch to the next, in pixels.',
    'model.features': 'Features of a patch inside the Transformer.',
    'model.layers': 'Layers of the Transformer.',
    'training.batchSize': 'Images of a batch. Memory grows with it.',
    'training.augment': 'How images are changed, each epoch another way.',
    'training.augment.flip': 'Whether they are mirrored, every other one.',
    'training.augment.shift': 'By how many pixels they are moved, at the most.',
  },
  dialogue: {
    ...sets,
    ...sequence,
    ...eachSet({
      format: '"jsonl", "tsv" (turns parted by tabs) or "yaml".',
      file: 'Its file; plain or .gz.',
      encoding: 'How its bytes spell characters.',
    }),
    history: 'How many turns before a reply are read.',
  },
  'language-modelling': {
    ...sets,
    ...transformer,
    ...eachSet({
      format: '"text", or "tsv": one column of a table.',
      file: 'Its file; plain or .gz.',
      encoding: 'How its bytes spell characters.',
      unit: 'What is a text: a "line", or a "paragraph" that a blank line ends.',
      textColumn: 'The text’s column: its number from 0, or its name in the first line.',
      header: 'Whether the first line names the columns.',
    }),
    'data.unique': 'Whether a text that stands there more than once is read once.',
    'vocabulary.kind': 'Byte pairs; there is no other.',
    'model.layers': 'Layers of the Transformer.',
    'training.tokensPerBatch': 'Places of a batch, padding counted. Memory grows with it.',
    'training.buckets': 'The longest text of each bucket, in tokens, growing; what is longer is cut to the last.',
  },
};

/** What a key says where the config is of this task. @param key its names from the top, dots between, places in lists left out */
export function describeKey(task: Task, key: string): string | undefined {
  return tasks[task][key] ?? common[key];
}

/** Every key that is described, of any task. */
export function describedKeys(): { readonly task: Task | undefined; readonly key: string }[] {
  const own = Object.entries(tasks).flatMap(([task, keys]) => Object.keys(keys).map(key => ({ task: task as Task, key })));
  return [...Object.keys(common).map(key => ({ task: undefined, key })), ...own];
}
