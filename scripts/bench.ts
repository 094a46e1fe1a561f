/**
 *   npm run bench [-- PART… --runs N --only NAME,… --json FILE …]
 *
 * Measures speed and memory, each beside its budget or beside another program in the same run (docs/benchmarks.md).
 *
 *   PART…         only these parts: step, mechanisms, peak, decode, cold, worker, editor, loader, open, foreign, runs,
 *                 inspect, inspect-link, language-model;
 *                 or one of the long ones, which run only when they are named: curves, levels
 *   --runs N      how often each thing is measured; 100 unless told
 *   --only NAME,… of mechanisms, levels and foreign: these alone
 *   --level LEVEL of step, mechanisms, peak and curves: how far ONNX Runtime optimizes training graphs: disabled, basic,
 *                 extended or all; disabled unless told, as a training does
 *   --model DIR   of language-model: the model's folder
 *   --config FILE of language-model: the config it was trained by
 *   --docs DIR    of curves: where performance.md and its pictures are written; docs/ unless told
 *   --pairs N     of the larger corpus of the loader; 10,000,000 unless told
 *   --json FILE   also writes every single value
 *   --wheel       also races against a current PyTorch from the Python package index (a large download, once)
 */
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';
import { cold } from '../test/bench/cold.ts';
import { curves } from '../test/bench/curves.ts';
import { decode } from '../test/bench/decode.ts';
import { editor } from '../test/bench/editor.ts';
import { foreign } from '../test/bench/foreign.ts';
import { inspect } from '../test/bench/inspect.ts';
import { inspectLink } from '../test/bench/inspect-link.ts';
import { languageModel } from '../test/bench/language-model.ts';
import { levels } from '../test/bench/levels.ts';
import { loader } from '../test/bench/loader.ts';
import { mechanisms } from '../test/bench/mechanisms.ts';
import { open } from '../test/bench/open.ts';
import type { BenchContext, Measurement, Part } from '../test/bench/part.ts';
import { peak } from '../test/bench/peak.ts';
import { isLevel } from '../test/bench/session-options.ts';
import { runs as runsPart } from '../test/bench/runs.ts';
import { step } from '../test/bench/step.ts';
import { tableOf, verdictOf } from '../test/bench/table.ts';
import { worker } from '../test/bench/worker.ts';
import { underRoot } from './root.ts';

const parts: readonly Part[] = [step, mechanisms, peak, decode, cold, worker, editor, loader, open, foreign, runsPart, inspect, inspectLink, languageModel, curves, levels];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '100' },
      pairs: { type: 'string', default: '10000000' },
      only: { type: 'string' },
      level: { type: 'string', default: 'disabled' },
      model: { type: 'string' },
      config: { type: 'string' },
      docs: { type: 'string', default: underRoot('docs') },
      json: { type: 'string' },
      wheel: { type: 'boolean', default: false },
    },
  });
  const [runs, pairs] = [Number(values.runs), Number(values.pairs)];
  const unknown = positionals.filter(name => !parts.some(part => part.name === name));
  if (unknown.length > 0 || ![runs, pairs].every(count => Number.isInteger(count) && count >= 1)) {
    console.error(unknown.length > 0 ? `There is no part ${unknown.join(', ')}. There are:` : '--runs and --pairs take whole numbers. Parts:');
    for (const { name, about } of parts) console.error(`  ${name.padEnd(14)} ${about}`);
    return 2;
  }
  const { level, model, config, docs } = values;
  if (!isLevel(level)) {
    console.error(`--level is "${level}"; disabled, basic, extended or all was expected.`);
    return 2;
  }
  const machine = `${cpus()[0]?.model.trim() ?? 'an unknown processor'}, ${cpus().length} processors, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${type()} ${release()}, Node ${process.version}`;
  console.log(machine);
  const context: BenchContext = {
    runs, pairs, wheel: values.wheel, only: values.only?.split(','), level, docs, machine,
    languageModel: model === undefined || config === undefined ? undefined : { folder: model, config },
    print: line => console.log(line),
  };
  const measurements: Measurement[] = [];
  let failed = 0;
  for (const part of parts.filter(({ name, long }) => (positionals.length === 0 ? long !== true : positionals.includes(name)))) {
    console.log(`\n${part.name}: ${part.about}`);
    try {
      measurements.push(...(await part.run(context)));
    } catch (error) {
      // The other parts are still worth measuring.
      failed++;
      console.log(`  ${part.name} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log(`\n${tableOf(measurements).join('\n')}`);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ machine, measurements: measurements.map(one => ({ ...one, verdict: verdictOf(one) })) })}\n`);
  }
  return failed === 0 && measurements.every(one => verdictOf(one) !== 'missed') ? 0 : 1;
}

process.exitCode = await main();
