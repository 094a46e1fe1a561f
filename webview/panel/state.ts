/** What the panel knows, and how each message from the extension changes it. Pure: nothing here touches the page. */
import type { FailureData } from '../../protocol/failure.ts';
import type { Side, ToPanel } from '../../protocol/panel.ts';
import type { AttentionRow, SourceSide, TargetToken, Trace, TraceProgress } from '../../protocol/trace.ts';
import type { Span } from '../../protocol/trace.ts';
import { provisionalWords } from './provisional-words.ts';

/** A trace, finished or as far as it has come. */
export interface Pass {
  readonly model: string;
  readonly source: SourceSide;
  readonly target: { readonly text: string; readonly tokens: readonly TargetToken[]; readonly words: readonly Span[] };
  readonly rows: readonly AttentionRow[];
  readonly warnings: readonly string[];
}

export type Stage =
  | { readonly kind: 'empty' }
  /** `pass` is undefined until the model has read the source. */
  | { readonly kind: 'running'; readonly model: string; readonly pass: Pass | undefined }
  | { readonly kind: 'done'; readonly pass: Pass }
  /** `pass` is what had been translated until then. */
  | { readonly kind: 'failed'; readonly failure: FailureData; readonly pass: Pass | undefined };

/** A word that is lit, with what it is linked to. */
export interface LitWord {
  readonly side: Side;
  readonly word: number;
}

export interface PanelState {
  readonly stage: Stage;
  /** Lit by the document: the pointer rests on a word there. */
  readonly highlight: LitWord | undefined;
}

export const initialState: PanelState = { stage: { kind: 'empty' }, highlight: undefined };

export function reduce(state: PanelState, message: ToPanel): PanelState {
  switch (message.type) {
    case 'show':
      return {
        stage: message.trace === undefined ? { kind: 'empty' } : { kind: 'done', pass: finished(message.trace) },
        highlight: undefined,
      };
    case 'begin':
      return { stage: { kind: 'running', model: message.model, pass: undefined }, highlight: undefined };
    case 'progress':
      return { ...state, stage: progressed(state.stage, message.progress) };
    case 'end':
      return { ...state, stage: { kind: 'done', pass: finished(message.trace) } };
    case 'failed':
      // The newer request that superseded this one owns the panel now.
      if (message.failure.code === 'superseded') return state;
      return { stage: { kind: 'failed', failure: message.failure, pass: passOf(state.stage) }, highlight: undefined };
    case 'highlight':
      return { ...state, highlight: message.word === undefined ? undefined : { side: message.side, word: message.word } };
  }
}

export function passOf(stage: Stage): Pass | undefined {
  return stage.kind === 'empty' ? undefined : stage.pass;
}

/** The model to name in the header. */
export function modelOf(stage: Stage): string | undefined {
  return stage.kind === 'running' ? stage.model : passOf(stage)?.model;
}

function finished(trace: Trace): Pass {
  const { model, source, target, rows, warnings } = trace;
  return { model, source, target, rows, warnings };
}

function progressed(stage: Stage, progress: TraceProgress): Stage {
  if (progress.kind === 'source') {
    const pass: Pass = {
      model: progress.model, source: progress.source, target: { text: '', tokens: [], words: [] }, rows: [], warnings: [],
    };
    return { kind: 'running', model: stage.kind === 'running' ? stage.model : progress.model, pass };
  }
  // Progress may come to a panel that was created in the middle of a pass: the whole trace follows.
  if (stage.kind !== 'running' || stage.pass === undefined) return stage;
  const { pass } = stage;
  const tokens = [...pass.target.tokens.slice(0, progress.from), ...progress.tokens];
  const rows = [...pass.rows.slice(0, progress.from), ...progress.rows];
  const text = pass.target.text.slice(0, progress.at) + progress.text;
  const target = { text, tokens, words: provisionalWords(text, tokens) };
  return { ...stage, pass: { ...pass, target, rows } };
}
