/** Messages between the extension (client) and the language server (`attention-scope serve --stdio`). */
import type { FailureData } from './failure.ts';
import type { ImageClassification, TextClassification } from './classification.ts';
import type { MapId, Trace } from './trace.ts';

/** What a model is for, in the words of its config. */
export const tasks = ['translation', 'classification', 'image-classification', 'dialogue', 'language-modelling'] as const;
export type Task = (typeof tasks)[number];

/** A model that can be asked. */
export interface ModelInfo {
  /** Bundled models have a plain id; others are known by their absolute folder, or file. */
  readonly id: string;
  readonly name: string;
  /** `foreign`: of another program's format; `folder` is then its file or folder. */
  readonly origin: 'bundled' | 'folder' | 'foreign';
  readonly folder: string;
  readonly task: Task;
  /** Languages that it reads and writes; equal unless it translates, empty of what knows none, or does not say. */
  readonly sourceLanguage: string;
  readonly targetLanguage: string;
  /** One line: architecture and size. */
  readonly summary: string;
}

export const executionProviders = ['auto', 'cpu', 'webgpu', 'directml', 'coreml', 'cuda'] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

export interface InitializationOptions {
  /**
   * Absolute folders to list models from, besides the bundled ones; a model's own folder, or its file, can be named too.
   * Nothing else is run. Empty in an untrusted workspace.
   */
  readonly modelFolders: readonly string[];
  /** Number of threads an engine may use. */
  readonly threads: number;
  /** Where models run; what cannot be had falls back to the processor. */
  readonly executionProvider: ExecutionProvider;
}

/** What every request has that runs a model. */
export interface RunsModel {
  /** Loads a model though it needs more memory than is free: the user was asked (`not-enough-memory`), and said yes. */
  readonly evenIfLarge?: boolean;
}

/** Client → server. Translates a text; partial results arrive as `TraceProgress` under `partialResultToken`. */
export const translateMethod = 'attentionScope/translate';
export interface TranslateParams extends RunsModel {
  readonly text: string;
  /** A model's id, or the absolute folder of one. */
  readonly model: string;
  /** 1 is greedy. */
  readonly beam: number;
  /** VS Code's language id of the document: decides which comment markers are hidden. */
  readonly languageId: string;
  /** Which map the trace's rows are to be of; left out, the one that aligns best. */
  readonly map?: MapId;
  readonly partialResultToken?: string | number;
}
export type TranslateResult = Trace;

/**
 * Client → server. Replies to the last of the turns in a text, or goes on writing it. Both are told as a trace whose source
 * is the text given, and partial results as of a translation.
 */
export const replyMethod = 'attentionScope/reply';
export const continueMethod = 'attentionScope/continue';
export interface WriteParams extends RunsModel {
  readonly text: string;
  readonly model: string;
  readonly languageId: string;
  readonly map?: MapId;
  readonly partialResultToken?: string | number;
}

/** Client → server. Which class a text belongs to. */
export const classifyMethod = 'attentionScope/classify';
export interface ClassifyParams extends RunsModel {
  readonly text: string;
  readonly model: string;
  readonly languageId: string;
}
export type ClassifyResult = TextClassification;

/** Client → server. Which class an image belongs to. */
export const classifyImageMethod = 'attentionScope/classifyImage';
export interface ClassifyImageParams extends RunsModel {
  /** The bytes of a PNG or JPEG file, in base64. */
  readonly image: string;
  /** What messages call it. */
  readonly name: string;
  readonly model: string;
}
export type ClassifyImageResult = ImageClassification;

/** Client → server. Which models there are. */
export const listModelsMethod = 'attentionScope/models';
export interface ListModelsParams {
  /** Absolute folders to look in besides those of the initialization: whether they hold a model is asked before they are taken up. */
  readonly folders?: readonly string[];
}
export type ListModelsResult = readonly ModelInfo[];

/** Server → client, a notification: what the engine is doing. */
export const statusMethod = 'attentionScope/status';
export type ServerStatus =
  | { readonly state: 'idle' }
  | { readonly state: 'loading'; readonly model: string }
  | { readonly state: 'translating'; readonly model: string }
  | { readonly state: 'engine-restarted'; readonly reason: string };

/** Failures cross as the `data` of a JSON-RPC error with this code. */
export const failureErrorCode = -32050;
export type FailureErrorData = FailureData;
