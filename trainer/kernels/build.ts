/**
 * Compiles the kernels and writes them, as text that bundles anywhere, to `optimizer.wasm.ts` beside this file. The
 * compiler takes seconds to load and run: what was made from the same source already is left as it is.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const options = ['--optimizeLevel', '3', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noAssert'];

export async function buildKernels(): Promise<void> {
  const target = here('optimizer.wasm.ts');
  const source = await readFile(here('assembly/optimizer.ts'), 'utf8');
  const digest = createHash('sha256').update(source.replaceAll('\r\n', '\n')).update(options.join(' ')).digest('hex');
  const old = await readFile(target, 'utf8').catch(() => '');
  if (old.includes(digest)) return;
  const text = `/** Made from assembly/optimizer.ts by build.ts; not edited by hand. Source and options: ${digest}. */`;
  await writeFile(target, `${text}\nexport const optimizerWasm =\n  '${await compileKernels()}';\n`);
}

/** @returns the WebAssembly module that the source makes, in base64 */
export async function compileKernels(): Promise<string> {
  const { default: asc } = await import('assemblyscript/asc');
  const folder = await mkdtemp(join(tmpdir(), 'attention-scope-kernels-'));
  try {
    const out = join(folder, 'optimizer.wasm');
    const { error, stderr } = await asc.main([here('assembly/optimizer.ts'), '--outFile', out, ...options]);
    if (error) throw new Error(`the kernels do not compile:\n${stderr.toString()}`);
    return (await readFile(out)).toString('base64');
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
