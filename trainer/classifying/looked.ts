import type { LabelProbability, Patch } from '../../protocol/classification.ts';
import type { SourceSide, TokenRange } from '../../protocol/trace.ts';
import type { HeadMaps } from '../decoding/witness.ts';
import type { OutputStates } from '../foreign/output-states.ts';

/** All that a model which writes nothing looked at, and what it found. */
export interface Looked {
  readonly model: string;
  /** A text that was given, or an image with where each position stands in it. */
  readonly source?: SourceSide;
  /** Ranges of its tokens, where they are others than the sentences of a text: two texts. */
  readonly sentences?: readonly TokenRange[] | undefined;
  readonly image?: { readonly width: number; readonly height: number; readonly patches: readonly Patch[] };
  /** What it wrote, of a pass that somebody wrote down. */
  readonly target?: SourceSide;
  readonly maps: readonly HeadMaps[];
  /** Of what classifies, most probable first. */
  readonly labels?: readonly LabelProbability[];
  /** Of what only reads. */
  readonly states?: OutputStates;
  readonly warnings: readonly string[];
}
