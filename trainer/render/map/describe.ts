/** In words, for drawings: which map it is, and how it is read. Layers and heads count from 1, as in the panel. */
import { basename } from 'node:path';
import type { MapChoice, MapReading } from '../../../protocol/inspection.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import type { HeldLayer } from '../../inspection/held.ts';
import type { About } from './read-out.ts';

/** "de-en · Encoder: layer 1, head 4"; where the model lies is nobody's business who is shown it. */
export function nameOfMap(about: About): string {
  return `${basename(about.model)} · ${nameWithinModel(about)}`;
}

export function nameWithinModel({ model, choice, minus }: About): string {
  const name = nameOfChoice(choice);
  if (minus === undefined) return name;
  return `${name}, minus ${minus.model === model ? '' : `${basename(minus.model)} · `}${nameOfChoice(minus.choice)}`;
}

/** Of a layer whose heads are each drawn by themselves. */
export function nameOfLayer(model: string, { kind, layer }: Pick<HeldLayer, 'kind' | 'layer'>): string {
  return `${basename(model)} · ${nameOfLayerWithin({ kind, layer })}`;
}

/** "Encoder: layer 1" */
export function nameOfLayerWithin({ kind, layer }: Pick<HeldLayer, 'kind' | 'layer'>): string {
  return `${kindNames[kind].short}: layer ${layer + 1}`;
}

function nameOfChoice(choice: MapChoice): string {
  const kind = kindNames[choice.kind].short;
  switch (choice.of) {
    case 'heads': {
      const { heads, by } = choice;
      return `${nameOfLayerWithin(choice)}, ${heads !== 'all' && heads.length === 1 ? `head ${(heads[0] ?? 0) + 1}` : `${joining[by]} ${listed('heads', heads)}`}`;
    }
    case 'layers':
      return `${kind}: ${joining[choice.by]} ${listed('layers', choice.layers)}`;
    case 'rollout':
      return `${kind}: rollout to layer ${choice.layer + 1}`;
    case 'flow':
      return `${kind}: flow to layer ${choice.layer + 1}`;
  }
}

/** What reading changed; nothing of a map as it is. */
export function notesOfReading({ valueWeighted, hideSpecial, unit, normalise, keep }: MapReading): string[] {
  return [
    ...(valueWeighted ? ['weights times the norms of their values, without the output projection'] : []),
    ...(hideSpecial ? ['without special tokens'] : []),
    ...(unit === 'tokens' ? [] : [`by ${unit}`]),
    ...(normalise === 'none' ? [] : [{ row: 'each row sums to 1', column: 'each column sums to 1', all: 'all weights sum to 1' }[normalise]]),
    ...notesOfKeeping(keep),
  ];
}

function notesOfKeeping(keep: MapReading['keep']): string[] {
  switch (keep.by) {
    case 'all':
      return [];
    case 'weight':
      return [`weights from ${keep.least} on`];
    case 'top':
      return [`the ${keep.count} largest of each row`];
    case 'mass':
      return [`the largest that make up ${Math.round(100 * keep.mass)} % of each row`];
  }
}

const joining = { mean: 'mean of', max: 'largest of' } as const;

function listed(what: string, chosen: readonly number[] | 'all'): string {
  return chosen === 'all' ? `all ${what}` : `${what} ${chosen.map(one => one + 1).join(', ')}`;
}

/** With two digits that count. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(2)));
}
