import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { chooseProviders } from './providers.ts';

describe('the execution provider', () => {
  test.each([undefined, '', 'auto', 'cpu'])('is the processor where nothing else is asked for: %j', asked => {
    expect(chooseProviders(asked, ['cpu', 'webgpu'])).toEqual({ names: ['cpu'] });
  });

  test('is what was asked for where this build has it, with the processor behind it', () => {
    expect(chooseProviders('webgpu', ['cpu', 'webgpu'])).toEqual({ names: ['webgpu', 'cpu'] });
    expect(chooseProviders('directml', ['cpu', 'dml', 'webgpu'])).toEqual({ names: ['dml', 'cpu'] });
  });

  test('that this build lacks is told with what there is and what it needs', () => {
    const { names, note } = chooseProviders('cuda', ['cpu', 'webgpu']);
    expect(names).toEqual(['cpu']);
    expect(note).toMatch(/cuda is not in this build of ONNX Runtime \(it has cpu, webgpu\); it needs Linux with an NVIDIA card.* Using cpu\.$/);
  });

  test('of another name is told with those there are', () => {
    expect(chooseProviders('gpu', ['cpu']).note).toMatch(/no execution provider "gpu"; there are auto, cpu, webgpu/);
  });
});

test('what cannot be started falls back to the processor with one line, however many graphs there are', async () => {
  const here = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const source = `
    const { loadRuntime } = await import(${here('runtime.ts')});
    const { createSession } = await import(${here('providers.ts')});
    const { Graph } = await import(${here('../graph/graph.ts')});
    const { mul } = await import(${here('../graph/operators/elementwise.ts')});
    const { writeOnnx } = await import(${here('../graph/write.ts')});
    const runtime = await loadRuntime();
    for (const factor of [2, 3]) {
      const graph = new Graph('times');
      graph.output(mul(graph.input('x', 'float32', [1]), factor), 'y');
      const session = await createSession(runtime, writeOnnx(graph), {});
      const { y } = await session.run({ x: new runtime.Tensor('float32', Float32Array.of(7), [1]) });
      console.log(y.data[0]);
    }`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    env: { ...process.env, ATTENTION_SCOPE_PROVIDER: 'coreml' },
  });
  expect(stdout).toBe('14\n21\n');
  expect(stderr.trim().split('\n')).toHaveLength(process.platform === 'darwin' ? 0 : 1);
}, 60_000);
