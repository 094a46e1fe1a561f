import { describe, expect, it } from 'vitest';
import { Random } from '../../training/random.ts';
import { type Edge, FlowNetwork } from './max-flow.ts';

const edges = (...given: readonly (readonly [number, number, number])[]): Edge[] => given.map(([from, to, capacity]) => ({ from, to, capacity }));

/** Ford and Fulkerson's theorem: the least capacity that leads out of any set of nodes with the source and without the sink. */
function leastCut(nodes: number, network: readonly Edge[], source: number, sink: number): number {
  let least = Infinity;
  for (let set = 0; set < 2 ** nodes; set++) {
    const inside = (node: number): boolean => ((set >> node) & 1) === 1;
    if (!inside(source) || inside(sink)) continue;
    least = Math.min(least, network.reduce((sum, { from, to, capacity }) => sum + (inside(from) && !inside(to) ? capacity : 0), 0));
  }
  return least;
}

describe('FlowNetwork', () => {
  it('finds what a textbook does (Cormen et al., "Introduction to Algorithms", section 26.2)', () => {
    const network = new FlowNetwork(6, edges([0, 1, 16], [0, 2, 13], [1, 3, 12], [2, 1, 4], [2, 4, 14], [3, 2, 9], [3, 5, 20], [4, 3, 7], [4, 5, 4]));
    expect(network.maxFlow(0, 5)).toBe(23);
  });

  it('takes back what was sent where it stands in the way', () => {
    // The shortest way, over the middle edge, must be undone for both of the others.
    const network = new FlowNetwork(6, edges([0, 1, 1], [1, 4, 1], [4, 5, 1], [0, 2, 1], [2, 3, 1], [1, 3, 1], [3, 5, 1]));
    expect(network.maxFlow(0, 5)).toBe(2);
  });

  it('is the least cut, for any pair of any network', () => {
    const random = new Random('max-flow');
    for (let round = 0; round < 60; round++) {
      const nodes = 2 + random.below(6);
      const given = Array.from({ length: random.below(20) }, (): [number, number, number] => [random.below(nodes), random.below(nodes), random.uniform()]);
      const network = new FlowNetwork(nodes, edges(...given));
      for (let sink = 1; sink < nodes; sink++) expect(network.maxFlow(0, sink)).toBeCloseTo(leastCut(nodes, edges(...given), 0, sink), 6);
    }
  });

  it('lets nothing through where no way leads', () => {
    expect(new FlowNetwork(3, edges([1, 0, 5])).maxFlow(0, 1)).toBe(0);
  });
});
