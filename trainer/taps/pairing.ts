/** From every attention that was found to taps: numbered, named, and one where both branches of an `If` compute it. */
import { attentionKinds } from '../../protocol/trace.ts';
import type { Found } from './attention.ts';
import { layersOf } from './numbering.ts';
import type { Path, Tap } from './tap.ts';

/** @param found in the order in which they are computed */
export function tapsOf(found: readonly Found[]): readonly Tap[] {
  const settled = agreed(found);
  const taps: Tap[] = [];
  for (const kind of attentionKinds) {
    const layers = numbered(settled.filter(each => each.kind === kind));
    const byLayer = new Map<number, Found[]>();
    for (const [each, layer] of layers) byLayer.set(layer, [...(byLayer.get(layer) ?? []), each]);
    for (const [layer, places] of [...byLayer].sort(([one], [other]) => one - other)) {
      const [first] = places;
      if (first === undefined) continue;
      const { operator, step: { node } } = first;
      const heads = places.map(place => place.heads).find(count => count !== undefined);
      taps.push({
        name: `${kind}.${layer}`, kind, layer, heads, operator, node, within: within(first.step.path), places: places.map(({ place }) => place),
      });
    }
  }
  return taps;
}

const within = (path: Path): Tap['within'] =>
  path.map(enclosure => ({ node: enclosure.node.name, attribute: enclosure.form === 'call' ? enclosure.body.name : enclosure.attribute }));

/** The same layers in both branches of an `If`: one that is fed a cache and one that is not know each other's kind. */
function agreed(found: readonly Found[]): readonly Found[] {
  const lookBack = new Set(found.flatMap(each => (each.kind === 'decoder' ? branchNodes(each) : [])));
  return found.map(each => (each.kind === 'encoder' && branchNodes(each).some(node => lookBack.has(node)) ? { ...each, kind: 'decoder' as const } : each));
}

const branches = ({ step: { path } }: Found): Path => path.filter(({ form }) => form === 'branch');
const branchNodes = (found: Found): readonly unknown[] => branches(found).map(({ node }) => node);

/**
 * Numbers what runs together, then what runs instead: all in the one branch of every `If` or outside of any, then in the other.
 * A layer that both compute has one number; whatever else would have it too gets the next that is free.
 */
function numbered(found: readonly Found[]): ReadonlyMap<Found, number> {
  const layers = new Map<Found, number>();
  const holders = new Map<number, readonly Found[]>();
  const names = [...new Set(found.flatMap(each => branches(each).map(attributeOf)))];
  const worlds = (names.length === 0 ? [''] : names).map(name => found.filter(each => branches(each).every(branch => attributeOf(branch) === name)));
  for (const world of [...worlds, found]) {
    const numbers = layersOf(world);
    world.forEach((each, index) => {
      if (layers.has(each)) return;
      let layer = numbers[index] ?? index;
      while (holders.get(layer)?.some(other => !areAlternatives(each, other)) === true) layer++;
      layers.set(each, layer);
      holders.set(layer, [...(holders.get(layer) ?? []), each]);
    });
  }
  return layers;
}

/** Whether they stand in different branches of the same `If`. */
function areAlternatives(one: Found, other: Found): boolean {
  return branches(one).some(here => branches(other).some(there => here.node === there.node && here !== there && attributeOf(here) !== attributeOf(there)));
}

const attributeOf = (enclosure: Path[number]): string => ('attribute' in enclosure ? enclosure.attribute : '');
