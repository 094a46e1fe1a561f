/**
 * Every operator's gradient, on random shapes: against central finite differences in float64, and against PyTorch's.
 * Distances are the largest difference relative to the largest number of the gradient.
 */
import { describe, expect, test } from 'vitest';
import { askTorch, testWithTorch, type TorchTensor } from '../../../test/torch/torch.ts';
import { Draw, type OperatorCase } from './cases/operator-case.ts';
import { type DifferentiatedOperator, operatorCases } from './cases/table.ts';
import { checkCase, type CheckedCase, distance, type Precision } from './gradient-check.fixture.ts';
import { vjps } from './table.ts';

/** What ONNX Runtime's CPU provider has no float64 kernel for; a test below holds it to that. */
const float32Only: ReadonlySet<string> = new Set<DifferentiatedOperator>(['Erf']);
/** What keeps float32 numbers inside, whatever it is given: mean and deviation of a layer. */
const float32Inside: ReadonlySet<string> = new Set<DifferentiatedOperator>(['LayerNormalization']);

/** Random shapes are drawn anew for each of these. */
const seeds = [1, 2, 3];

const tolerance: Readonly<Record<Precision, number>> = { float32: 1e-2, float64: 1e-6 };
/** Rounding error of the loss, over the step: what a zero may differ from zero by. */
const negligible: Readonly<Record<Precision, number>> = { float32: 1e-3, float64: 1e-9 };

const operators = Object.keys(operatorCases) as DifferentiatedOperator[];
const precisionOf = (operator: string): Precision => (float32Only.has(operator) ? 'float32' : 'float64');

function casesOf(operator: DifferentiatedOperator): OperatorCase[] {
  return seeds.flatMap(seed =>
    operatorCases[operator](new Draw(operator, seed)).map(each => ({ ...each, about: `${each.about} (seed ${seed})` })),
  );
}

type Checked = OperatorCase & { readonly found: CheckedCase };
const checked = new Map<DifferentiatedOperator, Promise<Checked[]>>();

function check(operator: DifferentiatedOperator): Promise<Checked[]> {
  const checking = checked.get(operator) ?? checkAll(operator);
  checked.set(operator, checking);
  return checking;
}

async function checkAll(operator: DifferentiatedOperator): Promise<Checked[]> {
  const results: Checked[] = [];
  for (const each of casesOf(operator)) results.push({ ...each, found: await checkCase(operator, each, precisionOf(operator)) });
  return results;
}

test('the cases cover every operator that has a gradient', () => {
  expect(operators.toSorted()).toEqual(Object.keys(vjps).toSorted());
});

describe('against central finite differences', () => {
  test.each(operators)('%s', async operator => {
    const precision = precisionOf(operator);
    for (const { about, found } of await check(operator)) {
      expect(found.differences.size).toBeGreaterThan(0);
      for (const [operand, differences] of found.differences) {
        const error = distance(found.gradients.get(operand) ?? [], differences, negligible[precision]);
        expect(error, `${operator}, ${about}: operand ${operand}`).toBeLessThanOrEqual(tolerance[precision]);
      }
    }
  });
});

test.each([...float32Only] as DifferentiatedOperator[])('ONNX Runtime has no float64 %s', async operator => {
  const [first] = casesOf(operator);
  if (first === undefined) throw new Error(`no case of ${operator}`);
  await expect(checkCase(operator, first, 'float64')).rejects.toThrow('Could not find an implementation');
});

testWithTorch("equal PyTorch's", { timeout: 300_000 }, async () => {
  const cases = (await Promise.all(operators.map(async operator => (await check(operator)).map(each => ({ operator, ...each }))))).flat();
  const tensors: Record<string, TorchTensor> = {};
  cases.forEach(({ found }, index) => {
    for (const [letter, operand] of found.operands) tensors[`${index}.${letter}`] = operand;
    tensors[`${index}.cotangent`] = found.cotangent;
  });
  const reply = await askTorch('operators', tensors, {
    cases: cases.map(({ torch, found }) => ({ expression: torch, operands: [...found.operands.keys()] })),
  });
  cases.forEach(({ operator, about, found }, index) => {
    const bound = float32Only.has(operator) ? 1e-5 : float32Inside.has(operator) ? 1e-6 : 1e-10;
    for (const [letter, gradient] of found.gradients) {
      const expected = reply.get(`${index}.${letter}`);
      const message = `${operator}, ${about}: operand ${letter}`;
      expect(expected?.data.length, message).toBe(gradient.length);
      expect(distance(gradient, Array.from(expected?.data ?? [], Number), bound * 1e-2), message).toBeLessThanOrEqual(bound);
    }
  });
});
