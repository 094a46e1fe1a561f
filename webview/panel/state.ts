/** What the panel knows, and how each message from the extension changes it. Pure: nothing here touches the page. */
import type { FailureData } from '../../protocol/failure.ts';
import type { Classified, Kind, Outcome, Writing } from '../../protocol/outcome.ts';
import type { Side, ToPanel } from '../../protocol/panel.ts';
import type { AttentionRow, MapId, SourceSide, TargetToken, TraceProgress } from '../../protocol/trace.ts';
import type { Span } from '../../protocol/trace.ts';
import { provisionalWords } from './provisional-words.ts';

/** A trace, finished or as far as it has come. */
export interface Pass {
  readonly kind: Writing;
  readonly model: string;
  readonly source: SourceSide;
  readonly target: { readonly text: string; readonly tokens: readonly TargetToken[]; readonly words: readonly Span[] };
  /** `undefined` of a model without attention. */
  readonly map: MapId | undefined;
  /** Those that could be drawn instead; empty until the pass is finished. */
  readonly maps: readonly MapId[];
  readonly rows: readonly AttentionRow[];
  readonly warnings: readonly string[];
}

/** What can be drawn. */
export type Content = Pass | Classified;

export type Stage =
  | { readonly kind: 'empty' }
  /** `content` is undefined until the model has read the source. If it is kept, it is whole: another map of it is asked for. */
  | { readonly kind: 'running'; readonly of: Kind; readonly model: string; readonly content: Content | undefined; readonly keeps?: true }
  | { readonly kind: 'done'; readonly content: Content }
  /** `content` is what had been written until then. */
  | { readonly kind: 'failed'; readonly of: Kind; readonly failure: FailureData; readonly content: Content | undefined };

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
        stage: message.outcome === undefined ? { kind: 'empty' } : { kind: 'done', content: finished(message.outcome) },
        highlight: undefined,
      };
    case 'begin':
      return begun(state, message);
    case 'progress':
      return { ...state, stage: progressed(state.stage, message.progress) };
    case 'end':
      return { ...state, stage: { kind: 'done', content: finished(message.outcome) } };
    case 'failed':
      return {
        stage: { kind: 'failed', of: kindOf(state.stage), failure: message.failure, content: contentOf(state.stage) },
        highlight: undefined,
      };
    case 'highlight':
      return { ...state, highlight: message.word === undefined ? undefined : { side: message.side, word: message.word } };
  }
}

export function contentOf(stage: Stage): Content | undefined {
  return stage.kind === 'empty' ? undefined : stage.content;
}

/** What is written, if anything is. */
export function passOf(stage: Stage): Pass | undefined {
  const content = contentOf(stage);
  return content?.kind === 'classification' ? undefined : content;
}

/** What is asked for, or was. */
export function kindOf(stage: Stage): Kind {
  switch (stage.kind) {
    case 'empty': return 'translation';
    case 'done': return stage.content.kind;
    default: return stage.of;
  }
}

/** The model to name in the header. */
export function modelOf(stage: Stage): string | undefined {
  if (stage.kind === 'running') return stage.model;
  const content = contentOf(stage);
  return content?.kind === 'classification' ? content.classification.model : content?.model;
}

/** What a content is known again by after a reload. */
export function signatureOf(content: Content | undefined): string {
  if (content === undefined) return '';
  return content.kind === 'classification' ? content.classification.source.text : content.target.text;
}

/** The words of a side; a classification has one side only. */
export function wordsOf(content: Content, side: Side): readonly Span[] {
  if (content.kind !== 'classification') return content[side].words;
  return side === 'source' ? content.classification.source.words : [];
}

export function finished(outcome: Outcome): Content {
  if (outcome.kind === 'classification') return outcome;
  const { model, source, target, map, maps, rows, warnings } = outcome.trace;
  return { kind: outcome.kind, model, source, target, map, maps, rows, warnings };
}

function begun(state: PanelState, { kind, model, keeps }: Extract<ToPanel, { type: 'begin' }>): PanelState {
  const kept = keeps === true ? contentOf(state.stage) : undefined;
  if (kept === undefined) return { stage: { kind: 'running', of: kind, model, content: undefined }, highlight: undefined };
  return { ...state, stage: { kind: 'running', of: kind, model, content: kept, keeps: true } };
}

function progressed(stage: Stage, progress: TraceProgress): Stage {
  // Progress may come to a panel that was created in the middle of a pass: the whole trace follows.
  if (stage.kind !== 'running' || stage.keeps === true || stage.of === 'classification') return stage;
  if (progress.kind === 'source') {
    const { model, source, map } = progress;
    return { ...stage, content: { kind: stage.of, model, source, target: { text: '', tokens: [], words: [] }, map, maps: [], rows: [], warnings: [] } };
  }
  const { content } = stage;
  if (content === undefined || content.kind === 'classification') return stage;
  const tokens = [...content.target.tokens.slice(0, progress.from), ...progress.tokens];
  const rows = [...content.rows.slice(0, progress.from), ...progress.rows];
  const text = content.target.text.slice(0, progress.at) + progress.text;
  const target = { text, tokens, words: provisionalWords(text, tokens) };
  return { ...stage, content: { ...content, target, rows } };
}
