/** What a training step does outside the graph, four floats at a time. Pointers are bytes, lengths are floats. */

/** Σ x², summed in double precision. */
export function sumOfSquares(x: usize, length: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const four = v128.load(x + ((<usize>i) << 2));
    const low = f64x2.promote_low_f32x4(four);
    const high = f64x2.promote_low_f32x4(v128.shuffle<u64>(four, four, 1, 1));
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  const both = f64x2.add(even, odd);
  let total = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (let i = whole; i < length; i++) {
    const value = <f64>load<f32>(x + ((<usize>i) << 2));
    total += value * value;
  }
  return total;
}

/** y += a x */
export function addScaled(y: usize, x: usize, a: f32, length: i32): void {
  const factor = f32x4.splat(a);
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(factor, v128.load(x + at))));
  }
  for (let i = whole; i < length; i++) {
    const at = (<usize>i) << 2;
    store<f32>(y + at, load<f32>(y + at) + a * load<f32>(x + at));
  }
}

/** Adds row n of `rows` to row `ids[n]` of `table`; ids are int64, checked by the caller. */
export function addRows(table: usize, ids: usize, rows: usize, count: i32, features: i32): void {
  const bytes = (<usize>features) << 2;
  for (let n = 0; n < count; n++) {
    const id = <usize>load<i64>(ids + ((<usize>n) << 3));
    addScaled(table + id * bytes, rows + (<usize>n) * bytes, 1, features);
  }
}

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2): gradient g is first scaled by `scale`; m and v are its moments; rates
 * carry the bias corrections: `step = rate / (1 − β₁ᵗ)`, `root = 1 / √(1 − β₂ᵗ)`; `keep = 1 − rate · decay`.
 */
export function adamw(
  p: usize, g: usize, m: usize, v: usize, length: i32,
  scale: f32, beta1: f32, beta2: f32, step: f32, root: f32, epsilon: f32, keep: f32,
): void {
  const scales = f32x4.splat(scale);
  const b1 = f32x4.splat(beta1);
  const c1 = f32x4.splat(1 - beta1);
  const b2 = f32x4.splat(beta2);
  const c2 = f32x4.splat(1 - beta2);
  const steps = f32x4.splat(step);
  const roots = f32x4.splat(root);
  const epsilons = f32x4.splat(epsilon);
  const keeps = f32x4.splat(keep);
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    const gradient = f32x4.mul(v128.load(g + at), scales);
    const first = f32x4.add(f32x4.mul(b1, v128.load(m + at)), f32x4.mul(c1, gradient));
    const second = f32x4.add(f32x4.mul(b2, v128.load(v + at)), f32x4.mul(c2, f32x4.mul(gradient, gradient)));
    v128.store(m + at, first);
    v128.store(v + at, second);
    const divisor = f32x4.add(f32x4.mul(f32x4.sqrt(second), roots), epsilons);
    const change = f32x4.div(f32x4.mul(steps, first), divisor);
    v128.store(p + at, f32x4.sub(f32x4.mul(keeps, v128.load(p + at)), change));
  }
  for (let i = whole; i < length; i++) {
    const at = (<usize>i) << 2;
    const gradient = load<f32>(g + at) * scale;
    const first = beta1 * load<f32>(m + at) + (1 - beta1) * gradient;
    const second = beta2 * load<f32>(v + at) + (1 - beta2) * gradient * gradient;
    store<f32>(m + at, first);
    store<f32>(v + at, second);
    const change = (step * first) / (sqrt<f32>(second) * root + epsilon);
    store<f32>(p + at, keep * load<f32>(p + at) - change);
  }
}

/**
 * A dropout mask: 0 with probability `rate`, else 1 / (1 − rate). The n-th element depends on the key and n alone, so
 * the mask of any step can be made again. Mixing is SplitMix64's finalizer (Steele, Lea, Flood 2014, figure 16); each
 * 64-bit draw gives two elements.
 */
export function dropoutMask(mask: usize, length: i32, key: u64, rate: f32): void {
  const threshold = <u32>(<f64>rate * 4294967296.0);
  const kept: f32 = 1 / (1 - rate);
  for (let i = 0; i < length; i += 2) {
    let z = key + (<u64>(i + 1)) * 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z = z ^ (z >> 31);
    store<f32>(mask + ((<usize>i) << 2), <u32>z < threshold ? <f32>0 : kept);
    if (i + 1 < length) store<f32>(mask + ((<usize>(i + 1)) << 2), <u32>(z >> 32) < threshold ? <f32>0 : kept);
  }
}
