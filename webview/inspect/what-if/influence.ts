/** Which words matter, beside what they were attended to. */
import type { Influence, InspectedOutput, Inspection, MapChoice } from '../../../protocol/inspection.ts';
import type { Numbers } from '../arithmetic/numbers.ts';
import { layerOf } from '../choice/choices.ts';

type Asked = Pick<Inspection, 'axes' | 'layers' | 'reads'>;

/** Whether it reads words at all, some of which could be left out. */
export function readsWords({ axes, layers, reads }: Asked): boolean {
  return reads !== 'numbers' && layers.some(({ keys }) => isOfWords(axes[keys]));
}

/** Why words can't be ranked beside this map; `undefined`: they can. */
export function whyNoRanking({ axes, layers }: Asked, choice: MapChoice): string | undefined {
  const layer = layerOf(choice, { layers });
  return layer === undefined || isOfWords(axes[layer.keys]) ? undefined : 'Words of the text are left out, and ranked beside the attention that each got: choose a map whose keys are the text’s.';
}

/** What is told of each word, before it is. */
export function influenceText({ kind }: InspectedOutput): string {
  switch (kind) {
    case 'written': return 'The model runs once a word, and tells how much less probable what it wrote becomes without it.';
    case 'labelled': return 'The model runs once a word, and tells how much less probable the class that it found becomes without it.';
    case 'read': return 'The model runs once a word, and tells how much less its vector of the text is like what it was without it.';
  }
}

function isOfWords(axis: Inspection['axes'][number] | undefined): boolean {
  return axis?.side === 'source' && axis.words.length > 0;
}

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
      { name: 'rank', isShort: true, cell: row => String(row + 1) },
      { name: measure === 'cosine' ? 'less alike by' : 'less probable by', cell: of(({ change }) => `${change < 0 ? '−' : ''}${Math.abs(change).toFixed(3)}${measure === 'cosine' ? '' : ' nats'}`) },
      { name: 'rank by attention', cell: of(({ word }) => String(ranks.get(word) ?? '')) },
      { name: 'attention', isShort: true, cell: of(({ attention }) => attention.toFixed(3)) },
    ],
  };
}

/** How far both rankings agree, in one sentence. */
export function agreementText({ tau }: Influence): string {
  if (tau === null) return 'One of both rankings has only ties: there is no rank correlation.';
  const said = tau >= 0.7 ? 'both rank the words much alike' : tau >= 0.3 ? 'both rank the words somewhat alike' : tau > -0.3 ? 'the two rankings have little to do with each other' : 'the two rankings contradict each other';
  return `Kendall’s τ = ${tau.toFixed(2).replace('-', '−')}: ${said}.`;
}
