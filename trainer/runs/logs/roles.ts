/** Which curves of a log of another program are its loss and what it is judged by: their names are all there is to go by. */

/** What only tells of the machine or the schedule. */
const isAside = (name: string): boolean => /epoch$|runtime|per_second|_time$|(^|[/_])(lr|learning_rate|grad_?norm|gradient_norm|global_step|step|memory|flos|batch|seed)$/i.test(name);
const isHeldOut = (name: string): boolean => /(^|[/_.])(val|valid|validation|eval|evaluation|test|dev)([/_.]|$)/i.test(name);
const isLoss = (name: string): boolean => /loss|likelihood/i.test(name);

/** The loss of training: as it goes rather than as an epoch's mean. */
export function lossOf(metrics: readonly string[]): string | null {
  const losses = metrics.filter(name => isLoss(name) && !isHeldOut(name));
  return losses.find(name => /(^|[/_])loss$/i.test(name)) ?? losses[0] ?? null;
}

/** A measure of held-out examples that is no loss, else such a loss, else any measure that is none. */
export function judgedBy(metrics: readonly string[]): string | null {
  const measures = metrics.filter(name => !isAside(name));
  const heldOut = measures.filter(isHeldOut);
  return heldOut.find(name => !isLoss(name)) ?? heldOut[0] ?? measures.find(name => !isLoss(name)) ?? null;
}
