import { badArgument } from './command.ts';
import type { NamedTarget } from '../cluster/target.ts';

/** Options of every command that asks a cluster. */
export const targetOptions = { target: { type: 'string' }, targets: { type: 'string' } } as const;

export const targetHelp = `  --target NAME    the cluster, as the file of targets calls it (docs/cluster.md)
  --targets FILE   that file; default: ~/.config/attention-scope/targets.json
`;

/** @throws Failure `bad-argument`, `bad-config`, `no-such-file` */
export async function givenTarget(command: string, { target, targets: file }: { readonly target?: string | undefined; readonly targets?: string | undefined }): Promise<NamedTarget> {
  if (target === undefined) throw badArgument(command, '--target is missing.');
  const { pickTarget, readTargets } = await import('../cluster/target.ts');
  const { targets, place } = await readTargets(file);
  return pickTarget(targets, target, place);
}
