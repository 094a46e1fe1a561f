import { expect, test } from 'vitest';
import { type SmallFloat, valuesOf } from './small-floats.ts';

/** From the tables of Micikevicius et al. 2022 (table 1), ONNX's "Float stored in 8 bits", OCP's Microscaling Formats 1.0 and IEEE 754. */
test.each<[SmallFloat, number, number]>([
  ['float16', 0x3c00, 1], ['float16', 0x7bff, 65504], ['float16', 0x0001, 2 ** -24], ['float16', 0x0400, 2 ** -14], ['float16', 0xfc00, -Infinity], ['float16', 0x7e00, NaN],
  ['bfloat16', 0x3f80, 1], ['bfloat16', 0x7f7f, 2 ** 127 * (2 - 2 ** -7)], ['bfloat16', 0xff80, -Infinity], ['bfloat16', 0x0001, 2 ** -133],
  ['float8e4m3fn', 0x7e, 448], ['float8e4m3fn', 0x08, 2 ** -6], ['float8e4m3fn', 0x01, 2 ** -9], ['float8e4m3fn', 0x7f, NaN], ['float8e4m3fn', 0xfe, -448], ['float8e4m3fn', 0x80, -0],
  ['float8e4m3fnuz', 0x7f, 240], ['float8e4m3fnuz', 0x80, NaN], ['float8e4m3fnuz', 0x01, 2 ** -10],
  ['float8e5m2', 0x7b, 57344], ['float8e5m2', 0x01, 2 ** -16], ['float8e5m2', 0x7c, Infinity], ['float8e5m2', 0xfd, NaN],
  ['float8e5m2fnuz', 0x7f, 57344], ['float8e5m2fnuz', 0x80, NaN], ['float8e5m2fnuz', 0x01, 2 ** -17],
  ['float8e8m0', 127, 1], ['float8e8m0', 0, 2 ** -127], ['float8e8m0', 255, NaN],
  ['float4e2m1', 7, 6], ['float4e2m1', 1, 0.5], ['float4e2m1', 0xf, -6], ['float4e2m1', 5, 3],
])('%s: %i is %d', (type, code, value) => {
  expect(valuesOf(type)[code]).toBe(value);
});
