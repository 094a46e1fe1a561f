import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeRandomCheckpoint } from '../../trainer/checkpoints/checkpoint.fixture.ts';
import { saveCheckpoint } from '../../trainer/checkpoints/save.ts';
import { elementCount } from '../../trainer/graph/value.ts';
import {
  type TransformerTranslatorArchitecture, transformerTranslatorMaps, transformerTranslatorParameters,
} from '../../trainer/models/transformer/translator.ts';
import type { TokenizerJson } from '../../trainer/text/byte-pair.ts';
import { Random } from '../../trainer/training/random.ts';

/** Writes a Transformer of random weights that never wants to end, as `writeRandomCheckpoint` writes a recurrent translator. */
export async function writeRandomTransformer(folder: string, architecture: TransformerTranslatorArchitecture): Promise<void> {
  const { vocabulary } = architecture;
  // Its vocabulary and its manifest are the same; the rest is written over.
  const manifest = await writeRandomCheckpoint(folder, { vocabulary, precision: 'int8' });
  const tokenizer = JSON.parse(await readFile(join(folder, manifest.files.tokenizer), 'utf8')) as TokenizerJson;
  const end = tokenizer.model.vocab[manifest.tokens.end] ?? 0;
  const parameters = transformerTranslatorParameters(architecture).map(spec => {
    const random = new Random(1, spec.name);
    const spread = (spec.shape.at(-1) ?? 1) ** -0.5;
    const data = Float32Array.from({ length: elementCount(spec.shape) }, () => (spec.start.kind === 'ones' ? 1 : random.normal() * spread));
    // Its score is then zero, and the best of all others' is above.
    if (spec.name === 'embedding') data.fill(0, end * architecture.width, (end + 1) * architecture.width);
    return { spec, data };
  });
  await saveCheckpoint(folder, { manifest: { ...manifest, architecture, attention: transformerTranslatorMaps(architecture) }, tokenizer, parameters });
}
