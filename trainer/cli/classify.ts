/** attention-scope classify: in this process, model and all, since it ends with its last text or image. */
import type { ImageClassification, TextClassification } from '../../protocol/classification.ts';
import { Failure } from '../../protocol/failure.ts';
import { openModel } from '../engine/models.ts';
import { defaultThreads } from '../engine/threads.ts';
import { facetOf } from '../foreign/facets.ts';
import { renderClassificationJson } from '../render/classification-json.ts';
import { badArgument, readArguments, type Command } from './command.ts';
import { givenTexts, modelFolder, warnOfSize } from './given.ts';
import { readImageFile } from './image-file.ts';
import { reportFailure } from './report.ts';
import { hasColour, isForPeople, print } from './standard-output.ts';

export const classifyCommand: Command = {
  help: `attention-scope classify --model ID|PATH [--json] TEXT… | -
attention-scope classify --model ID|PATH [--json] --image FILE…

Says which class each TEXT, or with - each line of standard input, or each image (PNG or JPEG) belongs to. In a terminal
the probabilities of the classes follow, and what the model looked at: words, or patches of the image.

  --model ID|PATH  the id, the folder or the file of a model that classifies; one of others' formats, too
  --image          what is given are files of images
  --json           one JSON object a line: model, labels, evidence, attention, maps, weights; offsets are UTF-16

What cannot be classified is told on standard error, leaves an empty line ({"error": …} with --json), and makes the exit
code 1. NO_COLOR and FORCE_COLOR are obeyed.
`,
  run: async args => {
    const { values, positionals } = readArguments('classify', args, {
      model: { type: 'string' },
      image: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    if (values.model === undefined) throw badArgument('classify', '--model is missing.');
    if (positionals.length === 0) throw badArgument('classify', values.image ? 'No image was given.' : 'No text was given.');
    const folder = await modelFolder(values.model);
    return values.image ? classifyImages(folder, positionals, values.json) : classifyTexts(folder, positionals, values.json);
  },
};

async function classifyTexts(folder: string, positionals: readonly string[], json: boolean): Promise<number> {
  const model = await openModel(folder, { threads: defaultThreads, whenLarge: warnOfSize, facet: 'textClassifier' });
  const classifier = facetOf(model, 'textClassifier');
  let exitCode = 0;
  for await (const { text, place, isLine } of givenTexts(positionals)) {
    if (isLine && text.trim() === '') await print(json ? JSON.stringify({ model: classifier.id, labels: [], source: { text, tokens: [], words: [] } }) : '');
    else exitCode = Math.max(exitCode, await tell(() => classifier.classify({ text }), place, json));
  }
  await model.release();
  return exitCode;
}

async function classifyImages(folder: string, files: readonly string[], json: boolean): Promise<number> {
  const model = await openModel(folder, { threads: defaultThreads, whenLarge: warnOfSize, facet: 'imageClassifier' });
  const classifier = facetOf(model, 'imageClassifier');
  let exitCode = 0;
  for (const file of files) {
    const classify = async (): Promise<ImageClassification> => classifier.classifyFile({ image: await readImageFile(file), name: file });
    exitCode = Math.max(exitCode, await tell(classify, '', json));
  }
  await model.release();
  return exitCode;
}

/** @returns the exit code: 0, or that of what went wrong */
async function tell(classify: () => Promise<TextClassification | ImageClassification>, place: string, json: boolean): Promise<number> {
  try {
    const classification = await classify();
    for (const warning of classification.warnings) process.stderr.write(`attention-scope: ${place}${warning}\n`);
    await print(json ? renderClassificationJson(classification) : await asText(classification));
    return 0;
  } catch (thrown) {
    await print(json ? JSON.stringify({ error: Failure.from(thrown).toData() }) : '');
    return reportFailure(thrown, place);
  }
}

/** For a person all there is to see; for a program the class and its probability. */
async function asText(classification: TextClassification | ImageClassification): Promise<string> {
  if (isForPeople()) {
    const { renderClassification } = await import('../render/classification.ts');
    return `${renderClassification(classification, { colour: hasColour(), columns: process.stdout.columns ?? 80 })}\n`;
  }
  const [best] = classification.labels;
  return best === undefined ? '' : `${best.label.replace(/\s+/gu, ' ')}\t${best.probability.toFixed(4)}`;
}
