import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { underRoot } from '../../scripts/root.ts';

/** The version of ONNX Runtime that is installed. */
export function onnxRuntimeVersion(): string {
  const json: unknown = JSON.parse(readFileSync(underRoot('node_modules', 'onnxruntime-node', 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(json).version;
}
