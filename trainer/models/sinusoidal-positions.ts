/**
 * Position encodings (Vaswani et al. 2017, section 3.5), `[length, width]` row by row: features 2i and 2i + 1 of position
 * p are sin and cos of `p / 10000^(2i / width)`.
 */
export function sinusoidalPositions(length: number, width: number): Float32Array {
  return Float32Array.from({ length: length * width }, (_, index) => {
    const [position, feature] = [Math.floor(index / width), index % width];
    const angle = position / 10_000 ** ((feature - (feature % 2)) / width);
    return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
