/**
 * Which of a model's maps to show as its alignment. Which layer and head aligns best, and whether at the step that writes a
 * token or at the one that reads it, differs from one trained model to the next (three layers and six need not agree), so it
 * is measured: each map's links against those of IBM Model 1, which knows nothing of the model.
 */
import { join } from 'node:path';
import type { MapId } from '../../../protocol/trace.ts';
import type { WordPair } from '../../analysis/alignment-error-rate.ts';
import { IbmModel1 } from '../../analysis/ibm-model-1.ts';
import { manifestName } from '../../checkpoints/manifest.ts';
import { TranslationModel } from '../../decoding/model.ts';
import { writeFileSynced } from '../../files/atomic.ts';
import type { EncodedPair } from '../../training/batch.ts';
import { spread } from '../spread.ts';
import type { Dataset } from './dataset.ts';
import type { StreamedDataset } from './streamed/dataset.ts';

/** Pairs that IBM Model 1 learns from, and held-out pairs that the maps are measured on. */
const most = { learnt: 20_000, measured: 100 } as const;

const shifts = [0, 1] as const;

/** Learns from pairs to train on where they lie in memory, and from those to validate. */
export function teacherOf({ train, validation }: Pick<Dataset | StreamedDataset, 'train' | 'validation'>): IbmModel1 {
  const learnt = 'plan' in train ? [] : spread(train, most.learnt).map(({ plain }) => plain);
  return IbmModel1.of([...learnt, ...validation].map(withoutEnd));
}

/**
 * Writes the best map into the manifest of the model in a folder, and for every map at which of the two steps it aligns better.
 * Leaves a model with a single map as it is.
 * @param heldOut sources with their end token, targets without
 */
export async function chooseAlignment(folder: string, teacher: IbmModel1, heldOut: readonly EncodedPair[], threads: number): Promise<void> {
  const model = await TranslationModel.open(folder, { threads });
  try {
    // A recurrent decoder looks with the state that writes the token: there is nothing to choose.
    if (model.maps.all.length < 2 || model.manifest.architecture.kind !== 'transformer-translator') return;
    const scores = await measure(model, teacher, spread(heldOut, most.measured));
    const best = scores.reduce((one, other) => (other.agreement > one.agreement ? other : one));
    const { manifest } = model;
    const attention = manifest.attention.map(place => {
      const own = scores.filter(({ map }) => place.kind === map.kind && place.layer === map.layer && place.head === map.head);
      const [first, second] = own;
      return first === undefined || second === undefined ? place : { ...place, shift: second.agreement > first.agreement ? second.shift : first.shift };
    });
    const alignment = { layer: best.map.layer, head: best.map.head, shift: best.shift };
    await writeFileSynced(join(folder, manifestName), `${JSON.stringify({ ...manifest, attention, alignment }, undefined, 2)}\n`);
  } finally {
    await model.release();
  }
}

interface Measured {
  readonly map: MapId;
  readonly shift: 0 | 1;
  /** Of its links with the teacher's: F₁. */
  readonly agreement: number;
}

/** Every map at either shift. */
async function measure(model: TranslationModel, teacher: IbmModel1, pairs: readonly EncodedPair[]): Promise<Measured[]> {
  const candidates = shifts.flatMap(shift =>
    model.maps.every(shift).flatMap(chosen => (chosen.id === undefined ? [] : { map: chosen.id, shift, chosen, found: 0, agreed: 0 })),
  );
  let expected = 0;
  for (const pair of pairs.filter(({ source, target }) => Math.max(source.length, target.length + 1) <= model.longest)) {
    const links = teacher.align(withoutEnd(pair));
    expected += links.length;
    const rows = await model.attendTo(pair.source, [...pair.target, model.special.end]);
    for (const candidate of candidates) {
      const found = linksOf(candidate.chosen.rows(rows, pair.source.length), pair);
      candidate.found += found.length;
      candidate.agreed += found.filter(({ source, target }) => links.some(link => link.source === source && link.target === target)).length;
    }
  }
  return candidates.map(({ map, shift, found, agreed }) => ({ map, shift, agreement: (2 * agreed) / Math.max(1, found + expected) }));
}

/** Each target token with the source token that it attends to most; none where that is the end token. */
function linksOf(rows: readonly (readonly number[])[], { source, target }: EncodedPair): WordPair[] {
  return target.flatMap((_, token) => {
    const row = rows[token] ?? [];
    const at = row.indexOf(Math.max(...row));
    return at >= 0 && at < source.length - 1 ? [{ source: at, target: token }] : [];
  });
}

function withoutEnd({ source, target }: EncodedPair): EncodedPair {
  return { source: source.slice(0, -1), target };
}
