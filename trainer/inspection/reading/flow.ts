import { mostFlowTokens } from '../../../protocol/inspection.ts';
import { Failure } from '../../../protocol/failure.ts';
import { type Edge, FlowNetwork } from './max-flow.ts';
import { turn } from './turn.ts';

/** @throws Failure `bad-argument` above `mostFlowTokens` */
export function refuseLongFlow(tokens: number): void {
  if (tokens <= mostFlowTokens) return;
  const message = `Attention flow was asked for of ${tokens} tokens; it is worked out for at most ${mostFlowTokens}, since every pair of tokens is a flow problem of its own.`;
  throw new Failure('bad-argument', message, 'Choose a shorter text, or attention rollout, which follows the same ways by products of matrices.');
}

/**
 * Attention flow (Abnar and Zuidema 2020, "Quantifying Attention Flow in Transformers", section 4): positions of every
 * layer are nodes, attention weights the capacities of edges to the layer before, and what an input token gives to a
 * position is the maximum flow between the two. Rows do not sum up to 1: each pair has the network to itself.
 * @param layers with their residuals, from the first; `[token][token]`
 * @returns `[token after the last layer][input token]`
 * @throws AbortError
 */
export async function flowThrough(layers: readonly Float32Array[], tokens: number, signal: AbortSignal): Promise<Float32Array> {
  const network = new FlowNetwork((layers.length + 1) * tokens, layers.flatMap((layer, depth) => edgesOf(layer, depth, tokens)));
  const flows = new Float32Array(tokens * tokens);
  for (let position = 0; position < tokens; position++) {
    await turn(signal);
    for (let input = 0; input < tokens; input++) flows[position * tokens + input] = network.maxFlow(layers.length * tokens + position, input);
  }
  return flows;
}

/** Node `depth · tokens + i` is position `i` before layer `depth`. */
function edgesOf(layer: Float32Array, depth: number, tokens: number): Edge[] {
  const edges: Edge[] = [];
  layer.forEach((capacity, place) => {
    const [from, to] = [(depth + 1) * tokens + Math.floor(place / tokens), depth * tokens + (place % tokens)];
    if (capacity > 0) edges.push({ from, to, capacity });
  });
  return edges;
}
