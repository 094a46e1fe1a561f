/** What all Transformers have in common, and which settings of it cannot be. */

export interface TransformerSizes {
  /** Features of a token, d_model. */
  readonly width: number;
  /** Attention heads of a layer; each has `width / heads` features. */
  readonly heads: number;
  /** Features inside the feed-forward sub-layer, d_ff. */
  readonly inner: number;
  /** Before each sub-layer (Xiong et al. 2020), or after adding what it gave (Vaswani et al. 2017, section 3.1). */
  readonly norm: 'pre' | 'post';
  readonly positions: 'sinusoidal' | 'learned' | 'rotary';
  /** The most tokens of a sequence: rows of learned positions, and of any table of positions in an inference graph. */
  readonly longest: number;
}

/** Features of one head, d_k. */
export const headWidth = ({ width, heads }: Pick<TransformerSizes, 'width' | 'heads'>): number => width / heads;

/**
 * What is impossible about these sizes, each by the config's key, what was found and what fits; empty where all is well.
 * @param sequence the longest sequence there will be, where it is known
 */
export function transformerProblems({ width, heads, positions, longest }: TransformerSizes, sequence?: number): string[] {
  const problems: string[] = [];
  const divides = width % heads === 0;
  if (!divides) {
    problems.push(`heads: ${heads} heads cannot share a width of ${width} evenly; ${divisorsOf(width)} can`);
  }
  if (positions === 'rotary' && divides && (width / heads) % 2 !== 0) {
    problems.push(`positions: "rotary" turns features in pairs, and a head of ${width} / ${heads} = ${width / heads} features is odd; an even one fits`);
  }
  if (positions === 'sinusoidal' && width % 2 !== 0) {
    problems.push(`width: "sinusoidal" positions are pairs of sine and cosine, and ${width} is odd; ${width + 1} fits`);
  }
  if (sequence !== undefined && sequence > longest) {
    problems.push(`longest: sequences of up to ${sequence} tokens do not fit into ${longest} positions; ${sequence} or more do`);
  }
  return problems;
}

/** As a sentence lists them: "1, 2, 4 or 8". */
function divisorsOf(number: number): string {
  const divisors = Array.from({ length: Math.min(number, 64) }, (_, index) => index + 1).filter(count => number % count === 0);
  return divisors.length === 1 ? '1' : `${divisors.slice(0, -1).join(', ')} or ${divisors.at(-1)}`;
}
