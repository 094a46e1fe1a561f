/** What the engine's process and the one that started it say to each other (Node's IPC, structured clone). */
import type { ImageClassification, TextClassification } from '../../protocol/classification.ts';
import type { FailureData } from '../../protocol/failure.ts';
import type {
  Arithmetic, ArithmeticParams, ExportParams, ExportResult, HeadsParams, Influence, InfluenceParams, InfluenceProgress, Inspection, LinesParams, MapParams,
} from '../../protocol/inspection.ts';
import type { Trace, TraceProgress } from '../../protocol/trace.ts';
import type { ClassifyImageRequest, ClassifyRequest } from '../classifying/request.ts';
import type { ContinueRequest, ReplyRequest, TranslateRequest } from '../decoding/request.ts';
import type { HeadArrays, LineArrays, MapArrays } from '../inspection/held.ts';
import type { OpenRequest } from '../inspection/inspector.ts';

/** Which model is asked. */
export interface OfModel {
  /** Its folder, or its file. */
  readonly folder: string;
  /** Whether it is loaded though it is larger than the free memory. */
  readonly evenIfLarge?: boolean | undefined;
}

/** A call whose answer is a trace. */
interface Write<Request> {
  readonly params: Request & OfModel & { readonly progress: boolean };
  readonly result: Trace;
  readonly progress: TraceProgress;
}

/** Every call: what it takes and what it answers. */
export interface EngineCalls {
  /** Loads a model, if it is not the loaded one already. */
  readonly load: { readonly params: OfModel; readonly result: { readonly model: string } };
  /** Translates, loading the model first where needed. */
  readonly translate: Write<TranslateRequest>;
  /** Replies to a text, or continues it. */
  readonly reply: Write<ReplyRequest>;
  readonly continue: Write<ContinueRequest>;
  /** Classifies, loading the model first where needed. */
  readonly classify: { readonly params: ClassifyRequest & OfModel; readonly result: TextClassification };
  readonly classifyImage: { readonly params: ClassifyImageRequest & OfModel; readonly result: ImageClassification };
  /** Runs the model with every map looked at, and holds them. */
  readonly openInspection: { readonly params: OpenRequest & OfModel; readonly result: Inspection };
  readonly closeInspection: { readonly params: { readonly id: string }; readonly result: void };
  /** Reads what is held: no model is run, so these wait for none. */
  readonly inspectionMap: { readonly params: MapParams; readonly result: MapArrays };
  readonly inspectionHeads: { readonly params: HeadsParams; readonly result: HeadArrays };
  readonly inspectionLines: { readonly params: LinesParams; readonly result: LineArrays };
  readonly inspectionExport: { readonly params: ExportParams; readonly result: ExportResult };
  /** These run the model again that what is held is of. */
  readonly inspectionArithmetic: { readonly params: ArithmeticParams; readonly result: Arithmetic };
  readonly inspectionInfluence: { readonly params: InfluenceParams; readonly result: Influence; readonly progress: InfluenceProgress };
}
export type EngineCall = keyof EngineCalls;

/** What a call tells on its way. */
export type ProgressOf<Call extends EngineCall> = { [One in Call]: EngineCalls[One] extends { readonly progress: infer Progress } ? Progress : never }[Call];

export type ToEngine =
  | { [Call in EngineCall]: { readonly kind: 'call'; readonly id: number; readonly call: Call; readonly params: EngineCalls[Call]['params'] } }[EngineCall]
  /** Stop working on a call between two decoding steps; it still gets its reply (or failure). */
  | { readonly kind: 'cancel'; readonly id: number };

export type FromEngine =
  /** The model at work is that of `folder`. */
  | { readonly kind: 'state'; readonly id: number; readonly state: 'loading' | 'translating'; readonly folder: string }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: ProgressOf<EngineCall> }
  | { readonly kind: 'reply'; readonly id: number; readonly result: EngineCalls[EngineCall]['result'] }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: FailureData };
