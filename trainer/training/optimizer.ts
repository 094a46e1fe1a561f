import type { ParameterState, TrainingState } from './state.ts';

export interface OptimizerSettings {
  readonly weightDecay: number;
  /** The gradient's global norm is scaled down to this where it is larger (Pascanu et al. 2013, algorithm 1). */
  readonly clipNorm: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Decay pulls on matrices only, never on biases and gains. */
const decays = ({ spec }: ParameterState): boolean => spec.shape.length > 1;

/**
 * One AdamW step on the gradients that lie in the state, which are the mean over the batch's tokens.
 * @returns the gradient's norm before clipping
 */
export function optimize(state: TrainingState, rate: number, settings: OptimizerSettings): number {
  const { kernels, parameters } = state;
  const norm = Math.sqrt(parameters.reduce((sum, { gradient }) => sum + kernels.sumOfSquares(gradient), 0));
  state.step++;
  if (!Number.isFinite(norm)) return norm; // a gradient that overflowed teaches nothing: leave the weights alone
  const clipped = settings.clipNorm > 0 && norm > settings.clipNorm ? settings.clipNorm / norm : 1;
  const common = {
    gradientScale: clipped,
    beta1: settings.beta1,
    beta2: settings.beta2,
    stepSize: rate / (1 - settings.beta1 ** state.step),
    rootScale: 1 / Math.sqrt(1 - settings.beta2 ** state.step),
    epsilon: settings.epsilon,
  };
  for (const parameter of parameters) {
    const keep = decays(parameter) ? 1 - rate * settings.weightDecay : 1;
    kernels.adamw(parameter.value, parameter.gradient, parameter.first, parameter.second, { ...common, keep });
  }
  return norm;
}
