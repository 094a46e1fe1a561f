/** Compiles the kernels and writes them, as text that bundles anywhere, to `optimizer.wasm.ts` beside this file. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export async function buildKernels(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'attention-scope-kernels-'));
  try {
    const out = join(folder, 'optimizer.wasm');
    const { error, stderr } = await asc.main([
      here('assembly/optimizer.ts'),
      '--outFile', out, '--optimizeLevel', '3', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noAssert',
    ]);
    if (error) throw new Error(`the kernels do not compile:\n${stderr.toString()}`);
    const base64 = (await readFile(out)).toString('base64');
    const text = `/** Made from assembly/optimizer.ts by build.ts; not edited by hand. */\nexport const optimizerWasm =\n  '${base64}';\n`;
    const target = here('optimizer.wasm.ts');
    const old = await readFile(target, 'utf8').catch(() => '');
    if (old !== text) await writeFile(target, text);
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
