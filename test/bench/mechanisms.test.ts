/**
 * That each race is between equals: the loss and all gradients of every mechanism's model in PyTorch (test/torch/bench_*.py)
 * are ours, at small sizes, on the same weights and the same kind of batch. And that what is summed up is summed up rightly.
 */
import { describe, expect, test } from 'vitest';
import { askBoth, expectSame } from '../../trainer/models/against-torch.fixture.ts';
import type { AttentionArchitecture } from '../../trainer/models/attention/scores.ts';
import type { Architecture } from '../../trainer/models/model.ts';
import { drawInto } from '../../trainer/training/draws.ts';
import { Kernels } from '../../trainer/kernels/kernels.ts';
import { testWithTorch } from '../torch/torch.ts';
import { batchesOf, type Exercise, stepModelOf } from './exercise.ts';
import { mechanisms } from './mechanism-list.ts';
import { chosen, measurementsOf, summaryOf } from './mechanisms.ts';

const shape = { batch: 3, source: 6, target: 5 };
const labelSmoothing = 0.1;

describe("PyTorch's model computes what ours does", () => {
  testWithTorch.each(mechanisms)('$name', { timeout: 120_000 }, async ({ name, architecture: full }) => {
    const architecture = small(full);
    const exercise: Exercise = { name, architecture, shape };
    const { parameters: specs, graph } = stepModelOf(exercise);
    // What translators' graphs have besides is not compared.
    const step = graph(0, { labelSmoothing, dropout: false });
    const model = { ...step, logProbabilities: step.likelihood, attention: [] };
    const { tensors } = batchesOf(exercise, 1)[0]?.pad() ?? { tensors: {} };
    const needed = new Set(model.graph.inputs.map(input => input.name));
    const batch = Object.fromEntries(Object.entries({ ...tensors, 'gumbel.attention': gumbel(shape.target * shape.batch * shape.source) }).filter(([input]) => needed.has(input)));
    const options = { architecture, batch: shape.batch, labelSmoothing };
    expectSame(await askBoth({ script: 'bench_models', options, specs, model, batch, dropout: 0 }), specs.length);
  });
});

const raced = (name: string, time: number) => ({ name, parameters: 8e6, times: [time], peakMegabytes: 1, loadMilliseconds: 1 });

test('each rival gets the geometric mean of its ratios, and what is slower is named', () => {
  const race = (name: string, ours: number, theirs: number) => measurementsOf({ name, shape }, [raced('ours', ours), raced('PyTorch', theirs)]);
  const measured = [...race('additive', 1, 2), ...race('dot', 4, 2)];
  expect(measured.map(({ name }) => name)).toEqual(['step, additive, 8.0 M parameters, batch 3', 'step, dot, 8.0 M parameters, batch 3']);
  expect(summaryOf(measured)).toEqual(['  Of PyTorch: 1.000, the geometric mean of 2 ratios; above 1: dot (2.00).']);
  expect(summaryOf(race('additive', 1, 2))).toEqual(['  Of PyTorch: 0.500, the geometric mean of 1 ratios; above 1: none.']);
  expect(summaryOf(measurementsOf({ name: 'dot', shape }, [raced('ours', 1)]))).toEqual([]);
});

test('a mechanism that there is not is refused', () => {
  expect(chosen(mechanisms, { only: ['dot', 'additive'] }).map(({ name }) => name)).toEqual(['additive', 'dot']);
  expect(() => chosen(mechanisms, { only: ['adition'] })).toThrow(/there is no adition; there are none, additive/);
});

/** The same model with sizes that a test has time for. */
function small(architecture: Architecture): Architecture {
  const [vocabulary, sizes] = [40, { heads: 4, inner: 24, longest: 16 }];
  switch (architecture.kind) {
    case 'recurrent-translator':
      return { ...architecture, vocabulary, embedding: 12, hidden: 16, encoder: { ...architecture.encoder, hidden: 8 }, attention: narrow(architecture.attention) };
    case 'transformer-translator':
    case 'transformer-language-model':
      return { ...architecture, ...sizes, vocabulary, width: 16 };
    case 'text-classifier': {
      const { encoder, pooling } = architecture;
      const narrower = encoder.kind === 'transformer' ? { ...encoder, ...sizes } : encoder.kind === 'recurrent' ? { ...encoder, hidden: 6 } : encoder;
      return { ...architecture, vocabulary, embedding: 16, encoder: narrower, pooling: 'width' in pooling ? { ...pooling, width: 10 } : pooling };
    }
    case 'image-classifier':
      return { ...architecture, height: 8, width: 12, features: 16, inner: 24 };
  }
}

function narrow(attention: AttentionArchitecture): AttentionArchitecture {
  if (attention.score === 'local-p') return { ...attention, window: 2 };
  return 'width' in attention ? { ...attention, width: 12 } : attention;
}

function gumbel(length: number): Float32Array {
  const kernels = Kernels.allocate(Kernels.bytesOf(length));
  const drawn = kernels.floats(length);
  drawInto(drawn, 'gumbel.attention', kernels, 0, ['bench']);
  return drawn.data;
}
