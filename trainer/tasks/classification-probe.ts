/** Looks at a classifier as a user would: classifies held-out examples and keeps what a few of them attended to. */
import { classificationScores } from '../analysis/classification-scores.ts';
import { bestClass, pooledAttention } from '../classifying/classification.ts';
import type { Answer } from '../classifying/graph.ts';
import type { LayerMap } from '../decoding/layer-maps.ts';
import type { Inspection } from '../training/task.ts';
import { type ProbedExample, writeProbe } from './probe-file.ts';
import { spread } from './spread.ts';

/** Held-out examples classified at each validation. */
const classified = 2000;
/** Of these, how many have their maps kept. */
const mapped = 8;
/** Of these, how many are shown. */
const shown = 2;

/** How the examples of a task are asked about and told of. */
export interface Probing<Example> {
  readonly answer: (example: Example) => Promise<Answer>;
  /** Index of its class. */
  readonly labelOf: (example: Example) => number;
  /** What stands at each position that the model attends to. */
  readonly positions: (example: Example, attention: readonly number[]) => string[];
  /** What a sample calls it. */
  readonly nameOf: (example: Example) => string;
}

/**
 * Accuracy and macro F1, both in percent.
 * @param file where the maps go (`writeProbe`): that of example n is what was pooled, `[1, positions]`
 * @param names of the classes
 */
export async function probeClassifier<Example>(
  file: string,
  examples: readonly Example[],
  names: readonly string[],
  { answer, labelOf, positions, nameOf }: Probing<Example>,
): Promise<Inspection> {
  const probed = spread(examples, classified);
  const predicted: number[] = [];
  const mappedExamples: ProbedExample[] = [];
  for (const [index, example] of probed.entries()) {
    const answered = await answer(example);
    const best = bestClass(answered);
    predicted.push(best);
    if (index >= mapped) continue;
    const attention = pooledAttention(answered);
    mappedExamples.push({
      map: { shape: [1, attention.length], data: Float32Array.from(attention) },
      layers: layersOf(answered),
      source: positions(example, attention),
      target: [names[best] ?? ''],
    });
  }
  await writeProbe(file, mappedExamples);
  const actual = probed.map(labelOf);
  const { accuracy, macroF1 } = classificationScores(actual, predicted, names.length);
  const samples = probed.slice(0, shown).map((example, index) => ({
    source: nameOf(example),
    target: names[predicted[index] ?? -1] ?? '',
    reference: names[actual[index] ?? -1] ?? '',
  }));
  return { metrics: { accuracy: 100 * accuracy, macroF1: 100 * macroF1 }, samples };
}

/** What was pooled, as the attention of one query across to all positions, and the encoder's own maps. */
function layersOf({ maps, weights }: Answer): LayerMap[] {
  const places = maps.map(({ kind, layer, queries, keys }) => ({ kind: kind === 'pooling' ? 'cross' : 'encoder', layer, queries, keys }) as const);
  const names = [...new Set(places.map(({ kind, layer }) => `${kind}.${layer}`))];
  return names.flatMap((name): LayerMap[] => {
    const heads = places.flatMap((place, index) => (`${place.kind}.${place.layer}` === name ? { ...place, weights: weights[index] ?? [] } : []));
    const [first] = heads;
    if (first === undefined) return [];
    const { kind, layer, queries, keys } = first;
    return [{ kind, layer, shape: [heads.length, queries, keys], data: Float32Array.from(heads.flatMap(head => head.weights)) }];
  });
}
