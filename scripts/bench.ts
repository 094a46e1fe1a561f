/**
 *   npm run bench [-- PART… --runs N --json FILE --wheel]
 *
 * Measures speed and memory, each beside its budget or beside another program in the same run (docs/benchmarks.md).
 *
 *   PART…        only these parts: step, decode, cold, worker, editor
 *   --runs N     how often each thing is measured; 100 unless told
 *   --json FILE  also writes every single value
 *   --wheel      also races against a current PyTorch from the Python package index (a large download, once)
 */
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';
import { cold } from '../test/bench/cold.ts';
import { decode } from '../test/bench/decode.ts';
import { editor } from '../test/bench/editor.ts';
import type { BenchContext, Measurement, Part } from '../test/bench/part.ts';
import { step } from '../test/bench/step.ts';
import { tableOf, verdictOf } from '../test/bench/table.ts';
import { worker } from '../test/bench/worker.ts';

const parts: readonly Part[] = [step, decode, cold, worker, editor];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '100' },
      json: { type: 'string' },
      wheel: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  const unknown = positionals.filter(name => !parts.some(part => part.name === name));
  if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
    console.error(unknown.length > 0 ? `There is no part ${unknown.join(', ')}. There are:` : '--runs takes a whole number. Parts:');
    for (const { name, about } of parts) console.error(`  ${name.padEnd(8)} ${about}`);
    return 2;
  }
  const machine = `${cpus()[0]?.model.trim() ?? 'an unknown processor'}, ${cpus().length} processors, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${type()} ${release()}, Node ${process.version}`;
  console.log(machine);
  const context: BenchContext = { runs, wheel: values.wheel, print: line => console.log(line) };
  const measurements: Measurement[] = [];
  let failed = 0;
  for (const part of parts.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
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
