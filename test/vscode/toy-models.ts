/**
 * Models with random weights, one of each task that none is bundled for: they say nothing worth knowing, but load, run and
 * answer as any other. For tests of what is around a model.
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from '../../scripts/at-exit.ts';
import { writeRandomImageClassifier, writeRandomTextClassifier } from '../../trainer/checkpoints/classifier.fixture.ts';
import { writeRandomLanguageModel } from '../../trainer/checkpoints/language-model.fixture.ts';
import { type DialogueManifest, formatVersion } from '../../trainer/checkpoints/manifest.ts';
import { saveCheckpoint } from '../../trainer/checkpoints/save.ts';
import { elementCount } from '../../trainer/graph/value.ts';
import { recurrentTranslatorParameters } from '../../trainer/models/recurrent/translator.ts';
import { trainBytePair } from '../../trainer/text/byte-pair.ts';
import { Random } from '../../trainer/training/random.ts';
import { toyNames } from './toy-places.ts';


/** Writes them all into a temporary folder, which is gone when this process ends. @returns the folder */
export async function writeToyModels(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attention-scope-models-'));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  await writeRandomTextClassifier(join(folder, toyNames.classification));
  await writeRandomDialogueModel(join(folder, toyNames.dialogue));
  await writeRandomLanguageModel(join(folder, toyNames['language-modelling']));
  await writeRandomImageClassifier(join(folder, toyNames['image-classification']));
  return folder;
}

async function writeRandomDialogueModel(folder: string): Promise<void> {
  await mkdir(folder);
  const tokens = { pad: '<pad>', start: '<s>', end: '</s>', turn: '<turn>', slots: [] };
  const special = ['<pad>', '<s>', '</s>', '<turn>'];
  const tokenizer = trainBytePair(['How are you?', 'I am fine, and you?', 'Who are you?', 'I am here.'], { size: 320, special });
  const architecture: DialogueManifest['architecture'] = {
    kind: 'recurrent-translator',
    cell: 'gru',
    vocabulary: Object.keys(tokenizer.model.vocab).length,
    embedding: 16,
    hidden: 24,
    encoder: { hidden: 24, layers: 1, bidirectional: true },
    decoderLayers: 1,
    residual: false,
    attention: { score: 'additive', width: 24 },
    order: 'before',
    inputFeeding: false,
    coverage: 0,
  };
  const manifest: DialogueManifest = {
    format: 'attention-scope',
    formatVersion,
    id: 'random-dialogue',
    name: 'Random weights',
    task: 'dialogue',
    language: 'en',
    history: 4,
    files: { encoder: 'encoder.onnx', decoder: 'decoder.onnx', weights: 'weights.bin', tokenizer: 'tokenizer.json' },
    tokens,
    limits: { sourceTokens: 48, targetTokens: 24 },
    architecture,
    attention: [{ kind: 'cross', layer: 0, head: 0, output: 'attention' }],
    precision: 'float32',
    training: { data: 'none: random weights', pairs: 0, steps: 0, scores: {} },
  };
  const random = new Random('dialogue');
  const parameters = recurrentTranslatorParameters(architecture).map(spec => ({
    spec,
    data: Float32Array.from({ length: elementCount(spec.shape) }, () => random.uniform() - 0.5),
  }));
  await saveCheckpoint(folder, { manifest, tokenizer, parameters });
}
