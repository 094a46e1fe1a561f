/** How probable each token was that was written before a change, and each that is written now, side by side. */
import { alongside, inPlace } from '../../../protocol/common-subsequence.ts';
import type { InspectedOutput } from '../../../protocol/inspection.ts';
import type { NumberColumn, Numbers } from '../arithmetic/numbers.ts';
import { probabilityText, rawText, tokenText } from '../decoding/tree.ts';

type Written = Extract<InspectedOutput, { readonly kind: 'written' }>;
type Step = Written['steps'][number]['written'];

/** Of less than a thousandth a per cent says nothing. */
const leastShare = Math.log(0.001);

/** The same tokens stand in one row, and what was replaced beside what it was replaced by; steps are those of what is written now. */
export function stepTable(before: Written, after: Written): Numbers {
  const rows = inPlace(alongside(tokensOf(before), tokensOf(after))).map(({ one, other }) => ({
    step: other === undefined ? '' : String(other + 1), before: before.steps[one ?? -1]?.written, now: after.steps[other ?? -1]?.written,
  }));
  const side = (of: 'before' | 'now'): readonly NumberColumn[] => [
    { name: of, isText: true, cell: row => textOf(rows[row]?.[of], tokenText), more: row => textOf(rows[row]?.[of], rawText) },
    { name: 'probable', isShort: true, cell: row => textOf(rows[row]?.[of], ({ logProb }) => probabilityText(logProb)) },
  ];
  const change = (row: number): string => {
    const at = rows[row];
    return at?.before === undefined || at.now === undefined ? '' : signed(at.now.logProb - at.before.logProb);
  };
  return { count: rows.length, columns: [{ name: 'step', isShort: true, cell: row => rows[row]?.step ?? '' }, ...side('before'), ...side('now'), { name: 'change, nats', isShort: true, cell: change }] };
}

/** Of all of it: as a share as long as one can be read, and as the logarithm that it is computed with. */
export function totalText(before: Written, after: Written): string {
  const [was, is] = [totalOf(before), totalOf(after)];
  const told = (total: number): string => `${total > leastShare ? `${probabilityText(total)} probable, ` : ''}log-probability ${signed(total).replace('+', '')}`;
  const count = after.steps.length === before.steps.length ? String(after.steps.length) : `${after.steps.length} instead of ${before.steps.length}`;
  return `All of it: ${told(is)}; before: ${told(was)}. Difference: ${signed(is - was)} nats over ${count} tokens.`;
}

function tokensOf({ steps }: Written): string[] {
  return steps.map(({ written }) => String(written.token));
}

function totalOf({ steps }: Written): number {
  return steps.reduce((sum, { written }) => sum + written.logProb, 0);
}

function textOf(step: Step | undefined, tell: (step: Step) => string): string {
  return step === undefined ? '' : tell(step);
}

function signed(value: number): string {
  const size = Math.abs(value).toFixed(2);
  return `${value < 0 && Number(size) !== 0 ? '−' : '+'}${size}`;
}
