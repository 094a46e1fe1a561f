/** How alike two vectors point: 1 the same way, −1 the opposite one; 0 where one of them is 0. */
export function cosine(one: Float32Array, other: Float32Array): number {
  let [product, size, otherSize] = [0, 0, 0];
  one.forEach((value, index) => {
    const beside = other[index] ?? 0;
    product += value * beside;
    size += value ** 2;
    otherSize += beside ** 2;
  });
  const sizes = Math.sqrt(size * otherSize);
  return sizes === 0 ? 0 : product / sizes;
}
