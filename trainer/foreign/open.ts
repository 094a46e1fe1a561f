/** Opens a model that somebody else made, of whatever format, to be asked. */
import type { UntappedInfo } from '../../protocol/checkpoint.ts';
import { announce, type WhenLarge } from './memory.ts';
import type { ForeignModel } from './opened.ts';
import { sizeOf } from './plan.ts';
import { planForeign } from './recognise.ts';
import { Helm } from '../steering/helm.ts';
import type { OpenModel } from './facets.ts';
import type { RunSettings } from './tapped-graph.ts';

export interface OpenForeign extends ForeignModel, OpenModel {
  /** What attends in it and cannot be read. */
  readonly untapped: readonly UntappedInfo[];
}

export interface ForeignOptions extends Omit<RunSettings, 'helm'> {
  readonly whenLarge: WhenLarge;
}

/**
 * @param path of a file or folder
 * @throws Failure `no-such-file`, `broken-model`, `not-enough-memory`; `bad-argument` for what can only be looked at
 */
export async function openForeign(path: string, { whenLarge, ...settings }: ForeignOptions): Promise<OpenForeign> {
  const plan = await planForeign(path);
  announce(plan.name, sizeOf(plan), whenLarge);
  const helm = new Helm();
  return { ...(await plan.open({ ...settings, helm })), helm, untapped: plan.graphs.flatMap(({ untapped }) => untapped) };
}
