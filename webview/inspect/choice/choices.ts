/** Which map of an inspection is looked at, and how heads and layers become one. */
import { mostFlowTokens, type InspectedLayer, type Inspection, type MapChoice } from '../../../protocol/inspection.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import type { MapKind } from '../../../protocol/trace.ts';
import { allHeads, isSameLayer, type HeadsChoice } from '../heads/choice.ts';

export const combinations = ['mean', 'max', 'layers-mean', 'layers-max', 'rollout', 'flow'] as const;
export type Combination = (typeof combinations)[number];

export const combinationNames: Readonly<Record<Combination, string>> = {
  'mean': 'Mean of heads', 'max': 'Largest of heads', 'layers-mean': 'Mean of all layers', 'layers-max': 'Largest of all layers',
  'rollout': 'Rollout to this layer', 'flow': 'Flow to this layer',
};

/** What the first is called where a layer has one head. */
export const ownMapName = 'This layer';
/** And where one of several heads is chosen. */
export const ownHeadName = 'This head';

type Layers = Pick<Inspection, 'layers' | 'axes' | 'usual'>;

/** What is looked at first. */
function firstChoice({ layers, usual }: Layers): MapChoice | undefined {
  const [first] = layers;
  return usual ?? (first === undefined ? undefined : { of: 'heads', kind: first.kind, layer: first.layer, heads: 'all', by: 'mean' });
}

/** The same of another inspection, as far as it has it. */
export function fitted(choice: MapChoice | undefined, inspection: Layers): MapChoice | undefined {
  if (choice === undefined) return firstChoice(inspection);
  const ofKind = inspection.layers.filter(({ kind }) => kind === choice.kind);
  if (ofKind.length === 0) return firstChoice(inspection);
  if (choice.of === 'layers') return choice;
  const layer = ofKind.find(one => one.layer === choice.layer);
  if (layer === undefined) return firstChoice(inspection);
  if (choice.of !== 'heads') return whyNot(choice.of, inspection, layer) === undefined ? choice : firstChoice(inspection);
  if (choice.heads === 'all' || choice.heads.every(head => head < layer.heads)) return choice;
  return { ...choice, heads: 'all' };
}

/** The layer whose tokens are the map's rows and columns. */
export function layerOf(choice: MapChoice, { layers }: Pick<Inspection, 'layers'>): InspectedLayer | undefined {
  return layers.find(layer => layer.kind === choice.kind && (choice.of === 'layers' || layer.layer === choice.layer));
}

/** The heads that it is about, for views that show heads one by one. */
export function headsOf(choice: MapChoice, inspection: Pick<Inspection, 'layers'>): HeadsChoice | undefined {
  const layer = layerOf(choice, inspection);
  if (layer === undefined) return undefined;
  const heads = choice.of === 'heads' && choice.heads !== 'all' ? choice.heads : allHeads(layer.heads);
  return { kind: layer.kind, layer: layer.layer, heads };
}

/** Other heads, or those of another layer; how they become one stays, where it can. */
export function withHeads(before: MapChoice, { kind, layer, heads }: HeadsChoice, inspection: Layers): MapChoice {
  const of = inspection.layers.find(one => isSameLayer(one, { kind, layer }));
  if ((before.of === 'rollout' || before.of === 'flow') && before.layer !== layer && of !== undefined && whyNot(before.of, inspection, of) === undefined) return { of: before.of, kind, layer };
  return { of: 'heads', kind, layer, heads: heads.length === of?.heads ? 'all' : heads, by: before.of === 'heads' ? before.by : 'mean' };
}

export function combinationOf(choice: MapChoice): Combination {
  switch (choice.of) {
    case 'heads': return choice.by;
    case 'layers': return `layers-${choice.by}`;
    default: return choice.of;
  }
}

/** The same layer, as one map in another way. */
export function combined(before: MapChoice, combination: Combination, inspection: Pick<Inspection, 'layers'>): MapChoice {
  const { kind } = before;
  const layer = layerOf(before, inspection)?.layer ?? 0;
  switch (combination) {
    case 'mean': case 'max': return { of: 'heads', kind, layer, heads: before.of === 'heads' ? before.heads : 'all', by: combination };
    case 'layers-mean': return { of: 'layers', kind, layers: 'all', by: 'mean' };
    case 'layers-max': return { of: 'layers', kind, layers: 'all', by: 'max' };
    case 'rollout': case 'flow': return { of: combination, kind, layer };
  }
}

/** Those that come to maps of their own: one head is its own mean and its largest, and one layer that of all. */
export function combinationsOf({ kind, heads }: Pick<InspectedLayer, 'kind' | 'heads'>, { layers }: Pick<Inspection, 'layers'>): readonly Combination[] {
  const hasSeveral = layers.filter(layer => layer.kind === kind).length > 1;
  return combinations.filter(one => (one === 'max' ? heads > 1 : hasSeveral || (one !== 'layers-mean' && one !== 'layers-max')));
}

/** Why layers can't become one so; `undefined`: they can. */
export function whyNot(combination: Combination, { axes }: Pick<Inspection, 'axes'>, { queries, keys }: Pick<InspectedLayer, 'queries' | 'keys'>): string | undefined {
  if (combination !== 'rollout' && combination !== 'flow') return undefined;
  if (queries !== keys) return 'of a text over itself only';
  const tokens = axes[keys]?.tokens.length ?? 0;
  return combination === 'flow' && tokens > mostFlowTokens ? `of ${mostFlowTokens} tokens at most, here are ${tokens}` : undefined;
}

/** "Layer 3, head 5", "Layer 3, mean of heads 1, 2 and 4"; with its kind, where a model has several. */
export function choiceName(choice: MapChoice, { layers }: Pick<Inspection, 'layers'>): string {
  const several = new Set(layers.map(({ kind }) => kind)).size > 1;
  return several ? `${kindNames[choice.kind].long}: ${lowered(nameOf(choice, layers))}` : nameOf(choice, layers);
}

function nameOf(choice: MapChoice, layers: readonly InspectedLayer[]): string {
  switch (choice.of) {
    case 'layers': return choice.by === 'mean' ? 'Mean of all layers' : 'Largest of all layers';
    case 'rollout': return `Rollout to layer ${choice.layer + 1}`;
    case 'flow': return `Flow to layer ${choice.layer + 1}`;
    case 'heads': {
      const layer = `Layer ${choice.layer + 1}`;
      const count = layers.find(one => isSameLayer(one, choice))?.heads;
      if (count === 1) return layer;
      const by = choice.by === 'mean' ? 'mean' : 'largest';
      if (choice.heads === 'all') return `${layer}, ${by} of heads`;
      return choice.heads.length === 1 ? `${layer}, head ${(choice.heads[0] ?? 0) + 1}` : `${layer}, ${by} of heads ${listed(choice.heads.map(head => String(head + 1)))}`;
    }
  }
}

/** The kinds of attention that there are, in order. */
export function kindsOf({ layers }: Pick<Inspection, 'layers'>): readonly MapKind[] {
  return [...new Set(layers.map(({ kind }) => kind))];
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
