import { expect, test } from 'vitest';
import { compileKernels } from './build.ts';
import { optimizerWasm } from './optimizer.wasm.ts';

test('optimizer.wasm.ts is what the source compiles to', { timeout: 300_000 }, async () => {
  expect(await compileKernels()).toBe(optimizerWasm);
});
