/** What is found in graphs as exporters write them, and what is not mistaken for attention. */
import { describe, expect, test } from 'vitest';
import { floats, type NewModel } from '../onnx/model.fixture.ts';
import { type AttentionParts, apart, attend, causal, Draft, heads, layer, linear, norm, together, width } from './draft.fixture.ts';
import { findIn, noise } from './tapped.fixture.ts';

const shape = ['batch', 'length', width] as const;

/** What one graph's taps come to: `decoder.0 × 2`. */
async function found(model: NewModel): Promise<readonly string[]> {
  const { taps, untapped } = await findIn(model);
  expect(untapped).toEqual([]);
  return taps.map(({ name, heads: count }) => `${name} × ${count ?? '?'}`);
}

/** One layer over `x`. */
function one(parts: (draft: Draft, x: string) => AttentionParts, opsets?: Readonly<Record<string, number>>): NewModel {
  const draft = new Draft();
  const x = draft.input('x', shape);
  draft.output(layer(draft, x, parts(draft, x)), 'y');
  return draft.model(opsets);
}

describe('softmaxes of attention', () => {
  test.each<[string, (draft: Draft, x: string) => AttentionParts]>([
    ['plain', () => ({})],
    ['behind dropout and a cast', draft => ({
      softmax: scores => draft.node('Cast', [draft.node('Dropout', [draft.node('Softmax', [draft.node('Cast', [scores], { to: 1 })], { axis: -1 })])], { to: 1 }),
    })],
    ['whose rows are put to zero where all is masked', draft => ({
      softmax: scores => {
        const weights = draft.node('Softmax', [scores], { axis: 3 });
        return draft.node('Where', [draft.node('IsNaN', [weights]), draft.number(0), weights]);
      },
    })],
    ['with a mask that is fed', draft => {
      const mask = draft.input('mask', ['batch', 1, 1, 'length']);
      return { mask: scores => draft.node('Add', [scores, draft.node('Mul', [draft.node('Sub', [draft.number(1), mask]), draft.number(-1e4)])]) };
    }],
    ['with a soft cap', draft => ({ mask: scores => draft.node('Mul', [draft.node('Tanh', [draft.node('Div', [scores, draft.number(5)])]), draft.number(5)]) })],
    ['with heads that talk', draft => ({
      mask: scores => draft.node('Transpose', [draft.node('MatMul', [draft.node('Transpose', [scores], { perm: [0, 2, 3, 1] }), draft.weight([heads, heads])])], { perm: [0, 3, 1, 2] }),
    })],
    ['with a sink', draft => ({
      mask: scores => draft.node('Pad', [scores, draft.list([0, 0, 0, 0, 0, 0, 0, 1])]),
      softmax: scores => draft.node('Slice', [draft.node('Softmax', [scores], { axis: -1 }), draft.list([0]), draft.list([-1]), draft.list([3])]),
    })],
    ['written out as exp and sum', draft => ({
      softmax: scores => {
        const exp = draft.node('Exp', [draft.node('Sub', [scores, draft.node('ReduceMax', [scores], { axes: [-1], keepdims: 1 })])]);
        return draft.node('Div', [exp, draft.node('ReduceSum', [exp, draft.list([-1])], { keepdims: 1 })]);
      },
    })],
    ['written out, with what keeps the sum from zero', draft => ({
      softmax: scores => {
        const exp = draft.node('Exp', [scores]);
        return draft.node('Mul', [exp, draft.node('Reciprocal', [draft.node('Add', [draft.node('ReduceSum', [exp, draft.list([-1])], { keepdims: 1 }), draft.number(1e-9)])])]);
      },
    })],
    ['as the exponential of its logarithm', draft => ({ softmax: scores => draft.node('Exp', [draft.node('LogSoftmax', [scores], { axis: -1 })]) })],
    ['as ONNX Runtime fuses it', draft => ({
      softmax: scores => draft.node('BiasSoftmax', [scores, draft.input('bias', ['batch', 1, 1, 'length'])], { axis: 3, is_inner_broadcast: 0 }, 'com.microsoft'),
    })],
  ])('%s', async (_, parts) => {
    expect(await found(one(parts))).toEqual(['encoder.0 × 2']);
  });

  test('of old operator sets, flattened to rows', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const softmax = (scores: string): string => {
      const rows = draft.node('Softmax', [draft.node('Flatten', [scores], { axis: 3 })]);
      return draft.node('Reshape', [rows, draft.node('Shape', [scores])]);
    };
    draft.output(attend(draft, x, { softmax }), 'y');
    const { taps } = await findIn(draft.model({ '': 11 }));
    expect(taps).toMatchObject([{ name: 'encoder.0', heads: 2, places: [{ reading: { rank: 4 } }] }]);
  });

  test('with batch and heads on one axis', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const fold = (value: string): string => draft.node('Reshape', [apart(draft, value), draft.list([-1, 5, width / heads])]);
    const [query, key, value] = [fold(linear(draft, x)), fold(linear(draft, x)), fold(linear(draft, x))];
    const weights = draft.node('Softmax', [draft.node('MatMul', [query, draft.node('Transpose', [key], { perm: [0, 2, 1] })])], { axis: -1 });
    draft.output(draft.node('MatMul', [weights, value]), 'y');
    expect(await found(draft.model())).toEqual(['encoder.0 × 2']);
  });

  test('with one head, over the axis before the last', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const [query, key, value] = [linear(draft, x), linear(draft, x), linear(draft, x)];
    const turned = draft.node('Softmax', [draft.node('MatMul', [key, draft.node('Transpose', [query], { perm: [0, 2, 1] })])], { axis: 1 });
    draft.output(draft.node('MatMul', [draft.node('Transpose', [value], { perm: [0, 2, 1] }), turned]), 'y');
    const { taps } = await findIn(draft.model());
    expect(taps).toMatchObject([{ name: 'encoder.0', heads: 1, places: [{ reading: { rank: 3, keysLast: false } }] }]);
  });

  test('as einsums', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const split = (value: string): string => draft.node('Reshape', [value, draft.list([0, 0, heads, width / heads])]);
    const scores = draft.node('Einsum', [split(linear(draft, x)), split(linear(draft, x))], { equation: 'bqhd,bkhd->bhqk' });
    draft.output(draft.node('Einsum', [draft.node('Softmax', [scores], { axis: -1 }), split(linear(draft, x))], { equation: 'bhqk,bkhd->bqhd' }), 'y');
    expect(await found(draft.model())).toEqual(['encoder.0 × 2']);
  });

  test('additive: a decoder over what it reads, and a text over itself', async () => {
    const draft = new Draft();
    const [state, memory] = [draft.input('state', ['batch', 1, width]), draft.input('memory', shape)];
    const score = (sum: string): string => draft.node('Squeeze', [draft.node('MatMul', [draft.node('Tanh', [sum]), draft.weight([width, 1])]), draft.list([2])]);
    const pooled = (sum: string, over: string): string =>
      draft.node('MatMul', [draft.node('Unsqueeze', [draft.node('Softmax', [score(sum)], { axis: -1 }), draft.list([1])]), over]);
    draft.output(pooled(draft.node('Add', [linear(draft, state), linear(draft, memory)]), memory), 'context');
    draft.output(pooled(linear(draft, memory), memory), 'pooled');
    expect(await found(draft.model())).toEqual(['encoder.0 × 1', 'cross.0 × 1']);
  });

  test('additive as Keras has it: sums in place of products', async () => {
    const draft = new Draft();
    const [state, memory] = [draft.input('state', ['batch', width]), draft.input('memory', shape)];
    const query = draft.node('Unsqueeze', [linear(draft, state), draft.list([1])]);
    const energies = draft.node('Mul', [draft.weight([width]), draft.node('Tanh', [draft.node('Add', [query, linear(draft, memory)])])]);
    const weights = draft.node('Softmax', [draft.node('ReduceSum', [energies, draft.list([-1])], { keepdims: 0 })], { axis: -1 });
    draft.output(draft.node('ReduceSum', [draft.node('Mul', [draft.node('Unsqueeze', [weights, draft.list([2])]), memory]), draft.list([1])], { keepdims: 0 }), 'context');
    expect(await found(draft.model())).toEqual(['cross.0 × 1']);
  });

  test('quantised when it runs', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const product = (left: string, right: string): string => {
      const [a, sa, za] = draft.many('DynamicQuantizeLinear', [left], 3);
      const [b, sb, zb] = draft.many('DynamicQuantizeLinear', [right], 3);
      const whole = draft.node('Cast', [draft.node('MatMulInteger', [a ?? '', b ?? '', za ?? '', zb ?? ''])], { to: 1 });
      return draft.node('Mul', [whole, draft.node('Mul', [sa ?? '', sb ?? ''])]);
    };
    const [query, key, value] = [apart(draft, linear(draft, x)), apart(draft, linear(draft, x), [0, 2, 3, 1]), apart(draft, linear(draft, x))];
    draft.output(together(draft, product(draft.node('Softmax', [product(query, key)], { axis: -1 }), value)), 'y');
    expect(await found(draft.model())).toEqual(['encoder.0 × 2']);
  });

  test('of a projection in 4 bits', async () => {
    const draft = new Draft();
    const x = draft.input('x', ['batch', 'length', 32]);
    const project = (): string => {
      const [packed, scales] = [draft.store({ name: `packed_${draft.nodes.length}`, dtype: 'uint8', shape: [width, 1, 16], data: new Uint8Array(width * 16) }), draft.weight([width])];
      return draft.node('MatMulNBits', [x, packed, scales], { K: 32, N: width, bits: 4, block_size: 32 }, 'com.microsoft');
    };
    const scores = draft.node('MatMul', [apart(draft, project()), apart(draft, project(), [0, 2, 3, 1])]);
    draft.output(together(draft, draft.node('MatMul', [draft.node('Softmax', [scores], { axis: -1 }), apart(draft, project())])), 'y');
    expect(await found(draft.model())).toEqual(['encoder.0 × 2']);
  });
});

