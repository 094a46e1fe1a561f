import { describe, expect, it } from 'vitest';
import type { DtypeShare } from './checkpoint.ts';
import { bytesText, countText, counted, durationText, parametersText } from './quantities.ts';

const share = (dtype: string, elements: number): DtypeShare => ({ dtype, tensors: 1, elements, bytes: 4 * elements });

describe('quantities', () => {
  it('are sizes with three digits that tell', () => {
    expect([0, 1, 1023, 1024, 1536, 95_300_000, 1024 ** 3 - 1, 2.6 * 1024 ** 3].map(bytesText)).toEqual([
      '0 B', '1 B', '1,023 B', '1 KB', '1.5 KB', '90.9 MB', '1 GB', '2.6 GB',
    ]);
  });

  it('are counts, exact as long as they are short', () => {
    expect([0, 1, 9_999, 10_000, 85_060, 22_713_216, 999_999_900, 7_241_732_096].map(countText)).toEqual([
      '0', '1', '9,999', '10 K', '85.1 K', '22.7 M', '1 B', '7.24 B',
    ]);
    expect([counted(1, 'tensor'), counted(199, 'tensor')]).toEqual(['1 tensor', '199 tensors']);
  });
});

describe('durations', () => {
  it('are told in two units, to the minute where they are long', () => {
    expect([0, 5, 59, 60, 135, 725, 3600, 12_000, 86_400, 187_200, 7_199].map(seconds => durationText(seconds))).toEqual([
      '0 s', '5 s', '59 s', '1 min', '2 min', '12 min', '1 h', '3 h 20 min', '1 d', '2 d 4 h', '2 h',
    ]);
  });

  it('are told to the second where that is wanted', () => {
    expect([0, 59, 60, 135, 3600, 3725, 90_000].map(seconds => durationText(seconds, 'second'))).toEqual(['0 s', '59 s', '1 min', '2 min 15 s', '1 h', '1 h 2 min', '1 d 1 h']);
  });
});

describe('parameters in words', () => {
  it('name the types that matter, the most frequent first', () => {
    expect(parametersText([share('float32', 22_700_000)])).toBe('22.7 M parameters, float32');
    expect(parametersText([share('int64', 12), share('float32', 4e6), share('int8', 8e6)])).toBe('12 M parameters, int8 and float32');
    expect(parametersText(['float32', 'float16', 'int8', 'uint8', 'bool'].map(dtype => share(dtype, 1000)))).toBe('5,000 parameters, float32, float16 and 3 more');
  });

  it('say so where there are none', () => {
    expect(parametersText([])).toBe('no parameters');
    expect(parametersText([share('float32', 1)])).toBe('1 parameter, float32');
  });
});
