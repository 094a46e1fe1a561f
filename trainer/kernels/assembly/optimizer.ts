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
 * Stochastic gradient descent with momentum (Sutskever et al. 2013, equations 1 to 4, in the form whose buffer m holds
 * gradients): gradient g is first scaled by `scale`, and `decay` · p is added. Nesterov's step looks ahead: it adds the
 * new buffer, once more lessened, to the gradient.
 */
export function sgd(
  p: usize, g: usize, m: usize, length: i32,
  scale: f32, decay: f32, momentum: f32, nesterov: bool, rate: f32,
): void {
  const direct: f32 = nesterov ? 1 : 0;
  const carried: f32 = nesterov ? momentum : 1;
  const scales = f32x4.splat(scale);
  const decays = f32x4.splat(decay);
  const momenta = f32x4.splat(momentum);
  const directs = f32x4.splat(direct);
  const carrieds = f32x4.splat(carried);
  const rates = f32x4.splat(rate);
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    const old = v128.load(p + at);
    const gradient = f32x4.add(f32x4.mul(v128.load(g + at), scales), f32x4.mul(decays, old));
    const buffer = f32x4.add(f32x4.mul(momenta, v128.load(m + at)), gradient);
    v128.store(m + at, buffer);
    const change = f32x4.add(f32x4.mul(directs, gradient), f32x4.mul(carrieds, buffer));
    v128.store(p + at, f32x4.sub(old, f32x4.mul(rates, change)));
  }
  for (let i = whole; i < length; i++) {
    const at = (<usize>i) << 2;
    const old = load<f32>(p + at);
    const gradient = load<f32>(g + at) * scale + decay * old;
    const buffer = momentum * load<f32>(m + at) + gradient;
    store<f32>(m + at, buffer);
    store<f32>(p + at, old - rate * (direct * gradient + carried * buffer));
  }
}

/**
 * RMSprop (Hinton 2012, lecture 6e, slide 29): gradient g is scaled by `scale`, `decay` · p is added, and the sum is divided
 * by the root of v, the mean of its squares that `alpha` smooths; m gathers the quotients with momentum.
 */
export function rmsprop(
  p: usize, g: usize, m: usize, v: usize, length: i32,
  scale: f32, decay: f32, alpha: f32, epsilon: f32, momentum: f32, rate: f32,
): void {
  const scales = f32x4.splat(scale);
  const decays = f32x4.splat(decay);
  const alphas = f32x4.splat(alpha);
  const others = f32x4.splat(1 - alpha);
  const epsilons = f32x4.splat(epsilon);
  const momenta = f32x4.splat(momentum);
  const rates = f32x4.splat(rate);
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    const old = v128.load(p + at);
    const gradient = f32x4.add(f32x4.mul(v128.load(g + at), scales), f32x4.mul(decays, old));
    const squares = f32x4.add(f32x4.mul(alphas, v128.load(v + at)), f32x4.mul(others, f32x4.mul(gradient, gradient)));
    const quotient = f32x4.div(gradient, f32x4.add(f32x4.sqrt(squares), epsilons));
    const buffer = f32x4.add(f32x4.mul(momenta, v128.load(m + at)), quotient);
    v128.store(v + at, squares);
    v128.store(m + at, buffer);
    v128.store(p + at, f32x4.sub(old, f32x4.mul(rates, buffer)));
  }
  for (let i = whole; i < length; i++) {
    const at = (<usize>i) << 2;
    const old = load<f32>(p + at);
    const gradient = load<f32>(g + at) * scale + decay * old;
    const squares = alpha * load<f32>(v + at) + (1 - alpha) * gradient * gradient;
    const buffer = momentum * load<f32>(m + at) + gradient / (sqrt<f32>(squares) + epsilon);
    store<f32>(v + at, squares);
    store<f32>(m + at, buffer);
    store<f32>(p + at, old - rate * buffer);
  }
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1) and AdamW (Loshchilov & Hutter 2019, algorithm 2), which differ in where decay pulls:
 * on the gradient (`decay`) or on the parameter itself (`keep = 1 − rate · decay`). Gradient g is first scaled by `scale`; m
 * and v are its moments; rates carry the bias corrections: `step = rate / (1 − β₁ᵗ)`, `root = 1 / √(1 − β₂ᵗ)`.
 */
export function adam(
  p: usize, g: usize, m: usize, v: usize, length: i32,
  scale: f32, decay: f32, beta1: f32, beta2: f32, step: f32, root: f32, epsilon: f32, keep: f32,
): void {
  const scales = f32x4.splat(scale);
  const decays = f32x4.splat(decay);
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
    const old = v128.load(p + at);
    const gradient = f32x4.add(f32x4.mul(v128.load(g + at), scales), f32x4.mul(decays, old));
    const first = f32x4.add(f32x4.mul(b1, v128.load(m + at)), f32x4.mul(c1, gradient));
    const second = f32x4.add(f32x4.mul(b2, v128.load(v + at)), f32x4.mul(c2, f32x4.mul(gradient, gradient)));
    v128.store(m + at, first);
    v128.store(v + at, second);
    const divisor = f32x4.add(f32x4.mul(f32x4.sqrt(second), roots), epsilons);
    const change = f32x4.div(f32x4.mul(steps, first), divisor);
    v128.store(p + at, f32x4.sub(f32x4.mul(keeps, old), change));
  }
  for (let i = whole; i < length; i++) {
    const at = (<usize>i) << 2;
    const old = load<f32>(p + at);
    const gradient = load<f32>(g + at) * scale + decay * old;
    const first = beta1 * load<f32>(m + at) + (1 - beta1) * gradient;
    const second = beta2 * load<f32>(v + at) + (1 - beta2) * gradient * gradient;
    store<f32>(m + at, first);
    store<f32>(v + at, second);
    const change = (step * first) / (sqrt<f32>(second) * root + epsilon);
    store<f32>(p + at, keep * old - change);
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
