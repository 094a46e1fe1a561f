/**
 * The platforms a VSIX is made for, and which files of ONNX Runtime each needs. Only the CPU provider is used, so the
 * libraries that Windows loads on demand for DirectML and WebGPU (DirectML.dll, dxcompiler.dll, dxil.dll) stay out, and so
 * does the second copy of macOS' library under its full version.
 */
export const targets = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64', 'darwin-x64'] as const;
export type Target = (typeof targets)[number];

export function isTarget(name: string): name is Target {
  return (targets as readonly string[]).includes(name);
}

export interface RuntimePackage {
  readonly name: 'onnxruntime-node' | 'onnxruntime-web' | 'onnxruntime-common';
  /** Paths inside the package; folders are taken whole, less source maps and type declarations. */
  readonly files: readonly string[];
}

const libraries = { linux: 'libonnxruntime.so.1', win32: 'onnxruntime.dll', darwin: 'libonnxruntime.1.dylib' } as const;

/** No native build is published for macOS on Intel: it runs the WebAssembly one. */
export function runtimeOf(target: Target): readonly RuntimePackage[] {
  const common = { name: 'onnxruntime-common', files: ['package.json', 'dist'] } as const;
  if (target === 'darwin-x64') {
    const web = ['package.json', ...['ort.node.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'].map(file => `dist/${file}`)];
    return [{ name: 'onnxruntime-web', files: web }, common];
  }
  const [platform, architecture] = target.split('-') as ['linux' | 'win32' | 'darwin', string];
  const folder = `bin/napi-v6/${platform}/${architecture}`;
  const native = ['package.json', 'dist', `${folder}/onnxruntime_binding.node`, `${folder}/${libraries[platform]}`];
  return [{ name: 'onnxruntime-node', files: native }, common];
}
