import { Failure } from '../../protocol/failure.ts';

/** Every hypothesis needs at least one reference: throws `Failure` `bad-argument` where one has none. */
export function checkReferences(hypotheses: readonly string[], references: readonly (readonly string[])[]): void {
  if (hypotheses.length === 0) {
    throw new Failure('bad-argument', 'There are no translations to score.', 'Give at least one sentence.');
  }
  if (hypotheses.length !== references.length) {
    throw new Failure(
      'bad-argument',
      `Found ${hypotheses.length} translations and references for ${references.length} sentences; expected as many.`,
      'Give a list of references for every translation, in the same order.',
    );
  }
  const bare = references.findIndex(list => list.length === 0);
  if (bare >= 0) {
    throw new Failure('bad-argument', `Sentence ${bare + 1} has no reference.`, 'Give it one, or leave it out.');
  }
}

/** The `nrefs` of a sacreBLEU signature: how many references each sentence has, `var` where that differs. */
export function referenceCount(references: readonly (readonly string[])[]): string {
  const counts = new Set(references.map(list => list.length));
  return counts.size === 1 ? String([...counts][0]) : 'var';
}
