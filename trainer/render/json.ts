import type { AlignmentLink, Trace } from '../../protocol/trace.ts';

/**
 * A trace as one line of JSON: `model`; `source {text, tokens[{text, start, end}]}`; `target {text, tokens[{text,
 * start, end, logProb}]}`; `maps[{kind, layer, head, weights}]` with `weights[target][source]` over the whole text,
 * zero outside a row's sentence; `alignment[{source: [start, end], target: [start, end], weight}]` between words.
 * Offsets are UTF-16. Weights are the model's own, never renormalised.
 */
export function renderJson(trace: Trace): string {
  const { source, target, map } = trace;
  return JSON.stringify({
    model: trace.model,
    source: {
      text: source.text,
      tokens: source.tokens.map(({ text, start, end }) => ({ text, start, end })),
    },
    target: {
      text: target.text,
      tokens: target.tokens.map(({ text, start, end, logProb }) => ({ text, start, end, logProb: shortest(logProb) })),
    },
    maps: map === undefined ? [] : [{ kind: map.kind, layer: map.layer, head: map.head, weights: wholeRows(trace) }],
    alignment: trace.alignment.map(linkOf),
  });
}

function wholeRows({ rows, source }: Trace): number[][] {
  return rows.map(({ firstSource, weights }) => {
    const whole = source.tokens.map(() => 0);
    weights.forEach((weight, offset) => {
      whole[firstSource + offset] = shortest(weight);
    });
    return whole;
  });
}

function linkOf({ source, target, weight }: AlignmentLink): object {
  return { source: [source.start, source.end], target: [target.start, target.end], weight: shortest(weight) };
}

/**
 * The number with the fewest digits that is the same float32, since that is what models compute in: 0.1, not
 * 0.10000000149011612. A number that is no float32 stays as it is.
 */
export function shortest(value: number): number {
  if (Math.fround(value) !== value) return value;
  // Nine significant digits tell any two float32 numbers apart.
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}
