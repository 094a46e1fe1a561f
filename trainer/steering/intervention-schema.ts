/** Interventions as they come from a client, or stand in a file. */
import * as z from 'zod';
import { type Intervention, mostInterventions, mostRowWeights } from '../../protocol/intervention.ts';
import { mapKinds } from '../../protocol/trace.ts';
import { longestText } from '../text/longest-text.ts';

/** No model has more layers, or heads in one. */
const mostHeads = 10_000;
/** No text has more tokens. */
const mostTokens = 1_000_000;

export const kindSchema = z.enum(mapKinds);
export const layerSchema = z.int().min(0).max(mostHeads);
export const headSchema = z.int().min(0).max(mostHeads);

/** Some things of a list, each of them once: what is asked for twice is worked out twice. */
export const eachOnce = <One>(one: z.ZodType<One>): z.ZodType<readonly One[]> =>
  z.array(one).max(mostHeads).refine(list => new Set(list.map(item => JSON.stringify(item))).size === list.length, 'each of them once was expected');
export const headsSchema = z.union([z.literal('all'), eachOnce(headSchema)]);

const place = z.int().min(0).max(mostTokens);
const weight = z.number().min(0).max(1e9);
const offset = z.int().min(0).max(longestText);
const text = z.string().max(longestText);
const set = { kind: kindSchema, layer: layerSchema, heads: headsSchema.refine(heads => heads.length > 0, 'one head at least was expected') };

const interventionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('knock-out'), ...set }),
  z.strictObject({ do: z.literal('keep-only'), kind: kindSchema, layer: layerSchema, head: headSchema }),
  z.strictObject({ do: z.literal('pin'), ...set, query: place, key: place, weight: weight.max(1) }),
  z.strictObject({ do: z.literal('row'), ...set, query: place, weights: z.array(weight).min(1).max(mostTokens) }),
  z.strictObject({ do: z.literal('prefix'), text }),
  z.strictObject({ do: z.literal('choose'), step: place, token: z.int().min(0) }),
  z.strictObject({ do: z.literal('replace'), start: offset, end: offset, text }),
  z.strictObject({ do: z.literal('mask'), start: offset, end: offset }),
]);

/** Counted before any of them is looked at: many lists that are long can be more than there is time and room for. */
const countedSchema = z.unknown().refine(list => !Array.isArray(list) || rowWeights(list) <= mostRowWeights, `at most ${mostRowWeights.toLocaleString('en')} weights of all rows together were expected`);

function rowWeights(list: readonly unknown[]): number {
  return list.reduce<number>((sum, one) => sum + (typeof one === 'object' && one !== null && 'weights' in one && Array.isArray(one.weights) ? one.weights.length : 0), 0);
}

export const interventionsSchema: z.ZodType<readonly Intervention[]> = countedSchema.pipe(z.array(interventionSchema).max(mostInterventions));
