/**
 * Runs of a model of others, for the race of foreign.ts:
 *
 *     foreign-ours.ts PLAN     the plan as JSON: which file, which layers are looked at, how many tokens
 */
import * as z from 'zod';
import { floatsOf, tensorOf } from '../../trainer/foreign/numbers.ts';
import { onnxGraph } from '../../trainer/foreign/onnx-graph.ts';
import { TappedGraph } from '../../trainer/foreign/tapped-graph.ts';
import { openOnnx } from '../../trainer/onnx/open.ts';
import { answer } from './answer.ts';
import { onnxRuntimeVersion } from './versions.ts';

const planSchema = z.object({ file: z.string(), layers: z.array(z.int()), threads: z.int(), tokens: z.int(), parameters: z.int() });
const requestSchema = z.object({ count: z.int() });

const plan = planSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const begin = performance.now();
const source = await onnxGraph(await openOnnx(plan.file));
const layers = source.layers.filter(({ layer }) => plan.layers.includes(layer));
if (layers.length !== plan.layers.length) throw new Error(`${plan.file} has ${source.layers.length} layers`);
const graph = await TappedGraph.open(source, { threads: plan.threads }, layers);
const loadMilliseconds = performance.now() - begin;

const ids = Array.from({ length: plan.tokens }, (_, index) => (index * 7) % 50);
const values: Readonly<Record<string, readonly number[]>> = { input_ids: ids, attention_mask: ids.map(() => 1), token_type_ids: ids.map(() => 0) };
const feeds = Object.fromEntries(source.inputs.map(({ name, type }) => [name, tensorOf(graph.runtime, type, values[name] ?? [], [1, plan.tokens])]));
const [output] = source.outputs;
if (output === undefined) throw new Error('the graph gives nothing');

await answer({ version: onnxRuntimeVersion(), parameters: plan.parameters, loadMilliseconds }, async received => {
  const { count } = requestSchema.parse(received);
  const times: number[] = [];
  for (let run = 0; run < count; run++) {
    const start = performance.now();
    const { tensors, maps } = await graph.run(feeds, [output.name], layers);
    times.push(performance.now() - start);
    const result = tensors[output.name];
    if (result === undefined || !Number.isFinite(floatsOf(result)[0]) || maps[0]?.length !== layers.length) throw new Error('a run gave nothing');
  }
  return times;
});
await graph.release();
