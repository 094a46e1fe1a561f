/** The pass of a model that only reads: over a text or an image, itself or with a class that it found. */
import type { Axis, InspectedOutput, MapChoice } from '../../protocol/inspection.ts';
import type { Looked } from '../classifying/looked.ts';
import type { HeadMaps } from '../decoding/witness.ts';
import { imageAxis, labelAxis, numberedAxis, textAxis } from './axes.ts';
import type { HeldLayer } from './held.ts';
import type { Pass } from './pass.ts';
import { sentencesIn } from './sentences.ts';

/** @param languageId VS Code's id of the language of the document that its text is of */
export function lookedPass({ model, source, sentences, target, image, maps, labels, states, warnings }: Looked, languageId?: string): Pass {
  const axes: Axis[] = [];
  const add = (axis: Axis): number => axes.push(axis) - 1;
  const given = source !== undefined ? add(textAxis('source', source, sentences ?? sentencesIn(source, languageId))) : image !== undefined ? add(imageAxis(image)) : undefined;
  const written = target && add(textAxis('target', target));
  const found = maps.some(({ kind }) => kind === 'pooling') ? add(labelAxis(labels?.[0]?.label ?? '')) : undefined;
  /** The axis that a side of a map is of, where it is as long as that. */
  const along = (axis: number | undefined, length: number): number => {
    if (axis !== undefined && axes[axis]?.tokens.length === length) return axis;
    const known = axes.findIndex(({ text, tokens }, index) => index !== given && index !== written && index !== found && text === '' && tokens.length === length);
    return known < 0 ? add(numberedAxis(length)) : known;
  };
  const layers = maps.map(({ kind, layer, heads, queries, keys, weights }): HeldLayer => ({
    kind,
    layer,
    heads,
    queries: along(kind === 'pooling' ? found : kind === 'encoder' ? given : (written ?? given), queries),
    keys: along(kind === 'decoder' ? (written ?? given) : given, keys),
    rows: queries,
    columns: keys,
    blocks: [{ rows: { first: 0, end: queries }, columns: { first: 0, end: keys }, weights }],
    shifts: new Array<0>(heads).fill(0),
  }));
  const output: InspectedOutput = labels === undefined ? { kind: 'read' } : { kind: 'labelled', labels: labels.map(({ label, probability }) => ({ label, probability })) };
  return { model, axes, layers, usual: usualOf(maps), image, output, ...(states && { states }), warnings };
}

/** What the class is read from; or the last layer, which is the nearest to what comes out. */
function usualOf(maps: readonly HeadMaps[]): MapChoice | undefined {
  const chosen = maps.find(({ kind }) => kind === 'pooling') ?? maps.at(-1);
  return chosen && { of: 'heads', kind: chosen.kind, layer: chosen.layer, heads: 'all', by: 'mean' };
}
