/** Shapes and numbers as the page tells them. */

/** "768 × 3072", "batch × sequence × 768", "scalar". */
export function shapeText(shape: readonly (number | string)[]): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ');
}

/** How many elements a tensor of this shape has. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A value of a tensor, to four digits: "−0.01234", "1.5e−7". */
export function valueText(value: number): string {
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e7) ? value.toExponential(3).replace(/\.?0+e/, 'e').replace('e+', 'e') : String(Number(value.toPrecision(4)));
  return text.replaceAll('-', '−');
}

/** How far apart two tensors are, as a share of the first: "3.2 %", "0.00041 %", "∞". */
export function relativeText(relative: number | null): string {
  if (relative === null) return '∞';
  const percentage = 100 * relative;
  return `${percentage === 0 || (percentage >= 1e-6 && percentage < 1e6) ? Number(percentage.toPrecision(2)).toLocaleString('en', { maximumFractionDigits: 7 }) : valueText(percentage)} %`;
}
