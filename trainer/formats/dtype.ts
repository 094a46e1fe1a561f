/** Element types of every format, each by one name: that of numpy where numpy has one. */
export const bitsOf = {
  float64: 64, float32: 32, float16: 16, bfloat16: 16,
  float8e4m3fn: 8, float8e4m3fnuz: 8, float8e5m2: 8, float8e5m2fnuz: 8, float8e8m0: 8, float4e2m1: 4,
  int64: 64, int32: 32, int16: 16, int8: 8, int4: 4, int2: 2,
  uint64: 64, uint32: 32, uint16: 16, uint8: 8, uint4: 4, uint2: 2,
  bool: 8, complex64: 64, complex128: 128,
} as const;

/** A type whose elements have a size of their own. */
export type PlainDtype = keyof typeof bitsOf;

/** Of texts; and of GGUF's blocks, in which several elements share a scale: `q4_0`, `q8_0`, `iq2_xs`… */
export type Dtype = PlainDtype | 'string' | `block:${string}`;

export function isPlain(dtype: Dtype): dtype is PlainDtype {
  return Object.hasOwn(bitsOf, dtype);
}
