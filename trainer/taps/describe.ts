/** What was found, for people: one line for each tap, and for each operator that cannot be read. */
import type { Tap, Untapped } from './tap.ts';

const kinds = { encoder: 'self-attention', decoder: 'causal self-attention', cross: 'cross-attention' } as const;

/** `decoder.0: causal self-attention, 8 heads, Softmax "/model/layers.0/self_attn/Softmax"`. */
export function describeTap({ name, kind, heads, operator, node, within }: Tap): string {
  const count = heads === undefined ? 'heads known when it runs' : heads === 1 ? '1 head' : `${heads} heads`;
  const stand = within.map(({ node: outer, attribute }) => (outer === '' ? attribute : `${outer}.${attribute}`)).join(' › ');
  return `${name}: ${kinds[kind]}, ${count}, ${operator}${node.name === '' ? '' : ` "${node.name}"`}${stand === '' ? '' : ` in ${stand}`}`;
}

/** `com.microsoft.SparseAttention "attn_0" cannot be read: …`. */
export function describeUntapped({ operator, node, why }: Untapped): string {
  return `${operator}${node === '' ? '' : ` "${node}"`} cannot be read: ${why}`;
}
