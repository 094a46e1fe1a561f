/** One line for each thing found. */
import { expect, test } from 'vitest';
import { describeTap, describeUntapped } from './describe.ts';
import { attend, Draft, width } from './draft.fixture.ts';
import { findIn } from './tapped.fixture.ts';

test('a tap in a branch, and an operator that cannot be read', async () => {
  const draft = new Draft();
  const x = draft.input('x', ['batch', 'length', width]);
  const branch = (): { graph: ReturnType<Draft['graph']> } => {
    const inner = new Draft();
    inner.scope = '/decoder/layers.0';
    inner.output(attend(inner, x));
    return { graph: inner.graph() };
  };
  draft.nodes.push({ name: 'merged', operator: 'If', inputs: [draft.input('cached', [1], 'bool')], outputs: ['y'], attributes: { then_branch: branch(), else_branch: branch() } });
  draft.nodes.push({ name: 'sparse', operator: 'SparseAttention', domain: 'com.microsoft', inputs: ['y'], outputs: ['z'] });
  draft.output('z');
  const { taps, untapped } = await findIn(draft.model());
  expect(taps.map(describeTap)).toEqual([expect.stringMatching(/^decoder\.0: causal self-attention, 2 heads, Softmax "\/decoder\/layers\.0\/Softmax_\d+" in merged\.then_branch$/)]);
  expect(untapped.map(describeUntapped)).toEqual([
    'com.microsoft.SparseAttention "sparse" cannot be read: The operator attends block by block by a sparse layout, and gives out no weights.',
  ]);
});
