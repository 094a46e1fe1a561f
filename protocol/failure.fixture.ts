import { Failure } from './failure.ts';

/** The `Failure` that `act` throws; anything else, and nothing at all, is an error of the test. */
export function catchFailure(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
