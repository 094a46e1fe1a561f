/** Which probes a run keeps: a long one comes to thousands of validations, each with a file. */

/** Beyond so many, every second is removed. */
const most = 500;

/**
 * Whether the probe of a step is kept once the run has come to another: all of them, or of those at every `validateEvery` steps each second,
 * fourth …, and the newest. The steps alone decide, so that a run that is killed and goes on keeps what an unbroken one would.
 */
export function isProbeKept(probe: number, { step, validateEvery }: { readonly step: number; readonly validateEvery: number }): boolean {
  let stride = validateEvery;
  while (step / stride > most) stride *= 2;
  return stride === validateEvery || probe === step || probe % stride === 0;
}
