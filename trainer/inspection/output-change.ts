/** How much of what comes out of a model that only reads has changed. */
import type { OutputChange } from '../../protocol/inspection.ts';
import { cosine } from '../foreign/cosine.ts';
import { logSoftmax } from '../foreign/log-softmax.ts';
import type { OutputStates } from '../foreign/output-states.ts';
import type { HeldPass } from './held.ts';
import type { Pass } from './pass.ts';

/** Probabilities that are told. */
const mostTold = 10;

/** A pass under interventions, with how much of its output has changed. @param before the same without them */
export function withChange(before: Pick<HeldPass, 'states'>, pass: Pass): Pass {
  if (pass.output.kind !== 'read' || before.states === undefined || pass.states === undefined) return pass;
  const change = outputChange(before.states, pass.states);
  return change === undefined ? pass : { ...pass, output: { kind: 'read', change } };
}

/** @returns nothing where nothing came out that could be compared */
export function outputChange(before: OutputStates, after: OutputStates): OutputChange | undefined {
  const pairs = [[before.vector, after.vector], [before.tokens?.numbers, after.tokens?.numbers], [before.scores, after.scores]] as const;
  const compared = pairs.flatMap(([one, other]) => (one === undefined || other === undefined ? [] : [isSame(one, other)]));
  if (compared.length === 0) return undefined;
  const { vector, tokens, scores } = before;
  return {
    isSame: compared.every(Boolean),
    ...(vector !== undefined && after.vector !== undefined && { cosine: isSame(vector, after.vector) ? 1 : cosine(vector, after.vector) }),
    ...(tokens !== undefined && after.tokens?.numbers.length === tokens.numbers.length && { tokens: tokenChanges(tokens, after.tokens) }),
    ...(scores !== undefined && after.scores?.length === scores.length && { probabilities: probabilityChanges(scores, after.scores) }),
  };
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((number, index) => Object.is(number, other[index]));
}

function tokenChanges({ width, numbers }: NonNullable<OutputStates['tokens']>, after: NonNullable<OutputStates['tokens']>): number[] {
  const changes = new Array<number>(Math.ceil(numbers.length / width)).fill(0);
  numbers.forEach((number, index) => {
    const token = Math.floor(index / width);
    changes[token] = Math.max(changes[token] ?? 0, Math.abs((after.numbers[index] ?? 0) - number));
  });
  return changes;
}

function probabilityChanges(before: Float32Array, after: Float32Array): NonNullable<OutputChange['probabilities']> {
  const [one, other] = [logSoftmax(before.slice()), logSoftmax(after.slice())];
  const all = Array.from(one, (logProb, index) => ({ index, before: Math.exp(logProb), after: Math.exp(other[index] ?? -Infinity) }));
  const changeOf = (of: { readonly before: number; readonly after: number }): number => Math.abs(of.after - of.before);
  return all.sort((first, second) => changeOf(second) - changeOf(first)).slice(0, mostTold);
}
