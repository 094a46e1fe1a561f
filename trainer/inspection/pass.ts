import type { Inspection } from '../../protocol/inspection.ts';
import type { Task } from '../../protocol/server.ts';
import type { HeldLayer } from './held.ts';

/** A pass that has just run, before it is held. */
export interface Pass extends Omit<Inspection, 'id' | 'asked' | 'layers' | 'isRounded'> {
  readonly layers: readonly HeldLayer[];
}

/** What a model is to read, and how. */
export interface InspectRequest {
  /** Of an image, its name. */
  readonly text: string;
  /** An image's bytes. */
  readonly image?: Uint8Array | undefined;
  readonly languageId: string;
  readonly beam: number;
  /** Left out, what the model is for. */
  readonly task?: Task | undefined;
}

/** Of a model whose every map can be looked at. */
export interface Inspectable {
  /**
   * Runs it, with every map looked at.
   * @throws Failure `bad-argument` where it is for no such task, or takes no such thing; and what the model throws when it is asked
   */
  inspect(request: InspectRequest, signal?: AbortSignal): Promise<Pass>;
}
