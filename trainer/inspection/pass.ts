import type { Inspection } from '../../protocol/inspection.ts';
import type { Task } from '../../protocol/server.ts';
import type { OutputStates } from '../foreign/output-states.ts';
import type { HeldLayer } from './held.ts';

/** A pass that has just run, before it is held. */
export interface Pass extends Omit<Inspection, 'id' | 'asked' | 'layers' | 'isRounded'> {
  readonly layers: readonly HeldLayer[];
  /** Of what only reads: what comes out. */
  readonly states?: OutputStates | undefined;
}

/** What a model is to read, and how. */
export interface InspectRequest {
  /** Of an image, its name. */
  readonly text: string;
  /** Where in it a second text begins. */
  readonly second?: number | undefined;
  /** An image's bytes. */
  readonly image?: Uint8Array | undefined;
  readonly languageId: string;
  readonly beam: number;
  /** Left out, what the model is for. */
  readonly task?: Task | undefined;
}

/** Of a model whose every map can be looked at. */
export interface Inspectable {
  /** What stands for a text are numbers. */
  readonly reads?: 'numbers';
  /**
   * Runs it, with every map looked at.
   * @throws Failure `bad-argument` where it is for no such task, or takes no such thing; and what the model throws when it is asked
   */
  inspect(request: InspectRequest, signal?: AbortSignal): Promise<Pass>;
}
