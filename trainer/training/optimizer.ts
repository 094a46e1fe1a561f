import type { OptimizerConfig } from './optimizer-config.ts';
import type { ParameterState, TrainingState } from './state.ts';

export interface OptimizerSettings {
  readonly optimizer: OptimizerConfig;
  readonly weightDecay: number;
  /** The gradient's global norm is scaled down to this where it is larger (Pascanu et al. 2013, algorithm 1). */
  readonly clipNorm: number;
}

/** Decay pulls on matrices only, never on biases and gains. */
const decays = ({ spec }: ParameterState): boolean => spec.shape.length > 1;

/**
 * One optimizer step on the gradients that lie in the state, which are the mean over the batch's tokens.
 * @returns the gradient's norm before clipping
 */
export function optimize(state: TrainingState, rate: number, settings: OptimizerSettings): number {
  const { kernels, parameters } = state;
  const norm = Math.sqrt(parameters.reduce((sum, { gradient }) => sum + kernels.sumOfSquares(gradient), 0));
  state.step++;
  if (!Number.isFinite(norm)) return norm; // a gradient that overflowed teaches nothing: leave the weights alone
  const gradientScale = settings.clipNorm > 0 && norm > settings.clipNorm ? settings.clipNorm / norm : 1;
  const update = updateOf(state, rate, settings.optimizer);
  for (const parameter of parameters) update(parameter, gradientScale, decays(parameter) ? settings.weightDecay : 0);
  return norm;
}

type Update = (parameter: ParameterState, gradientScale: number, decay: number) => void;

/** What this step does to each parameter. */
function updateOf({ kernels, step }: TrainingState, rate: number, optimizer: OptimizerConfig): Update {
  switch (optimizer.kind) {
    case 'sgd':
      return ({ value, gradient, first }, gradientScale, decay) =>
        kernels.sgd(value, gradient, first, { ...optimizer, gradientScale, decay, rate });
    case 'rmsprop':
      return ({ value, gradient, first, second }, gradientScale, decay) =>
        kernels.rmsprop(value, gradient, first, second, { ...optimizer, gradientScale, decay, rate });
    case 'adam':
    case 'adamw': {
      const common = {
        ...optimizer,
        stepSize: rate / (1 - optimizer.beta1 ** step),
        rootScale: 1 / Math.sqrt(1 - optimizer.beta2 ** step),
      };
      const apart = optimizer.kind === 'adamw';
      return ({ value, gradient, first, second }, gradientScale, decay) =>
        kernels.adam(value, gradient, first, second, {
          ...common,
          gradientScale,
          decay: apart ? 0 : decay,
          keep: apart ? 1 - rate * decay : 1,
        });
    }
  }
}
