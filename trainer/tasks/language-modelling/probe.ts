/** Looks at a checkpoint as a user would: reads held-out texts, continues the beginnings of some, and keeps their maps. */
import { type NamedTensor, writeSafetensors } from '../../checkpoints/safetensors.ts';
import { Continuer } from '../../decoding/continuer.ts';
import { LanguageModel } from '../../decoding/language-model.ts';
import { makeFileAtomically } from '../../files/atomic.ts';
import { scriptProblem } from '../../text/script.ts';
import type { Inspection, Sample } from '../../training/task.ts';
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

/** @param file where the maps go: `<n>` is that of text n, `[foretold, read]`; the metadata holds its tokens */
export async function probeLanguageModel(
  folder: string,
  file: string,
  heldOut: readonly string[],
  threads: number,
): Promise<Inspection> {
  const model = await LanguageModel.open(folder, { threads });
  try {
    const probed = spread(heldOut, read);
    const maps: NamedTensor[] = [];
    const tokens: Record<string, string> = {};
    for (const [index, text] of probed.slice(0, mapped).entries()) {
      const ids = [model.special.start, ...model.tokenizer.encodeIds(text), model.special.end].slice(0, model.longest + 1);
      const length = ids.length - 1;
      maps.push({ name: String(index), shape: [length, length], data: await mapOf(model, ids) });
      const names = piecesOf(ids, model.tokenizer);
      tokens[`${index}.source`] = JSON.stringify(names.slice(0, -1));
      tokens[`${index}.target`] = JSON.stringify(names.slice(1));
    }
    await makeFileAtomically(file, aside => writeSafetensors(aside, maps, tokens));
    const bitsPerCharacter = await modelBits(model, probed);
    const samples = await samplesOf(model, probed);
    return { metrics: { bitsPerCharacter }, better: 'lower', samples };
  } finally {
    await model.release();
  }
}

/** `[length, length]`: a row for each token that is read, zero from the tokens after it on. */
async function mapOf(model: LanguageModel, ids: readonly number[]): Promise<Float32Array> {
  const length = ids.length - 1;
  const map = new Float32Array(length * length);
  const chosen = model.maps.choose();
  const step = model.step(chosen);
  for (let time = 0; time < length; time++) {
    if (time > 0) step.advance([0]);
    step.previous[0] = BigInt(ids[time] ?? model.special.pad);
    await step.run(1);
    map.set(chosen.rows([step.attention(0)], time + 1)[0] ?? [], time * length);
  }
  return map;
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
