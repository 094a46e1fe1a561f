/** What a model made of a text, of whichever kind: the one thing that annotations, hovers and the panel are about. */
import type { TextClassification } from './classification.ts';
import type { Task } from './server.ts';
import type { SourceSide, Trace } from './trace.ts';

/** What a model writes, word by word: all are told as a trace. */
export type Writing = 'translation' | 'reply' | 'continuation';

/** What can be asked of a model about a text. */
export type Kind = Writing | 'classification';

export interface Written {
  readonly kind: Writing;
  readonly trace: Trace;
}

export interface Classified {
  readonly kind: 'classification';
  readonly classification: TextClassification;
}

export type Outcome = Written | Classified;

/** The text that was given, with its words. */
export function sourceOf(outcome: Outcome): SourceSide {
  return outcome.kind === 'classification' ? outcome.classification.source : outcome.trace.source;
}

/** How messages and buttons speak of each kind. */
export interface Wording {
  /** What comes out: "the translation". */
  readonly noun: string;
  /** "Select text to translate." */
  readonly verb: string;
  /** "It was translated." */
  readonly past: string;
  /** "Translating…" */
  readonly doing: string;
  readonly task: Task;
}

export const wordings = {
  translation: {
    noun: 'translation', verb: 'translate', past: 'translated', doing: 'Translating', task: 'translation',
  },
  classification: {
    noun: 'classification', verb: 'classify', past: 'classified', doing: 'Classifying', task: 'classification',
  },
  reply: {
    noun: 'reply', verb: 'reply to', past: 'replied to', doing: 'Replying', task: 'dialogue',
  },
  continuation: {
    noun: 'continuation', verb: 'continue', past: 'continued', doing: 'Continuing', task: 'language-modelling',
  },
} as const satisfies Record<Kind, Wording>;

/** At the beginning of a line or a button. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
