/** In words, for drawings: which map it is, and how it is read. Layers and heads count from 1, as in the panel. */
import { basename } from 'node:path';
import type { MapReading } from '../../../protocol/inspection.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import type { HeldLayer } from '../../inspection/held.ts';
import { excerpts } from './excerpts.ts';
import type { About, AboutMap } from './read-out.ts';

/** "de-en · Encoder: layer 1, head 4"; where the model lies is nobody's business who is shown it. */
export function nameOfMap(about: About): string {
  return `${basename(about.model)} · ${nameWithinModel(about)}`;
}

/** Of a difference also what tells one of both from the other: the model, the map, the text that was read, or what was changed. */
export function nameWithinModel(about: About): string {
  const { minus } = about;
  const name = nameOfChoice(about);
  if (minus === undefined) return name;
  const [of, ofMinus] = about.text !== minus.text ? excerpts(about.text, minus.text).map(text => ` of “${text}”`) : about.changes !== minus.changes ? [about, minus].map(changesIn) : ['', ''];
  const isOther = minus.model !== about.model || nameOfChoice(minus) !== name;
  const other = `${minus.model === about.model ? '' : `${basename(minus.model)} · `}${nameOfChoice(minus)}`;
  return `${name}${of}, minus ${isOther ? other : 'the same'}${ofMinus}`;
}

function changesIn({ changes }: AboutMap): string {
  return changes === 0 ? ', unchanged' : `, after ${changes} ${changes === 1 ? 'change' : 'changes'}`;
}

/** Of a layer whose heads are each drawn by themselves. */
export function nameOfLayer(model: string, { kind, layer }: Pick<HeldLayer, 'kind' | 'layer'>): string {
  return `${basename(model)} · ${nameOfLayerWithin({ kind, layer })}`;
}

/** "Encoder: layer 1" */
export function nameOfLayerWithin({ kind, layer }: Pick<HeldLayer, 'kind' | 'layer'>): string {
  return `${kindNames[kind].short}: layer ${layer + 1}`;
}

function nameOfChoice({ choice, heads: count }: AboutMap): string {
  const kind = kindNames[choice.kind].short;
  switch (choice.of) {
    case 'heads': {
      const { heads, by } = choice;
      if (count === 1) return nameOfLayerWithin(choice);
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
