/** Finds attention in a graph, as inspecting it does, and makes the copy of it in which that can be read. */
import { openOnnx } from '../../trainer/onnx/open.ts';
import { splice } from '../../trainer/onnx/splice.ts';
import { expose } from '../../trainer/taps/expose.ts';
import { findTaps } from '../../trainer/taps/find.ts';

export async function readTaps(path: string): Promise<void> {
  const model = await openOnnx(path);
  const { taps } = await findTaps(model);
  if (taps.length > 0) await splice(model, expose(model, taps).edits);
}
