/** What is kept of a run until its pass is held. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Edits } from '../../onnx/edits.ts';
import { openOnnx } from '../../onnx/open.ts';
import { splice } from '../../onnx/splice.ts';
import { attend, Draft, heads, width } from '../../taps/draft.fixture.ts';
import { findTaps } from '../../taps/find.ts';
import { exposeNorms } from '../../taps/parts/norms.ts';
import { runBytes, tensor, withModel } from '../../taps/tapped.fixture.ts';
import { ValueNorms } from './value-norms.ts';

const length = 5;

/** A run whose norms are looked at, and what else it gave. */
async function lookedAt(norms: ValueNorms, file: string): Promise<WeakRef<object>> {
  const model = await openOnnx(file);
  const edits = new Edits();
  const places = (await findTaps(model)).taps.flatMap(tap => exposeNorms(model, edits, tap));
  const tensors = await runBytes(await (await splice(model, edits)).whole(), { x: await tensor([1, length, width]) });
  norms.look('encoder.0', places, tensors, 0, heads);
  const { y } = tensors;
  if (places.length === 0 || y === undefined) throw new Error('it attends, and writes something');
  return new WeakRef(y);
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  // What a promise or a weak reference held lives until the next turn.
  await new Promise(resolve => setTimeout(resolve, 10));
  if (typeof collect === 'function') collect();
}

test('of a run only what the norms are read from: not its logits, nor the keys and values that it hands on', async () => {
  const draft = new Draft();
  draft.output(attend(draft, draft.input('x', ['batch', 'length', width])), 'y');
  const norms = new ValueNorms();
  const output = await withModel(draft.model(), file => lookedAt(norms, file));
  await collectGarbage();
  expect(output.deref() === undefined).toBe(true);
  expect(norms.of('encoder.0', { kind: 'encoder', heads, columns: length })?.length).toBe(heads * length);
});