describe('softmaxes of something else', () => {
  test.each<[string, (draft: Draft, x: string) => string]>([
    ['a classifier', (draft, x) => draft.node('Softmax', [linear(draft, layerless(draft, x), width, 3)], { axis: -1 })],
    ['a router of experts', (draft, x) => {
      const gates = draft.node('Unsqueeze', [draft.node('Softmax', [linear(draft, x, width, 4)], { axis: -1 }), draft.list([2])]);
      const experts = draft.node('Reshape', [linear(draft, x, width, 4 * width), draft.list([0, 0, 4, width])]);
      return draft.node('MatMul', [gates, experts]);
    }],
    ['a gate', (draft, x) => draft.node('Mul', [draft.node('Softmax', [linear(draft, x)], { axis: -1 }), linear(draft, x)])],
    ['scores of a beam', (draft, x) => draft.many('TopK', [draft.node('LogSoftmax', [linear(draft, x, width, 6)], { axis: -1 }), draft.list([2])], 2)[0] ?? ''],
    ['two towers compared', (draft, x) => draft.node('Softmax', [draft.node('MatMul', [linear(draft, x), draft.node('Transpose', [linear(draft, draft.input('other', shape))], { perm: [0, 2, 1] })])], { axis: -1 })],
    ['linear attention, each side by itself', (draft, x) => {
      const [query, key] = [draft.node('Softmax', [linear(draft, x)], { axis: -1 }), draft.node('Softmax', [linear(draft, x)], { axis: 1 })];
      return draft.node('MatMul', [query, draft.node('MatMul', [draft.node('Transpose', [key], { perm: [0, 2, 1] }), linear(draft, x)])]);
    }],
    ['bins that are averaged', (draft, x) => draft.node('MatMul', [draft.node('Softmax', [linear(draft, x)], { axis: -1 }), draft.weight([width, 1])])],
  ])('%s', async (_, make) => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    draft.output(make(draft, x), 'y');
    expect(await found(draft.model())).toEqual([]);
  });

  const layerless = (draft: Draft, x: string): string => norm(draft, linear(draft, x));
});

