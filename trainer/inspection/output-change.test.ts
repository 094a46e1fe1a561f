/** What is told of an encoder's output under interventions: of outputs worked out by hand, and of a model that runs. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutputChange } from '../../protocol/inspection.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import type { OpenModel } from '../foreign/facets.ts';
import { textOf, writeFolder } from '../foreign/folders.fixture.ts';
import { openForeign } from '../foreign/open.ts';
import type { OutputStates } from '../foreign/output-states.ts';
import { modelBytes } from '../onnx/model.fixture.ts';
import { Draft, layer, width } from '../taps/draft.fixture.ts';
import { Passes } from '../steering/passes.fixture.ts';
import { Inspector } from './inspector.ts';
import { outputChange } from './output-change.ts';

describe('by hand', () => {
  const states = (numbers: readonly number[]): OutputStates => ({ vector: Float32Array.of(numbers[0] ?? 0, numbers[1] ?? 0), tokens: { width: 2, numbers: Float32Array.from(numbers) } });

  test('the cosine of vectors, and the largest change of each token', () => {
    expect(outputChange(states([1, 0, 5, 5]), states([0, 1, 5, 2]))).toEqual({ isSame: false, cosine: 0, tokens: [1, 3] });
  });

  test('of other tokens the vectors alone', () => {
    expect(outputChange(states([1, 1, 5, 5]), states([1, 1]))).toEqual({ isSame: false, cosine: 1 });
  });

  test('of tokens of which some were left out or are new, those that both have', () => {
    // The first stays, the second is gone, a new one is last.
    expect(outputChange(states([1, 0, 5, 5, 2, 2]), states([1, 1, 2, 0]), [0, 2])?.tokens).toEqual([1, 2]);
    expect(outputChange(states([1, 0, 5, 5]), states([1, 1, 5, 5, 9, 9]), [0, 1, undefined])?.tokens).toEqual([1, 0, null]);
  });

  test('what is the same, to the last bit', () => {
    expect(outputChange(states([1, 0.3, 5, 5]), states([1, 0.3, 5, 5]))).toEqual({ isSame: true, cosine: 1, tokens: [0, 0] });
    expect(outputChange({}, {})).toBeUndefined();
  });

  test('probabilities of what comes next, the most changed first', () => {
    const of = (...numbers: readonly number[]): OutputStates => ({ scores: Float32Array.from(numbers.map(Math.log)) });
    const { probabilities = [] } = outputChange(of(0.5, 0.3, 0.2), of(0.45, 0.1, 0.45)) ?? {};
    expect(probabilities.map(({ index }) => index)).toEqual([2, 1, 0]);
    expect(probabilities[0]?.before).toBeCloseTo(0.2, 6);
    expect(probabilities[0]?.after).toBeCloseTo(0.45, 6);
  });
});

describe('of a model that only reads', () => {
  let folder: string;
  const passes = new Passes(openForeign);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'output-change-'));
    await writeFolder(join(folder, 'bert'), 'distilbert-classifier');
    await mkdir(join(folder, 'reader'));
    await cp(join(folder, 'bert', 'tokenizer.json'), join(folder, 'reader', 'tokenizer.json'));
    await writeReader(40);
  });
  /** @param words that it knows: of as many it has the same weights */
  async function writeReader(words: number): Promise<void> {
    const draft = new Draft();
    const x = draft.node('Gather', [draft.weight([words, width]), draft.input('input_ids', ['batch', 'length'], 'int64')], { axis: 0 });
    draft.nodes.push({ operator: 'Identity', inputs: [layer(draft, x)], outputs: ['last_hidden_state'] });
    await writeFile(join(folder, 'reader', 'model.onnx'), modelBytes({ graph: { ...draft.graph(), outputs: [{ name: 'last_hidden_state', dtype: 'float32', shape: ['batch', 'length', width] }] } }));
  }
  afterAll(async () => {
    await passes.release();
    await rm(folder, { recursive: true, force: true });
  });

  const pinned: readonly Intervention[] = [{ do: 'pin', kind: 'encoder', layer: 0, heads: 'all', query: 1, key: 0, weight: 0 }];

  async function changeIn(inspector: Inspector, model: OpenModel, interventions: readonly Intervention[]): Promise<OutputChange | undefined> {
    const path = join(folder, 'reader', 'model.onnx');
    const asked = { model: path, text: textOf([4, 9, 12]), languageId: 'plaintext', beam: 1, interventions };
    const { output } = await inspector.open({ asked, folder: path }, model, new AbortController().signal);
    return output.kind === 'read' ? output.change : undefined;
  }

  test.each([true, false])('whether it is held without interventions or not (%s), the change is told', async isHeld => {
    const inspector = new Inspector();
    const model = await passes.model(join(folder, 'reader', 'model.onnx'));
    if (isHeld) expect(await changeIn(inspector, model, [])).toBeUndefined();
    const change = await changeIn(inspector, model, pinned);
    expect(change?.isSame).toBe(false);
    expect(change?.cosine).toBeLessThan(1);
    // One row is told something: what is read of the other tokens is as it was.
    expect(change?.tokens?.map(largest => (largest ?? 0) > 0)).toEqual([false, true, false]);
  });

  test('of a word that is left out, the tokens that are still read are told', async () => {
    const change = await changeIn(new Inspector(), await passes.model(join(folder, 'reader', 'model.onnx')), [{ do: 'replace', start: 3, end: 5, text: '' }]);
    expect(change?.tokens).toEqual([expect.any(Number), expect.any(Number)]);
    expect(change?.tokens?.every(largest => (largest ?? 0) > 0)).toBe(true);
  });

  test('of a model that was saved anew it is not measured against what its old weights gave', async () => {
    const path = join(folder, 'reader', 'model.onnx');
    const inspector = new Inspector();
    await changeIn(inspector, await passes.model(path), []);
    await rm(path);
    await writeReader(48);
    const saved = await openForeign(path, { threads: 1, whenLarge: { do: 'refuse' } });
    const change = await changeIn(inspector, saved, pinned).finally(() => saved.release());
    expect(change?.tokens?.map(largest => (largest ?? 0) > 0)).toEqual([false, true, false]);
  });
});
