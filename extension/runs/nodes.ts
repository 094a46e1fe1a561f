/** What the trees consist of. A node tells only which thing it is: what is known of a run is asked of the store. */
import type { ModelInfo } from '../../protocol/server.ts';

export interface ExperimentNode {
  readonly kind: 'experiment';
  readonly name: string;
}

export interface RunNode {
  readonly kind: 'run';
  readonly folder: string;
}

export interface CheckpointNode {
  readonly kind: 'checkpoint';
  /** Absolute, the run's. */
  readonly run: string;
  /** Absolute, its own. */
  readonly folder: string;
}

export type RunTreeNode = ExperimentNode | RunNode | CheckpointNode;

export interface ModelGroupNode {
  readonly kind: 'models';
  readonly of: 'bundled' | 'opened' | 'runs';
}

export interface ModelNode {
  readonly kind: 'model';
  /** Absolute, of a folder or a file. */
  readonly folder: string;
  /** As the worker lists it; `undefined` of a run's checkpoint. */
  readonly model: ModelInfo | undefined;
  /** The run whose best checkpoint it is, by the run's folder. */
  readonly run: string | undefined;
}

export type ModelTreeNode = ModelGroupNode | ModelNode;

/** Nodes that stand for a file or a folder. */
export type PlaceNode = RunNode | CheckpointNode | ModelNode;

const placeKinds: readonly string[] = ['run', 'checkpoint', 'model'] satisfies readonly PlaceNode['kind'][];

/** A node, out of what VS Code gives to a command. */
function isPlaceNode(given: unknown): given is PlaceNode {
  return typeof given === 'object' && given !== null
    && 'kind' in given && typeof given.kind === 'string' && placeKinds.includes(given.kind)
    && 'folder' in given && typeof given.folder === 'string';
}

/**
 * What a command of a tree's menu is for: all that is selected where the entry that was clicked is among it, else that alone; nothing
 * where it was run from elsewhere.
 */
export function placesGiven(clicked: unknown, selected: unknown): readonly PlaceNode[] {
  const all = Array.isArray(selected) ? selected.filter(isPlaceNode) : [];
  if (all.length > 0) return all;
  return isPlaceNode(clicked) ? [clicked] : [];
}
