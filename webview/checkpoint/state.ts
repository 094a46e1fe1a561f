/** What the page knows, and how each message from the extension changes it. Pure: nothing here touches the page. */
import type { CheckpointComparison, CheckpointSummary, CompareProgress, TensorStatistics, TextAttention } from '../../protocol/checkpoint.ts';
import type { ToCheckpointPage } from '../../protocol/checkpoint-page.ts';
import type { FailureData } from '../../protocol/failure.ts';

export type Stage =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly summary: CheckpointSummary }
  | { readonly kind: 'unreadable'; readonly failure: FailureData };

/** What measuring a tensor came to. */
export type Measurement =
  | { readonly kind: 'measured'; readonly statistics: TensorStatistics }
  | { readonly kind: 'failed'; readonly failure: FailureData };

/** A comparison with another checkpoint, or its last failure; `before` is what is shown again if it is cancelled. */
export type Comparing =
  | { readonly kind: 'running'; readonly other: string; readonly progress: CompareProgress | undefined; readonly before: Comparing | undefined }
  | { readonly kind: 'done'; readonly other: string; readonly comparison: CheckpointComparison }
  | { readonly kind: 'failed'; readonly other: string; readonly failure: FailureData };

export interface Attending {
  readonly isRunning: boolean;
  /** What was shown last, and still is. */
  readonly shown: TextAttention | undefined;
  readonly failure: FailureData | undefined;
}

export interface CheckpointState {
  readonly name: string;
  readonly stage: Stage;
  /** The file is another one by now. */
  readonly hasChanged: boolean;
  /** By the tensors' names. */
  readonly measurements: ReadonlyMap<string, Measurement>;
  readonly comparing: Comparing | undefined;
  readonly attending: Attending;
}

const noAttention: Attending = { isRunning: false, shown: undefined, failure: undefined };

export const initialState: CheckpointState = {
  name: '', stage: { kind: 'reading' }, hasChanged: false, measurements: new Map(), comparing: undefined, attending: noAttention,
};

export function reduce(state: CheckpointState, message: ToCheckpointPage): CheckpointState {
  switch (message.type) {
    case 'reading':
      return { ...initialState, name: message.name };
    case 'read':
      return { ...state, stage: { kind: 'read', summary: message.summary } };
    case 'unreadable':
      return { ...state, stage: { kind: 'unreadable', failure: message.failure } };
    case 'changed':
      return { ...state, hasChanged: true };
    case 'measured':
      return withMeasurement(state, message.tensor, { kind: 'measured', statistics: message.statistics });
    case 'unmeasurable':
      return withMeasurement(state, message.tensor, { kind: 'failed', failure: message.failure });
    case 'comparing':
      return { ...state, comparing: compared(state.comparing, message.other, message.progress) };
    case 'compared':
      return { ...state, comparing: { kind: 'done', other: message.other, comparison: message.comparison } };
    case 'incomparable':
      return { ...state, comparing: isUnwanted(message.failure) ? beforeOf(state.comparing) : { kind: 'failed', other: message.other, failure: message.failure } };
    case 'attending':
      return { ...state, attending: { ...state.attending, isRunning: true, failure: undefined } };
    case 'attended':
      return { ...state, attending: { isRunning: false, shown: message.attention, failure: undefined } };
    case 'unattended':
      return { ...state, attending: { ...state.attending, isRunning: false, failure: isUnwanted(message.failure) ? undefined : message.failure } };
  }
}

/** A tensor is to be measured anew: what was told of it is forgotten. */
export function withoutMeasurement(state: CheckpointState, tensor: string): CheckpointState {
  const measurements = new Map(state.measurements);
  measurements.delete(tensor);
  return { ...state, measurements };
}

/** The user, or a newer request, ended it: nothing went wrong. */
function isUnwanted({ code }: FailureData): boolean {
  return code === 'cancelled' || code === 'superseded';
}

function withMeasurement(state: CheckpointState, tensor: string, measurement: Measurement): CheckpointState {
  return { ...state, measurements: new Map(state.measurements).set(tensor, measurement) };
}

function compared(before: Comparing | undefined, other: string, progress: CompareProgress | undefined): Comparing {
  return { kind: 'running', other, progress, before: beforeOf(before) };
}

function beforeOf(comparing: Comparing | undefined): Comparing | undefined {
  return comparing?.kind === 'running' ? comparing.before : comparing;
}