describe('of what over what', () => {
  const triangle = (size: number, hidden: number, seen: number): readonly number[] =>
    Array.from({ length: size * size }, (_, index) => (index % size > Math.floor(index / size) ? hidden : seen));

  test.each<[string, (draft: Draft, x: string) => AttentionParts, string]>([
    ['positions compared', (draft, x) => ({ mask: causal(draft, x) }), 'decoder'],
    ['a triangle cut out', draft => {
      const ones = draft.node('ConstantOfShape', [draft.list([9, 9])]);
      return { mask: scores => draft.node('Add', [scores, draft.node('Trilu', [ones, draft.integer(1)], { upper: 1 })]) };
    }, 'decoder'],
    ['a stored triangle, cut to length', draft => {
      const mask = draft.store({ name: 'h.0.attn.bias', dtype: 'bool', shape: [1, 1, 16, 16], data: Uint8Array.from(triangle(16, 0, 1)) });
      return { mask: scores => draft.node('Where', [draft.node('Slice', [mask, draft.list([0, 0]), draft.list([5, 5]), draft.list([2, 3])]), scores, draft.number(-1e4)]) };
    }, 'decoder'],
    ['a stored triangle of large negative numbers', draft => {
      const mask = draft.store(floats('mask', triangle(5, -3e38, 0), [1, 1, 5, 5]));
      return { mask: scores => draft.node('Add', [scores, mask]) };
    }, 'decoder'],
    ['a past', draft => ({ keys: keys => draft.node('Concat', [draft.input('past', ['batch', heads, 'past', width / heads]), keys], { axis: 2 }) }), 'decoder'],
    ['a stored bias of each head', draft => {
      const bias = draft.store(floats('bias', [...noise(2 * 25)], [1, 2, 5, 5]));
      return { mask: scores => draft.node('Add', [scores, bias]) };
    }, 'encoder'],
    ['a mask by length', (draft, x) => {
      const length = draft.node('Gather', [draft.node('Shape', [x]), draft.integer(1)], { axis: 0 });
      const positions = draft.node('Range', [draft.integer(0), length, draft.integer(1)]);
      const inside = draft.node('Less', [positions, draft.input('lengths', ['batch', 1, 1, 1], 'int64')]);
      return { mask: scores => draft.node('Where', [inside, scores, draft.number(-1e4)]) };
    }, 'encoder'],
    ['a window to both sides', (draft, x) => {
      const length = draft.node('Gather', [draft.node('Shape', [x]), draft.integer(1)], { axis: 0 });
      const positions = draft.node('Range', [draft.integer(0), length, draft.integer(1)]);
      const apartBy = draft.node('Abs', [draft.node('Sub', [draft.node('Unsqueeze', [positions, draft.list([1])]), positions])]);
      return { mask: scores => draft.node('Where', [draft.node('LessOrEqual', [apartBy, draft.integer(64)]), scores, draft.number(-1e4)]) };
    }, 'encoder'],
    ['buckets of distances, as T5 looks them up', (draft, x) => {
      const length = draft.node('Gather', [draft.node('Shape', [x]), draft.integer(1)], { axis: 0 });
      const positions = draft.node('Range', [draft.integer(0), length, draft.integer(1)]);
      const distance = draft.node('Sub', [positions, draft.node('Unsqueeze', [positions, draft.list([1])])]);
      const bucket = draft.node('Cast', [draft.node('Greater', [distance, draft.integer(0)])], { to: 7 });
      const bias = draft.node('Transpose', [draft.node('Gather', [draft.weight([2, heads]), bucket])], { perm: [2, 0, 1] });
      return { mask: scores => draft.node('Add', [scores, bias]) };
    }, 'encoder'],
    ['another text', draft => ({ memory: draft.input('memory', shape) }), 'cross'],
    ['shortened keys of the same', (draft, x) => ({
      memory: norm(draft, draft.node('Transpose', [draft.node('Conv', [draft.node('Transpose', [x], { perm: [0, 2, 1] }), draft.weight([width, width, 2])], { strides: [2] })], { perm: [0, 2, 1] })),
    }), 'encoder'],
  ])('%s', async (_, parts, kind) => {
    expect(await found(one(parts))).toEqual([`${kind}.0 × 2`]);
  });

  test('keys that come in from outside are another text’s', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const [key, value] = [draft.input('past.encoder.key', ['batch', heads, 'source', width / heads]), draft.input('past.encoder.value', ['batch', heads, 'source', width / heads])];
    draft.output(attend(draft, x, { memory: x, keys: () => key, values: () => value }), 'y');
    expect(await found(draft.model())).toEqual(['cross.0 × 2']);
  });

  test('a rotated query and key are of one text, though positions are shared by all', async () => {
    const draft = new Draft();
    const [x, positions] = [draft.input('x', shape), draft.input('position_ids', ['batch', 'length'], 'int64')];
    const angle = draft.node('Unsqueeze', [draft.node('MatMul', [draft.node('Cast', [draft.node('Unsqueeze', [positions, draft.list([2])])], { to: 1 }), draft.weight([1, width / heads])]), draft.list([1])]);
    const [cos, sin] = [draft.node('Cos', [angle]), draft.node('Sin', [angle])];
    const turned = (value: string): string => {
      const [one_, two] = draft.many('Split', [value, draft.list([2, 2])], 2, { axis: 3 });
      const half = draft.node('Concat', [draft.node('Neg', [two ?? '']), one_ ?? ''], { axis: 3 });
      return draft.node('Add', [draft.node('Mul', [value, cos]), draft.node('Mul', [half, sin])]);
    };
    const scores = (memory: string): string => draft.node('MatMul', [turned(apart(draft, linear(draft, x))), draft.node('Transpose', [turned(apart(draft, linear(draft, memory)))], { perm: [0, 1, 3, 2] })]);
    for (const memory of [x, draft.input('memory', shape)]) {
      draft.output(together(draft, draft.node('MatMul', [draft.node('Softmax', [scores(memory)], { axis: -1 }), apart(draft, linear(draft, memory))])), `over_${memory}`);
    }
    expect(await found(draft.model())).toEqual(['encoder.0 × 2', 'cross.0 × 2']);
  });

  test('an encoder and a decoder in one graph', async () => {
    const draft = new Draft();
    const [source, target] = [draft.input('source', shape), draft.input('target', shape)];
    const memory = layer(draft, layer(draft, source));
    const mask = causal(draft, target);
    let y = target;
    for (let index = 0; index < 2; index++) y = layer(draft, layer(draft, y, { mask }), { memory });
    draft.output(y, 'y');
    expect(await found(draft.model())).toEqual(['encoder.0 × 2', 'encoder.1 × 2', 'decoder.0 × 2', 'decoder.1 × 2', 'cross.0 × 2', 'cross.1 × 2']);
  });
});

test('layers have the numbers that their names tell', async () => {
  const draft = new Draft();
  let x = draft.input('x', shape);
  for (const number of [3, 7, 11]) {
    draft.scope = `/model/layers.${number}/self_attn`;
    x = layer(draft, x);
  }
  draft.output(x, 'y');
  expect(await found(draft.model())).toEqual(['encoder.3 × 2', 'encoder.7 × 2', 'encoder.11 × 2']);
});

test('nodes may stand in any order', async () => {
  const draft = new Draft();
  let x = draft.input('x', shape);
  for (let index = 0; index < 3; index++) x = layer(draft, x);
  draft.output(x, 'y');
  const { graph, ...model } = draft.model();
  const names = async (nodes: NewModel['graph']['nodes']): Promise<readonly string[]> => (await findIn({ ...model, graph: { ...graph, nodes } })).taps.map(tap => `${tap.name} ${tap.node.name}`);
  expect(await names(graph.nodes.toReversed())).toEqual(await names(graph.nodes));
});
