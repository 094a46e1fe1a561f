/** Which words matter, beside what they were attended to. */
import type { Influence } from '../../../protocol/inspection.ts';
import type { Numbers } from '../arithmetic/numbers.ts';

/** A row a word, the one that matters most first. */
export function influenceTable({ words, measure }: Influence, names: readonly string[]): Numbers {
  const byChange = words.toSorted((one, other) => other.change - one.change);
  const ranks = new Map(words.toSorted((one, other) => other.attention - one.attention).map(({ word }, rank) => [word, rank + 1]));
  const of = <Value>(tell: (word: Influence['words'][number]) => Value) => (row: number): Value | '' => {
    const word = byChange[row];
    return word === undefined ? '' : tell(word);
  };
  return {
    count: byChange.length,
    columns: [
      { name: 'Word', isText: true, cell: of(({ word }) => names[word] ?? '') },
      { name: 'rank', cell: row => String(row + 1) },
      { name: measure === 'cosine' ? 'less alike by' : 'less probable by', cell: of(({ change }) => `${change < 0 ? '−' : ''}${Math.abs(change).toFixed(3)}${measure === 'cosine' ? '' : ' nats'}`) },
      { name: 'rank by attention', cell: of(({ word }) => String(ranks.get(word) ?? '')) },
      { name: 'attention', cell: of(({ attention }) => attention.toFixed(3)) },
    ],
  };
}

/** How far both rankings agree, in one sentence. */
export function agreementText({ tau }: Influence): string {
  if (tau === null) return 'One of both rankings has only ties: there is no rank correlation.';
  const said = tau >= 0.7 ? 'both rank the words much alike' : tau >= 0.3 ? 'both rank the words somewhat alike' : tau > -0.3 ? 'the two rankings have little to do with each other' : 'the two rankings contradict each other';
  return `Kendall’s τ = ${tau.toFixed(2).replace('-', '−')}: ${said}.`;
}
