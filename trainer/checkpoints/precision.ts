/** How a checkpoint's weights are stored. */
import type { Graph } from '../graph/graph.ts';
import { only } from '../graph/operators/elementwise.ts';
import { elementCount, type Value } from '../graph/value.ts';

export function storeFloat32(graph: Graph, name: string, shape: readonly number[], data: Float32Array): Value {
  return graph.constant('float32', shape, data, name);
}

/**
 * Matrices as 8-bit integers with one scale a row, biases as they are: `w ≈ scale[row] · q`, q in −127 … 127. The graph
 * itself turns them back (`DequantizeLinear`), so any ONNX runtime opens the file.
 */
export function storeInt8(graph: Graph, name: string, shape: readonly number[], data: Float32Array): Value {
  if (shape.length < 2) return storeFloat32(graph, name, shape, data);
  const { quantized, scales } = quantizeRows(shape, data);
  const [rows = 1] = shape;
  const stored = graph.constant('int8', shape, quantized, `${name}.int8`);
  const scale = graph.constant('float32', [rows], scales, `${name}.scale`);
  return only(graph.node('DequantizeLinear', [stored, scale], { axis: 0 }, [name]));
}

/**
 * Symmetric quantisation of each row, to the scale of least squared error: the largest magnitude is the first guess,
 * and a few smaller scales, which clip it but round the rest more finely, are tried against it.
 */
export function quantizeRows(shape: readonly number[], data: Float32Array): { quantized: Int8Array; scales: Float32Array } {
  const [rows = 1] = shape;
  const width = elementCount(shape) / rows;
  const quantized = new Int8Array(data.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * width, (row + 1) * width);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = Math.fround(bestScale(values, largest / 127 || 1));
    scales[row] = scale;
    for (let index = 0; index < width; index++) quantized[row * width + index] = rounded(values[index] ?? 0, scale);
  }
  return { quantized, scales };
}

const shrinkage = [1, 0.97, 0.94, 0.9, 0.86, 0.82];

function bestScale(values: Float32Array, widest: number): number {
  const error = (scale: number): number =>
    values.reduce((sum, value) => sum + (value - rounded(value, scale) * scale) ** 2, 0);
  const tried = shrinkage.map(factor => ({ scale: widest * factor, error: error(widest * factor) }));
  return tried.reduce((best, candidate) => (candidate.error < best.error ? candidate : best)).scale;
}

function rounded(value: number, scale: number): number {
  return Math.max(-127, Math.min(127, Math.round(value / scale)));
}
