/** What a path holds that can be run, told before anything of it is loaded. */
import type { CheckpointSummary } from '../../protocol/checkpoint.ts';
import type { ForeignModel } from './opened.ts';
import type { GraphSource, RunSettings } from './tapped-graph.ts';

export interface Plan {
  /** Absolute path of the file or folder. */
  readonly path: string;
  /** How people call it. */
  readonly name: string;
  /** What it is, in a line: its architecture, as far as it is told. */
  readonly about: string;
  readonly tasks: CheckpointSummary['tasks'];
  /** Two texts are read as a pair. */
  readonly readsPairs?: true;
  /** The graphs it is run with. */
  readonly graphs: readonly GraphSource[];
  /** What it lacks, or what is to be known of how it runs. */
  readonly warnings: readonly string[];
  /** @throws Failure `broken-model` */
  readonly open: (settings: RunSettings) => Promise<ForeignModel>;
}

/** Of all files that it is loaded from, in bytes. */
export function sizeOf({ graphs }: Plan): number {
  const files = new Map(graphs.flatMap(graph => graph.files.map(({ path, size }) => [path, size] as const)));
  return [...files.values()].reduce((sum, size) => sum + size, 0);
}
