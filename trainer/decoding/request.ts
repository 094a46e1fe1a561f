import { Failure } from '../../protocol/failure.ts';
import { longestText } from '../../protocol/longest-text.ts';
import type { MapId, TraceProgress } from '../../protocol/trace.ts';
import type { Sampling } from './sampling.ts';
import type { Witness } from './witness.ts';

/** The widest beam. */
export const widestBeam = 32;

/** What to translate, and how. */
export interface TranslateRequest {
  readonly text: string;
  /** How many hypotheses to keep; 1 is greedy. */
  readonly beam: number;
  /** VS Code's language id of the document: decides which comment markers are hidden. */
  readonly languageId?: string;
  /** Which map the trace's rows are to be of; left out, the one that aligns best. */
  readonly map?: MapId | undefined;
}

/** A text whose turns are to be replied to. */
export interface ReplyRequest {
  readonly text: string;
  readonly languageId?: string;
  readonly map?: MapId | undefined;
}

/** A text to continue, and how. */
export interface ContinueRequest {
  readonly text: string;
  readonly languageId?: string;
  readonly map?: MapId | undefined;
  /** The most probable tokens without it. */
  readonly sampling?: Sampling | undefined;
  /** The most tokens to write. */
  readonly length?: number | undefined;
}

export interface TranslateOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called as tokens come; without it no partial result is made. */
  readonly onProgress?: ((progress: TraceProgress) => void) | undefined;
  /** Looks on: is told every map and every step. */
  readonly witness?: Witness | undefined;
}

/**
 * Refuses a request that no model could answer.
 * @throws Failure `empty-text`, `text-too-long`, `bad-argument`
 */
export function checkRequest({ text, beam }: TranslateRequest): void {
  checkText(text, 'translate', 'translated');
  if (!Number.isInteger(beam) || beam < 1 || beam > widestBeam) {
    throw new Failure(
      'bad-argument',
      `The beam is ${beam}; a whole number from 1 (greedy) to ${widestBeam} was expected.`,
      'Use 1 or 5.',
    );
  }
}

/**
 * @param todo what is asked for, and `done` what comes of it, in messages: translate, translated
 * @throws Failure `empty-text`, `text-too-long`
 */
export function checkText(text: string, todo: string, done: string): void {
  if (text.length > longestText) {
    throw new Failure(
      'text-too-long',
      `The text has ${text.length.toLocaleString('en')} characters; at most ${longestText.toLocaleString('en')} are ${done} at once.`,
      'Select less of it.',
    );
  }
  if (text.trim() === '') {
    throw new Failure('empty-text', `There is nothing to ${todo}: the text is empty.`, 'Select some words.');
  }
}
