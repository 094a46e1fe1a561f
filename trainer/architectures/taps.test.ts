/** The attention of a graph that we build is found as that of any other. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeOnnx } from '../graph/write.ts';
import { openOnnxBytes } from '../onnx/open.ts';
import { findTaps } from '../taps/find.ts';
import { attentionsOf, readReference, references } from './reference.fixture.ts';

test.each(references)('%s', async name => {
  const { model, expected } = await readReference(name);
  const heads = new Map([...expected].map(([key, { shape }]) => [key.replace('attention.', ''), shape[1]]));
  for (const graph of Object.values(model.graphs)) {
    const onnx = await openOnnxBytes(writeOnnx(graph), join(model.folder, `${graph.name}.onnx`));
    const { taps, untapped } = await findTaps(onnx);
    expect(untapped).toEqual([]);
    expect(taps.map(tap => ({ layer: `${tap.kind}.${tap.layer}`, heads: tap.heads }))).toEqual(
      [...attentionsOf(graph).keys()].sort(byKind).map(layer => ({ layer, heads: heads.get(layer) })),
    );
  }
});

/** Encoder, decoder, cross; each by layer. */
function byKind(a: string, b: string): number {
  const rank = (layer: string): number => ['encoder', 'decoder', 'cross'].findIndex(kind => layer.startsWith(kind));
  return rank(a) - rank(b) || a.localeCompare(b);
}
