/** How much of what comes out of a model that only reads has changed. */
import type { OutputChange } from '../../protocol/inspection.ts';
import { sameNames } from '../../protocol/same-names.ts';
import { cosine } from '../foreign/cosine.ts';
import { logSoftmax } from '../foreign/log-softmax.ts';
import type { OutputStates } from '../foreign/output-states.ts';
import type { Pass } from './pass.ts';

type TokenStates = NonNullable<OutputStates['tokens']>;

/** Probabilities that are told. */
const mostTold = 10;

/** What was read, and what came out. */
type Read = Pick<Pass, 'axes' | 'states'>;

/** Of each token that is read now, which one of what was read before it is. */
type Origins = readonly (number | undefined)[];

/** A pass under interventions, with how much of its output has changed. @param before the same without them */
export function withChange(before: Read, pass: Pass): Pass {
  if (pass.output.kind !== 'read' || before.states === undefined || pass.states === undefined) return pass;
  const change = outputChange(before.states, pass.states, originsOf(before, pass));
  return change === undefined ? pass : { ...pass, output: { kind: 'read', change } };
}

/** @returns nothing where nothing came out that could be compared */
export function outputChange(before: OutputStates, after: OutputStates, origins: Origins = []): OutputChange | undefined {
  const pairs = [[before.vector, after.vector], [before.tokens?.numbers, after.tokens?.numbers], [before.scores, after.scores]] as const;
  const compared = pairs.flatMap(([one, other]) => (one === undefined || other === undefined ? [] : [isSame(one, other)]));
  if (compared.length === 0) return undefined;
  const { vector, tokens, scores } = before;
  return {
    isSame: compared.every(Boolean),
    ...(vector !== undefined && after.vector !== undefined && { cosine: isSame(vector, after.vector) ? 1 : cosine(vector, after.vector) }),
    ...(tokens !== undefined && after.tokens !== undefined && tokenChanges(tokens, after.tokens, origins)),
    ...(scores !== undefined && after.scores?.length === scores.length && { probabilities: probabilityChanges(scores, after.scores) }),
  };
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((number, index) => Object.is(number, other[index]));
}

/** Equal tokens are the same, in their order. */
function originsOf({ axes: [before] }: Read, { axes: [now] }: Read): Origins {
  const origins = new Array<number | undefined>(now?.tokens.length ?? 0).fill(undefined);
  for (const { one, other } of sameNames(before?.tokens ?? [], now?.tokens ?? [])) if (other !== undefined) origins[other] = one;
  return origins;
}

/** Of as many tokens, each is the one in its place; nothing where it is not known which one is which. */
function tokenChanges(before: TokenStates, after: TokenStates, origins: Origins): Pick<OutputChange, 'tokens'> {
  const { width } = before;
  const count = Math.ceil(after.numbers.length / width);
  const from = before.numbers.length === after.numbers.length ? Array.from({ length: count }, (_, token) => token) : origins;
  if (width !== after.width || from.length !== count) return {};
  return { tokens: from.map((origin, token) => (origin === undefined ? null : furthest(before.numbers.subarray(origin * width, (origin + 1) * width), after.numbers.subarray(token * width, (token + 1) * width)))) };
}

const furthest = (one: Float32Array, other: Float32Array): number => one.reduce((largest, number, place) => Math.max(largest, Math.abs((other[place] ?? 0) - number)), 0);

function probabilityChanges(before: Float32Array, after: Float32Array): NonNullable<OutputChange['probabilities']> {
  const [one, other] = [logSoftmax(before.slice()), logSoftmax(after.slice())];
  const all = Array.from(one, (logProb, index) => ({ index, before: Math.exp(logProb), after: Math.exp(other[index] ?? -Infinity) }));
  const changeOf = (of: { readonly before: number; readonly after: number }): number => Math.abs(of.after - of.before);
  return all.sort((first, second) => changeOf(second) - changeOf(first)).slice(0, mostTold);
}
