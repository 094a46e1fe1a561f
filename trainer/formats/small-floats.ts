/** Floating-point numbers of 4 to 16 bits: each value is looked up in a table of all there are. */

interface Layout {
  readonly bits: number;
  readonly mantissa: number;
  readonly bias: number;
  /**
   * What the codes with the largest exponent are. `ieee`: infinities and NaN; `finite`: numbers; `fn`: numbers, but the very
   * largest magnitude is NaN; `fnuz`: numbers, and what would be −0 is NaN.
   */
  readonly top: 'ieee' | 'finite' | 'fn' | 'fnuz';
}

/** IEEE 754 binary16; bfloat16; Micikevicius et al. 2022 and ONNX's "Float stored in 8 bits"; OCP's Microscaling Formats 1.0. */
const layouts = {
  float16: { bits: 16, mantissa: 10, bias: 15, top: 'ieee' },
  bfloat16: { bits: 16, mantissa: 7, bias: 127, top: 'ieee' },
  float8e4m3fn: { bits: 8, mantissa: 3, bias: 7, top: 'fn' },
  float8e4m3fnuz: { bits: 8, mantissa: 3, bias: 8, top: 'fnuz' },
  float8e5m2: { bits: 8, mantissa: 2, bias: 15, top: 'ieee' },
  float8e5m2fnuz: { bits: 8, mantissa: 2, bias: 16, top: 'fnuz' },
  float4e2m1: { bits: 4, mantissa: 1, bias: 1, top: 'finite' },
} as const satisfies Readonly<Record<string, Layout>>;

export type SmallFloat = keyof typeof layouts | 'float8e8m0';

const tables = new Map<SmallFloat, Float64Array>();

/** The value of every code. */
export function valuesOf(dtype: SmallFloat): Float64Array {
  const known = tables.get(dtype);
  if (known !== undefined) return known;
  const table = dtype === 'float8e8m0' ? powersOfTwo() : everyValue(layouts[dtype]);
  tables.set(dtype, table);
  return table;
}

function everyValue(layout: Layout): Float64Array {
  return Float64Array.from({ length: 2 ** layout.bits }, (_, code) => valueOf(code, layout));
}

function valueOf(code: number, { bits, mantissa, bias, top }: Layout): number {
  const sign = code >> (bits - 1) === 0 ? 1 : -1;
  const magnitude = code & ((1 << (bits - 1)) - 1);
  const exponent = magnitude >> mantissa;
  const fraction = magnitude & ((1 << mantissa) - 1);
  if (top === 'ieee' && exponent === (1 << (bits - 1 - mantissa)) - 1) return fraction === 0 ? sign * Infinity : NaN;
  if (top === 'fn' && magnitude === (1 << (bits - 1)) - 1) return NaN;
  if (top === 'fnuz' && magnitude === 0 && sign < 0) return NaN;
  const whole = exponent === 0 ? fraction : fraction + (1 << mantissa);
  return sign * whole * 2 ** (Math.max(exponent, 1) - bias - mantissa);
}

/** OCP's scale type: 2^(code − 127), and NaN. */
function powersOfTwo(): Float64Array {
  return Float64Array.from({ length: 256 }, (_, code) => (code === 255 ? NaN : 2 ** (code - 127)));
}
