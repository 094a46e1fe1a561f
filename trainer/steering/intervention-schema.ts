/** Interventions as they come from a client, and the heads and layers that are named in what else it asks. */
import * as z from 'zod';
import { checkInterventions } from '../../protocol/check-interventions.ts';
import { type Intervention, mostHeads } from '../../protocol/intervention.ts';
import { mapKinds } from '../../protocol/trace.ts';

export const kindSchema = z.enum(mapKinds);
export const layerSchema = z.int().min(0).max(mostHeads);
export const headSchema = z.int().min(0).max(mostHeads);

/** Some things of a list, each of them once: what is asked for twice is worked out twice. */
export const eachOnce = <One>(one: z.ZodType<One>): z.ZodType<readonly One[]> =>
  z.array(one).max(mostHeads).refine(list => new Set(list.map(item => JSON.stringify(item))).size === list.length, 'each of them once was expected');
export const headsSchema = z.union([z.literal('all'), eachOnce(headSchema)]);

export const interventionsSchema: z.ZodType<readonly Intervention[]> = z.unknown().transform((value, context) => {
  const checked = checkInterventions(value);
  if ('list' in checked) return checked.list;
  context.addIssue(checked.wrong);
  return z.NEVER;
});
