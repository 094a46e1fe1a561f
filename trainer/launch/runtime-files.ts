/** Which files of the product a training needs. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface Part {
  readonly folder: string;
  readonly wanted: (path: string) => boolean;
}

/** The same files of ONNX Runtime as a package for this platform carries (scripts/targets.ts); those that are not there are not needed. */
const parts: readonly Part[] = [
  { folder: 'dist', wanted: path => path.endsWith('.mjs') && !/^(test|webview)[/\\]/.test(path) },
  { folder: 'node_modules/onnxruntime-common/dist', wanted: isCode },
  { folder: 'node_modules/onnxruntime-node/dist', wanted: isCode },
  { folder: `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`, wanted: () => true },
];

/** Where there is no native build, and for whoever chooses it (engine/runtime.ts). */
const web = ['package.json', 'dist/ort.node.min.mjs', 'dist/ort-wasm-simd-threaded.mjs', 'dist/ort-wasm-simd-threaded.wasm'];
const needsWeb = process.env['ATTENTION_SCOPE_RUNTIME'] === 'web' || (process.platform === 'darwin' && process.arch === 'x64');
const manifests = ['package.json', 'node_modules/onnxruntime-common/package.json', 'node_modules/onnxruntime-node/package.json'];

function isCode(path: string): boolean {
  return /\.([cm]?js|json)$/.test(path);
}

/** Paths relative to the product, with forward slashes and in order, and the bytes of each. */
export async function runtimeFiles(product: string): Promise<ReadonlyMap<string, number>> {
  const inParts = await Promise.all(
    parts.map(async ({ folder, wanted }) => {
      const names = await readdir(join(product, folder), { recursive: true }).catch((): string[] => []);
      return names.filter(wanted).map(name => `${folder}/${name.replaceAll('\\', '/')}`);
    }),
  );
  const single = [...manifests, ...(needsWeb ? web : []).map(name => `node_modules/onnxruntime-web/${name}`)];
  const sizes = await Promise.all(
    [...inParts.flat(), ...single].toSorted().map(async (path): Promise<[string, number][]> => {
      const found = await stat(join(product, path)).catch(() => undefined);
      return found?.isFile() === true ? [[path, found.size]] : [];
    }),
  );
  return new Map(sizes.flat());
}
