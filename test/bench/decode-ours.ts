/**
 * Greedy decoding as the engine does it, for the race of decode.ts:
 *
 *     decode-ours.ts PLAN     the plan as JSON
 */
import * as z from 'zod';
import { Constraints } from '../../trainer/decoding/constraints.ts';
import { greedySearch } from '../../trainer/decoding/greedy.ts';
import type { Search } from '../../trainer/decoding/hypothesis.ts';
import { TranslationModel } from '../../trainer/decoding/model.ts';
import { elementCount } from '../../trainer/graph/value.ts';
import { parametersOf } from '../../trainer/models/model.ts';
import { answer } from './answer.ts';
import { onnxRuntimeVersion } from './versions.ts';

const planSchema = z.object({ folder: z.string(), threads: z.int(), source: z.array(z.int()), steps: z.int() });
const requestSchema = z.object({ count: z.int() });

const plan = planSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const model = await TranslationModel.open(plan.folder, { threads: plan.threads });
const parameters = parametersOf(model.manifest.architecture).reduce((sum, { shape }) => sum + elementCount(shape), 0);
/** Greedy, ended after so many steps. */
const search: Search = {
  width: 1,
  run: (step, { special }, options) => greedySearch.run(step, new Constraints(special, 0, plan.steps), options),
};

await answer({ version: onnxRuntimeVersion(), parameters }, async received => {
  const { count } = requestSchema.parse(received);
  const times: number[] = [];
  for (let run = 0; run < count; run++) {
    const begin = performance.now();
    const { ids } = await model.decode(plan.source, 0, search);
    times.push(performance.now() - begin);
    if (ids.length !== plan.steps) throw new Error(`${ids.length} tokens instead of ${plan.steps}`);
  }
  return times;
});
await model.release();
