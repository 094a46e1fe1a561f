import { closeSync, openSync, readSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { underRoot } from './root.ts';
import { runtimeOf, type Target, targets } from './targets.ts';

/** Which platform a native library is for, by the header of its format: ELF, PE or Mach-O. */
function platformOf(file: string): string | undefined {
  const header = Buffer.alloc(4096);
  const handle = openSync(file, 'r');
  readSync(handle, header, 0, header.length, 0);
  closeSync(handle);
  const named = (table: Readonly<Record<number, string>>, machine: number): string | undefined => table[machine];
  if (header.readUInt32BE(0) === 0x7f454c46) return named({ 0x3e: 'linux-x64', 0xb7: 'linux-arm64' }, header.readUInt16LE(18));
  if (header.readUInt16BE(0) === 0x4d5a) return named({ 0x8664: 'win32-x64', 0xaa64: 'win32-arm64' }, header.readUInt16LE(header.readUInt32LE(0x3c) + 4));
  if (header.readUInt32LE(0) === 0xfeedfacf) return named({ 0x0100000c: 'darwin-arm64' }, header.readUInt32LE(4));
  return undefined;
}

const binaries = (target: Target): string[] =>
  runtimeOf(target).flatMap(({ name, files }) => files.filter(file => file.startsWith('bin/')).map(file => underRoot('node_modules', name, file)));

describe.each(targets.filter(target => target !== 'darwin-x64'))('the runtime for %s', target => {
  it('is a binding and a library, both for that platform', () => {
    expect(binaries(target)).toHaveLength(2);
    for (const file of binaries(target)) expect(platformOf(file), file).toBe(target);
  });
});

it('is WebAssembly for darwin-x64', () => {
  expect(binaries('darwin-x64')).toEqual([]);
  expect(runtimeOf('darwin-x64').map(one => one.name)).toEqual(['onnxruntime-web', 'onnxruntime-common']);
});
