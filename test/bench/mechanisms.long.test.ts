/**
 * That each race is between equals: the loss and all gradients of every mechanism's model in PyTorch (test/torch/bench_*.py)
 * are ours, at small sizes, on the same weights and the same kind of batch.
 */
import { describe } from 'vitest';
import { askBoth, expectSame } from '../../trainer/models/against-torch.fixture.ts';
import type { AttentionArchitecture } from '../../trainer/models/attention/scores.ts';
import type { Architecture } from '../../trainer/models/model.ts';
import { drawInto } from '../../trainer/training/draws.ts';
import { Kernels } from '../../trainer/kernels/kernels.ts';
import { testWithTorch } from '../torch/torch.ts';
import { batchesOf, type Exercise, stepModelOf } from './exercise.ts';
import { mechanisms } from './mechanism-list.ts';

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
