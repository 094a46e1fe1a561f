/**
 * `[length, width]`: sines of a position at falling frequencies (Vaswani et al. 2017, section 3.5) in the first half of the
 * features, cosines in the second, as Marian lays them out.
 */
export function sinusoids(length: number, width: number): Float32Array {
  const sines = Math.ceil(width / 2);
  return Float32Array.from({ length: length * width }, (_, index) => {
    const [position, feature] = [Math.floor(index / width), index % width];
    const pair = feature < sines ? feature : feature - sines;
    const angle = position / 10_000 ** ((2 * pair) / width);
    return feature < sines ? Math.sin(angle) : Math.cos(angle);
  });
}
