/** What is told of a head. */
import type { HeadFacts } from '../../../protocol/inspection.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import { headName, roleNames } from '../names.ts';
import { valueOf, type HeadOrder } from './arrange.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export const orderNames: Readonly<Record<HeadOrder, string>> = {
  layer: 'Layer', entropy: 'Entropy, lowest first', confidence: 'Confidence, highest first', diagonality: 'Diagonality, highest first',
  distance: 'Distance, nearest first', coverage: 'Coverage, highest first', similarity: 'Likeness',
};

/** What is measured, with its unit. */
export const measureNames: Readonly<Record<HeadOrder, string>> = {
  layer: 'Layer', entropy: 'Entropy, nats', confidence: 'Confidence', diagonality: 'Diagonality', distance: 'Distance, tokens', coverage: 'Coverage', similarity: 'Likeness',
};

export function factsOf({ entropy, confidence, diagonality, distance, coverage, similarity }: HeadFacts): readonly Fact[] {
  return [
    { name: 'entropy', value: `${entropy.toFixed(2)} nats` },
    { name: 'confidence', value: confidence.toFixed(2) },
    { name: 'diagonality', value: diagonality.toFixed(2) },
    ...(distance === null ? [] : [{ name: 'distance', value: `${distance.toFixed(1)} tokens` }]),
    { name: 'coverage', value: coverage.toFixed(2) },
    ...(similarity === null ? [] : [{ name: 'likeness', value: similarity.toFixed(2) }]),
  ];
}

/** "previous token 0.93". */
export function rolesOf({ roles }: HeadFacts): readonly string[] {
  return roles.map(({ role, score }) => `${roleNames[role]} ${score.toFixed(2)}`);
}

/** The value that an order sorts by, below a head. */
export function valueText(facts: HeadFacts, order: HeadOrder): string {
  const value = valueOf(facts, order);
  return value === undefined ? '' : value.toFixed(order === 'distance' ? 1 : 2);
}

/** The same for the ear: "Encoder, over the whole text: layer 3, head 5: previous token 0.93; entropy 1.20 nats, …". */
export function headSentence(facts: HeadFacts, severalKinds: boolean): string {
  const roles = rolesOf(facts);
  return `${nameAmong(facts, severalKinds)}: ${[...(roles.length === 0 ? [] : [roles.join(', ')]), factsOf(facts).map(fact => `${fact.name} ${fact.value}`).join(', ')].join('; ')}`;
}

/** "Encoder, over the whole text: layer 3, head 5", where there are heads of several kinds. */
export function nameAmong(facts: HeadFacts, severalKinds: boolean): string {
  return severalKinds ? `${kindNames[facts.kind].long}: ${headName(facts).toLowerCase()}` : headName(facts);
}
