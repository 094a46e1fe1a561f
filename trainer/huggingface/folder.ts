/** A model's folder as Hugging Face, Optimum and transformers.js lay it out. Only what is asked for is read; nothing is fetched. */
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { ChatTemplate, namesForTemplates } from './chat-template.ts';
import { type HuggingFaceConfig, parseConfig } from './config.ts';
import { ConfinedFolder, type FolderFile } from './confined.ts';
import { type GenerationConfig, parseGenerationConfig } from './generation-config.ts';
import { brokenFile, check, parseJsonFile } from './json.ts';
import { chooseOnnx, onnxFilesOf, type OnnxFile, type OnnxPrecision, type OnnxSet } from './onnx-files.ts';
import { type ImageProcessing, parseImageProcessing } from './preprocessor-config.ts';
import type { HuggingFaceTokenizer } from './tokenizer.ts';
import type { TokenizerConfig } from './tokenizer-config.ts';
import { openTokenizer, readTokenizerConfig, type TokenizerFiles, tokenizerFilesOf } from './tokenizer-files.ts';
import { type WeightsFiles, weightsOf } from './weights-files.ts';

/** What each of these may weigh, in bytes. */
const mostText = 16 << 20;

const templateFile = z.looseObject({ chat_template: z.string() });

export class HuggingFaceFolder {
  #tokenizer: Promise<HuggingFaceTokenizer> | undefined;

  /** Use `openHuggingFaceFolder`. */
  constructor(
    private readonly folder: ConfinedFolder,
    readonly config: HuggingFaceConfig,
    readonly generation: GenerationConfig,
    /** Of vision models: what happens to an image first. */
    readonly imageProcessing: ImageProcessing | undefined,
    private readonly tokenizerConfig: TokenizerConfig,
    readonly tokenizerFiles: TokenizerFiles | undefined,
    /** Every graph there is, of whatever role and precision. */
    readonly onnxFiles: readonly OnnxFile[],
    /** Weights without a graph. */
    readonly weights: WeightsFiles | undefined,
  ) {}

  /** Absolute, links resolved. */
  get path(): string {
    return this.folder.path;
  }

  /**
   * Reads the tokenizer, once.
   * @throws Failure `broken-model`, naming the file; where the folder has none, what was looked for
   */
  tokenizer(): Promise<HuggingFaceTokenizer> {
    this.#tokenizer ??= this.#openTokenizer();
    return this.#tokenizer;
  }

  /**
   * The graphs to run the model with.
   * @param precision left out, the most exact of which all are there
   * @returns `undefined` where the folder has weights alone, or nothing
   * @throws Failure `broken-model`, naming the graph that is missing
   */
  onnx(precision?: OnnxPrecision): OnnxSet | undefined {
    return chooseOnnx(this.onnxFiles, { kind: this.kind, ...(precision === undefined ? {} : { precision }) }, this.path);
  }

  /** Which graphs the model is made of. */
  get kind(): OnnxSet['kind'] {
    const { task, isEncoderDecoder } = this.config;
    const has = (role: OnnxFile['role']): boolean => this.onnxFiles.some(file => file.role === role);
    if (isEncoderDecoder || task === 'seq2seq-lm' || task === 'speech-seq2seq') {
      // Of BART there are classifiers, and encoders alone.
      return has('encoder_model') || has('decoder_model') || has('decoder_model_merged') || !has('model') ? 'encoder-decoder' : 'single';
    }
    return task === 'causal-lm' || has('decoder_model') || has('decoder_model_merged') ? 'decoder' : 'single';
  }

  /** Whether the model was taught to read conversations, and there is a tokenizer to read them with. @throws Failure `broken-model` */
  async converses(): Promise<boolean> {
    return this.tokenizerFiles !== undefined && (await this.#templateSource()) !== undefined;
  }

  /**
   * How the model was taught to read conversations.
   * @returns `undefined` where it was taught none
   * @throws Failure `broken-model`
   */
  async chatTemplate(): Promise<ChatTemplate | undefined> {
    const found = await this.#templateSource();
    return found === undefined ? undefined : ChatTemplate.parse(found.source, found.file, namesForTemplates(await this.tokenizer()));
  }

  async #templateSource(): Promise<{ source: string; file: string } | undefined> {
    const jinja = await this.folder.find('chat_template.jinja');
    if (jinja !== undefined) return { source: await this.folder.readText(jinja, mostText), file: jinja.path };
    const json = await this.folder.find('chat_template.json');
    if (json !== undefined) {
      const content = parseJsonFile(await this.folder.readText(json, mostText), json.path);
      return { source: check(templateFile, content, json.path).chat_template, file: json.path };
    }
    const { chatTemplates } = this.tokenizerConfig;
    const source = chatTemplates.get('default') ?? [...chatTemplates.values()][0];
    return source === undefined ? undefined : { source, file: `${this.path}/tokenizer_config.json` };
  }

  async #openTokenizer(): Promise<HuggingFaceTokenizer> {
    if (this.tokenizerFiles === undefined) {
      throw brokenFile(
        this.path,
        'has no tokenizer: tokenizer.json was expected, or vocab.txt, vocab.json and merges.txt, spiece.model, tokenizer.model, source.spm and vocab.json, tokenizer.bin',
        'Download the tokenizer\'s files too, or save them with transformers (`AutoTokenizer.from_pretrained(…).save_pretrained(…)`).',
      );
    }
    return openTokenizer(this.folder, this.tokenizerFiles, this.tokenizerConfig, this.config);
  }
}

/**
 * Looks at a folder: reads its configuration, lists the rest.
 * @throws Failure `unknown-model` where there is no such folder, or no config.json in it; `broken-model`, naming the file and the key
 */
export async function openHuggingFaceFolder(path: string): Promise<HuggingFaceFolder> {
  const folder = await ConfinedFolder.open(path);
  const file = await folder.find('config.json');
  if (file === undefined) throw new Failure('unknown-model', `${folder.path} has no config.json; the folder of a Hugging Face model was expected.`, 'Give the folder that holds config.json, or a file of weights or a graph itself.');
  const config = parseConfig(await folder.readText(file, mostText), file.path);
  const generation = await optional(folder, 'generation_config.json');
  const preprocessor = await optional(folder, 'preprocessor_config.json');
  return new HuggingFaceFolder(
    folder,
    config,
    parseGenerationConfig(generation?.text, generation?.path ?? file.path, config),
    preprocessor === undefined || !isOfImages(config, preprocessor.text) ? undefined : parseImageProcessing(preprocessor.text, preprocessor.path),
    await readTokenizerConfig(folder),
    await tokenizerFilesOf(folder),
    onnxFilesOf([...(await folder.list()), ...(await folder.list('onnx'))]),
    await weightsOf(folder),
  );
}

/** Whether a folder is one that `openHuggingFaceFolder` reads. */
export async function isHuggingFaceFolder(path: string): Promise<boolean> {
  try {
    const folder = await ConfinedFolder.open(path);
    return (await folder.find('config.json')) !== undefined;
  } catch (thrown) {
    if (thrown instanceof Failure) return false;
    throw thrown;
  }
}

/** Speech models have a file of the same name about sounds. */
function isOfImages(config: HuggingFaceConfig, text: string): boolean {
  return config.task !== 'speech-seq2seq' && /"(?:image_mean|image_processor_type|do_resize|crop_size|size)"/.test(text);
}

async function optional(folder: ConfinedFolder, name: string): Promise<{ readonly path: FolderFile['path']; readonly text: string } | undefined> {
  const file = await folder.find(name);
  return file === undefined ? undefined : { path: file.path, text: await folder.readText(file, mostText) };
}
