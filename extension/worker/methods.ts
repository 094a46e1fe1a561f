import type {
  CompareCheckpointsParams, CompareCheckpointsResult, CompareProgress, InspectParams, InspectResult,
  TensorStatisticsParams, TensorStatisticsResult, TracedAttentionParams, TracedAttentionResult, compareCheckpointsMethod, inspectMethod,
  tensorStatisticsMethod, tracedAttentionMethod,
} from '../../protocol/checkpoint.ts';
import type {
  CancelJobParams, CancelJobResult, ListJobsParams, ListJobsResult, ResubmitRunParams, ResubmitRunResult, SubmitRunParams, SubmitRunResult,
  cancelJobMethod, listJobsMethod, resubmitRunMethod, submitRunMethod,
} from '../../protocol/cluster.ts';
import type {
  CheckConfigParams, CheckConfigResult, DetectDataParams, DetectDataResult, EstimateProgress, EstimateRunParams, EstimateRunResult, ProposeConfigParams,
  ProposeConfigResult, checkConfigMethod, detectDataMethod, estimateRunMethod, proposeConfigMethod,
} from '../../protocol/config.ts';
import type {
  Arithmetic, ArithmeticParams, CloseInspectionParams, ExportParams, ExportResult, HeadsParams, HeadsResult, Influence, InfluenceParams, InfluenceProgress,
  Inspection, LinesParams, LinesResult, MapParams, MapWindow, ModelVersionParams, OpenInspectionParams, arithmeticMethod, closeInspectionMethod, exportMethod, headsMethod,
  influenceMethod, linesMethod, mapMethod, modelVersionMethod, openInspectionMethod,
} from '../../protocol/inspection.ts';
import type {
  ControlRunParams, ControlRunResult, LabelRunParams, LabelRunResult, RestoreRunParams, RestoreRunResult, RunDetails, RunDetailsParams, RunHeadsParams,
  RunHeadsResult, RunProbeParams, RunProbeResult, RunSeriesParams, RunSeriesResult, StartRunParams, StartRunResult, TrashRunParams, TrashRunResult,
  WatchRunsParams, WatchRunsResult, controlRunMethod, labelRunMethod, restoreRunMethod, runDetailsMethod, runHeadsMethod, runProbeMethod, runSeriesMethod,
  startRunMethod, trashRunMethod, watchRunsMethod,
} from '../../protocol/runs.ts';
import type {
  ClassifyImageParams, ClassifyImageResult, ClassifyParams, ClassifyResult, ListModelsParams, ListModelsResult, TranslateParams, TranslateResult,
  WriteParams, classifyImageMethod, classifyMethod, continueMethod, listModelsMethod, replyMethod, translateMethod,
} from '../../protocol/server.ts';
import type { TraceProgress } from '../../protocol/trace.ts';

interface Of<Params, Result, Progress = never> {
  readonly params: Params;
  readonly result: Result;
  /** What arrives before the result; `never` where nothing does. */
  readonly progress: Progress;
}

/** What can be asked of the worker: each method's parameters and its result. */
export interface Methods {
  readonly [translateMethod]: Of<TranslateParams, TranslateResult, TraceProgress>;
  readonly [replyMethod]: Of<WriteParams, TranslateResult, TraceProgress>;
  readonly [continueMethod]: Of<WriteParams, TranslateResult, TraceProgress>;
  readonly [classifyMethod]: Of<ClassifyParams, ClassifyResult>;
  readonly [classifyImageMethod]: Of<ClassifyImageParams, ClassifyImageResult>;
  readonly [listModelsMethod]: Of<ListModelsParams, ListModelsResult>;
  readonly [inspectMethod]: Of<InspectParams, InspectResult>;
  readonly [tensorStatisticsMethod]: Of<TensorStatisticsParams, TensorStatisticsResult>;
  readonly [compareCheckpointsMethod]: Of<CompareCheckpointsParams, CompareCheckpointsResult, CompareProgress>;
  readonly [tracedAttentionMethod]: Of<TracedAttentionParams, TracedAttentionResult>;
  readonly [openInspectionMethod]: Of<OpenInspectionParams, Inspection>;
  readonly [modelVersionMethod]: Of<ModelVersionParams, string>;
  readonly [mapMethod]: Of<MapParams, MapWindow>;
  readonly [headsMethod]: Of<HeadsParams, HeadsResult>;
  readonly [linesMethod]: Of<LinesParams, LinesResult>;
  readonly [arithmeticMethod]: Of<ArithmeticParams, Arithmetic>;
  readonly [influenceMethod]: Of<InfluenceParams, Influence, InfluenceProgress>;
  readonly [exportMethod]: Of<ExportParams, ExportResult>;
  readonly [watchRunsMethod]: Of<WatchRunsParams, WatchRunsResult>;
  readonly [runDetailsMethod]: Of<RunDetailsParams, RunDetails>;
  readonly [runSeriesMethod]: Of<RunSeriesParams, RunSeriesResult>;
  readonly [runProbeMethod]: Of<RunProbeParams, RunProbeResult>;
  readonly [runHeadsMethod]: Of<RunHeadsParams, RunHeadsResult>;
  readonly [startRunMethod]: Of<StartRunParams, StartRunResult>;
  readonly [controlRunMethod]: Of<ControlRunParams, ControlRunResult>;
  readonly [labelRunMethod]: Of<LabelRunParams, LabelRunResult>;
  readonly [trashRunMethod]: Of<TrashRunParams, TrashRunResult>;
  readonly [restoreRunMethod]: Of<RestoreRunParams, RestoreRunResult>;
  readonly [checkConfigMethod]: Of<CheckConfigParams, CheckConfigResult>;
  readonly [detectDataMethod]: Of<DetectDataParams, DetectDataResult>;
  readonly [proposeConfigMethod]: Of<ProposeConfigParams, ProposeConfigResult>;
  readonly [estimateRunMethod]: Of<EstimateRunParams, EstimateRunResult, EstimateProgress>;
  readonly [submitRunMethod]: Of<SubmitRunParams, SubmitRunResult>;
  readonly [resubmitRunMethod]: Of<ResubmitRunParams, ResubmitRunResult>;
  readonly [listJobsMethod]: Of<ListJobsParams, ListJobsResult>;
  readonly [cancelJobMethod]: Of<CancelJobParams, CancelJobResult>;
}

export type Method = keyof Methods;

/** What is asked of an inspection once it is open. */
export type InspectionMethod =
  | typeof mapMethod | typeof headsMethod | typeof linesMethod | typeof arithmeticMethod | typeof influenceMethod | typeof exportMethod;

/** What the worker is told without an answer. */
export interface Notes {
  readonly [closeInspectionMethod]: CloseInspectionParams;
}

/** Those that run a model. */
export type RunningMethod =
  | typeof translateMethod | typeof replyMethod | typeof continueMethod | typeof classifyMethod | typeof classifyImageMethod
  | typeof openInspectionMethod | typeof influenceMethod;

/** Asks the worker: rejects with a `Failure`, or with the signal's reason as soon as that aborts. */
export type Ask<M extends Method = Method> = <One extends M>(
  method: One, params: Methods[One]['params'], signal: AbortSignal, onProgress?: (progress: Methods[One]['progress']) => void,
) => Promise<Methods[One]['result']>;
