/** What the inspector asks for besides what its views do: other inspections, and what leaves the page. */
import type { FromInspector, InspectRequests } from '../../protocol/inspect-page.ts';
import type { ExportResult, Inspection, OpenInspectionParams } from '../../protocol/inspection.ts';
import type { Inspector } from './inspector.ts';

/** What is told without an answer. */
export type Told = Extract<FromInspector, { readonly type: 'shown' | 'feed' | 'pin' | 'copy' | 'save-png' | 'save-csv' | 'remember' }>;

/** Each question rejects with a `Failure`; once aborted, with an `AbortError`. */
export interface InspectorHost extends Inspector {
  open(params: OpenInspectionParams, signal: AbortSignal): Promise<Inspection>;
  /** As `open`, in passing: what it gives is in nobody's history. */
  peek(params: OpenInspectionParams, signal: AbortSignal): Promise<Inspection>;
  recall(inspection: string, signal: AbortSignal): Promise<Inspection>;
  /** `null` where the user chose nothing. */
  another(params: InspectRequests['another']['params'], signal: AbortSignal): Promise<Inspection | null>;
  export(params: InspectRequests['export']['params'], signal: AbortSignal): Promise<ExportResult | null>;
  tell(message: Told): void;
}

