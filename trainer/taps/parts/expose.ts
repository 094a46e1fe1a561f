/** Gives a model one more output for each of the numbers behind an attention's weights. */
import type { Edits } from '../../onnx/edits.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { Appender } from '../appender.ts';
import { Carrier } from '../carry.ts';
import { namesIn, unusedPrefix } from '../expose.ts';
import type { Tap, TapPlace } from '../tap.ts';
import { valuesOf } from './find.ts';
import { fusedParts } from './fused.ts';
import type { Parts } from './parts.ts';

/** The numbers of one place where an attention is computed, and the outputs that hold them, by the values' names. */
export interface ExposedParts {
  readonly parts: Parts;
  readonly outputs: ReadonlyMap<string, string>;
}

/** One sentence on why the numbers behind an attention's weights cannot be told; `undefined` where they can. */
export function whyNoNumbers({ places }: { readonly places: readonly Pick<TapPlace, 'parts'>[] }): string | undefined {
  return places.map(({ parts }) => parts).find(parts => typeof parts === 'string');
}

/** Where several places of a tap are branches of an `If`, what the branch gives that does not run is empty. */
export function exposeParts(model: OnnxModel, edits: Edits, { name, places }: Pick<Tap, 'name' | 'places'>): readonly ExposedParts[] {
  const prefix = unusedPrefix('attention-scope-numbers', namesIn(model));
  const carrier = new Carrier(model, edits, `${prefix}/${name}/made`);
  let count = 0;
  return places.flatMap((place): ExposedParts[] => {
    const { node } = place;
    const parts = partsAt(place, carrier.main);
    if (parts === undefined) return [];
    const outputs = new Map(valuesOf(parts).map(({ name: value, path, dtype }) => {
      const brought = carrier.bring([{ node, path, reading: { from: 'value', value, rank: undefined, keysLast: true, heads: undefined, dtype } }]);
      const output = carrier.main.node('Identity', [brought], {}, `${prefix}/${name}/${count++}`);
      edits.of(model.graph).outputs.push({ name: output });
      return [value, output] as const;
    }));
    return [{ parts, outputs }];
  });
}

/** Those of an operator that attends as a whole are computed beside it. */
export function partsAt(place: TapPlace, to: Appender): Parts | undefined {
  const { parts, reading } = place;
  if (typeof parts === 'string') return undefined;
  return parts ?? (reading.from === 'value' ? undefined : fusedParts(to, place, reading));
}
