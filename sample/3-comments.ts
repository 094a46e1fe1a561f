/**
 * The train leaves in ten minutes. If you miss it, you will have to
 * wait for the next one.
 */
export function minutesToWait(now: number, departures: readonly number[]): number | undefined {
  // There is no train after midnight, so don't be late.
  const next = departures.find(departure => departure >= now);
  // I don't know what to do when `next` is undefined.
  return next === undefined ? undefined : next - now;
}
