/** Element types by the numbers that ONNX files call them by: `TensorProto.DataType` of onnx.proto3. */
import type { Dtype } from '../formats/dtype.ts';

const dtypes: readonly (Dtype | undefined)[] = [
  undefined, 'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string', 'bool', 'float16', 'float64', 'uint32',
  'uint64', 'complex64', 'complex128', 'bfloat16', 'float8e4m3fn', 'float8e4m3fnuz', 'float8e5m2', 'float8e5m2fnuz', 'uint4',
  'int4', 'float4e2m1', 'float8e8m0', 'uint2', 'int2',
];

/** `undefined` for a number that stands for none that is known. */
export const dtypeOf = (number: number): Dtype | undefined => dtypes[number];

/** @throws RangeError for a type that ONNX does not have */
export function dataTypeOf(dtype: Dtype): number {
  const number = dtypes.indexOf(dtype);
  if (number < 1) throw new RangeError(`ONNX has no tensors of ${dtype}`);
  return number;
}
