/** The command line, from nothing to the first translation printed. The system has its files in memory, as after any use. */
import { spawn } from 'node:child_process';
import { builtCommandLine, modelFolder, twelveWords } from './model.ts';
import type { Part } from './part.ts';
import { withTemporaryFolder } from './temporary.ts';

export const cold: Part = {
  name: 'cold',
  about: 'the command line, from its start to the first translation printed',
  run: context =>
    withTemporaryFolder(async spare => {
      const args = [builtCommandLine(), 'translate', '--model', await modelFolder(spare, context), twelveWords];
      await firstOutput(args);
      const values: number[] = [];
      for (let run = 0; run < context.runs; run++) values.push(await firstOutput(args));
      return [{ name: 'command line, cold to first translation', unit: 'ms', values, limit: { kind: 'budget', most: 1_500, of: 'p95' } }];
    }),
};

/** Milliseconds to the first line; waits for the process' end. */
function firstOutput(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let first: number | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().trim() !== '') first ??= performance.now() - begin;
    });
    child.once('error', reject);
    child.once('close', code => (code === 0 && first !== undefined ? resolve(first) : reject(new Error(`translate ended with ${code}`))));
  });
}
