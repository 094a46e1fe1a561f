/** Looks at a checkpoint as a user would: reads held-out texts, continues the beginnings of some, and keeps their maps. */
import { Continuer } from '../../decoding/continuer.ts';
import { LanguageModel } from '../../decoding/language-model.ts';
import { layerMapsOf } from '../../decoding/layer-maps.ts';
import type { MapRow } from '../../decoding/step.ts';
import { scriptProblem } from '../../text/script.ts';
import type { Inspection, Sample } from '../../training/task.ts';
import { type ProbedExample, writeProbe } from '../probe-file.ts';
import { piecesOf } from '../sequence-probe.ts';
import { spread } from '../spread.ts';
import { modelBits } from './bits.ts';

/** Held-out texts read at each validation. */
const read = 400;
/** Of these, how many have their maps kept. */
const mapped = 8;
/** Of these, how many are shown. */
const shown = 2;
/** In UTF-16 units: whole chapters show nothing. */
const longestSample = 1000;

/** @param file where the maps go (`writeProbe`): those of text n are `[foretold, read]` */
export async function probeLanguageModel(
  folder: string,
  file: string,
  heldOut: readonly string[],
  threads: number,
): Promise<Inspection> {
  const model = await LanguageModel.open(folder, { threads });
  try {
    const probed = spread(heldOut, read);
    const examples: ProbedExample[] = [];
    for (const text of probed.slice(0, mapped)) {
      examples.push(await exampleOf(model, [model.special.start, ...model.tokenizer.encodeIds(text), model.special.end].slice(0, model.longest + 1)));
    }
    await writeProbe(file, examples);
    const bitsPerCharacter = await modelBits(model, probed);
    const samples = await samplesOf(model, probed);
    return { metrics: { bitsPerCharacter }, better: 'lower', samples };
  } finally {
    await model.release();
  }
}

/** A row for each token that is read, zero from the tokens after it on. */
async function exampleOf(model: LanguageModel, ids: readonly number[]): Promise<ProbedExample> {
  const { maps, manifest: { attention: places } } = model;
  const length = ids.length - 1;
  const best = maps.every(0).find(({ id }) => id === maps.best) ?? maps.choose();
  const step = model.step(best);
  const steps: MapRow[][] = [];
  for (let time = 0; time < length; time++) {
    if (time > 0) step.advance([0]);
    step.previous[0] = BigInt(ids[time] ?? model.special.pad);
    await step.run(1);
    steps.push(step.attention(0));
  }
  const names = piecesOf(ids, model.tokenizer);
  return {
    map: { shape: [length, length], data: Float32Array.from(best.rows(steps, length).flat()) },
    layers: layerMapsOf('decoder', { places, outputs: maps.outputs, steps }, length),
    source: names.slice(0, -1),
    target: names.slice(1),
    read: names.slice(0, -1),
  };
}

/** The first half of a text's words, continued, beside the second. */
async function samplesOf(model: LanguageModel, texts: readonly string[]): Promise<Sample[]> {
  const continuer = new Continuer(model);
  const samples: Sample[] = [];
  for (const text of texts) {
    if (samples.length === shown) break;
    const words = text.split(' ');
    const source = words.slice(0, Math.ceil(words.length / 2)).join(' ');
    const isFit = words.length >= 4 && source.length <= longestSample && /\p{L}/u.test(source);
    if (!isFit || scriptProblem(source, model.manifest.language) !== undefined) continue;
    const { target } = await continuer.continue({ text: source });
    samples.push({ source, target: target.text, reference: text.slice(source.length) });
  }
  return samples;
}
