/** Training configs as the editor helps to write them: checked, proposed for data that were looked at, and estimated. */
import type { Task } from './server.ts';

/** Client → server. What is wrong with a config's text. */
export const checkConfigMethod = 'attentionScope/checkConfig';
export interface CheckConfigParams {
  /** Absolute path of its file, which need not be there: relative corpora are looked for beside it. */
  readonly path: string;
  readonly text: string;
  /** Whether the corpora that it names are looked for: not those that a workspace names which nobody trusts. */
  readonly lookForFiles: boolean;
}
export interface CheckConfigResult {
  /** None of a text that is no JSON: what JSON's own checker tells of it is better. */
  readonly problems: readonly ConfigProblem[];
}
export interface ConfigProblem {
  /** From the top to what is wrong; the last key may be missing from the text. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** With a warning it can be trained all the same. */
  readonly severity: 'error' | 'warning';
  /** Of the text, in UTF-16 code units: the value, or the key that does not belong there. */
  readonly start: number;
  readonly end: number;
  /** Whether the JSON schema of configs says it too. */
  readonly inSchema: boolean;
}

/** Client → server. As what a file or folder of data can be read; looks at its first megabytes. */
export const detectDataMethod = 'attentionScope/detectData';
export interface DetectDataParams {
  readonly task: Task;
  /** Absolute: a file or a folder; two files, the source's lines and the target's, or images and their labels. */
  readonly files: readonly string[];
}
export interface DetectDataResult {
  /** The likeliest first; none where it is nothing that the task learns from, as `problems` says. */
  readonly readings: readonly DataReading[];
  readonly problems: readonly string[];
}

/** One way to read data. */
export interface DataReading {
  /** Tells it from the others: the format as a config calls it, and what else there is to choose. */
  readonly id: string;
  /** "Tab-separated table, 3 columns". */
  readonly title: string;
  readonly columns: readonly DataColumn[];
  /** What the task wants columns for, and which it would take; none where there is nothing to choose. */
  readonly roles: readonly DataRole[];
  /** Lines, pairs, conversations or images. */
  readonly rows: number;
  /** `false`: the data are larger than what was read, and `rows` is estimated by their size. */
  readonly isCounted: boolean;
  /** What looks wrong, with the place. */
  readonly problems: readonly string[];
}

export interface DataColumn {
  /** Its name in the first line, or what it is. */
  readonly name: string;
  /** The first values, cut to 80 characters. */
  readonly examples: readonly string[];
}

/** `source`, `target`, `label` or `text`. */
export interface DataRole {
  readonly role: string;
  /** "The text", for people. */
  readonly title: string;
  /** Index among `columns`. */
  readonly column: number;
}

/** Client → server. Configs for data, one a size of model. */
export const proposeConfigMethod = 'attentionScope/proposeConfig';
export const modelSizes = ['small', 'medium', 'large'] as const;
export type ModelSize = (typeof modelSizes)[number];
export interface ProposeConfigParams {
  readonly task: Task;
  readonly name: string;
  /** Absolute folder that the config is written into: data below it are named relative to it. */
  readonly folder: string;
  readonly files: readonly string[];
  /** Of `detectData`, by its id; left out, the likeliest. */
  readonly reading?: string;
  /** A column's index for each role that is not to be as detected. */
  readonly roles: Readonly<Record<string, number>>;
  /** Language tags: one, or of a translation the source's and the target's; none of images. */
  readonly languages: readonly string[];
}
export interface ProposeConfigResult {
  readonly proposals: readonly ConfigProposal[];
}
export interface ConfigProposal {
  readonly size: ModelSize;
  /** JSON, as it is written into the file. */
  readonly text: string;
  /** "GRU with additive attention, width 128". */
  readonly title: string;
  /** Weights of the model, its vocabulary being as large as it may become. */
  readonly parameters: number;
  /** Whether it suits so much data. */
  readonly recommended: boolean;
}

/** Client → server. How long a training would take, and how much memory: measured by some of its steps. */
export const estimateRunMethod = 'attentionScope/estimateRun';
export interface EstimateRunParams {
  /** As of `checkConfig`. */
  readonly path: string;
  readonly text: string;
  readonly partialResultToken?: string | number;
}
/** What the estimate is about just now: "reading the corpus". */
export interface EstimateProgress {
  readonly doing: string;
}
export interface EstimateRunResult {
  readonly secondsAStep: number;
  /** Of all epochs. */
  readonly steps: number;
  readonly stepsAnEpoch: number;
  /** Of all steps, and of the held-out loss at each validation; using the model there, as for BLEU, comes on top. */
  readonly seconds: number;
  readonly validations: number;
  /** The most memory that the measured training had, resident. */
  readonly bytes: number;
  readonly parameters: number;
  /** Share of the corpus that was read for it; the steps are scaled. */
  readonly share: number;
}
