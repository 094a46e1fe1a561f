/** Every failure a user can meet, by name. */
export type FailureCode =
  | 'empty-text'
  | 'text-too-long'
  | 'unsupported-script'
  | 'unknown-model'
  | 'broken-model'
  /** It would need more memory than is free; what is asked again with `evenIfLarge` is loaded all the same. */
  | 'not-enough-memory'
  | 'untrusted-workspace'
  | 'bad-config'
  | 'bad-corpus'
  | 'bad-argument'
  /** A model without a tokenizer was given a text: it is fed with numbers. */
  | 'reads-numbers'
  | 'no-such-file'
  | 'disk-full'
  | 'worker-lost'
  /** An inspection that the worker no longer holds; it can be asked for again. */
  | 'inspection-gone'
  /** Of another machine, or of a service on it: a cluster's login node, its Slurm. */
  | 'no-answer'
  | 'superseded'
  | 'cancelled'
  | 'internal';

/** What crosses a process border when something fails: what happened, and what to do about it. */
export interface FailureData {
  readonly code: FailureCode;
  /** What was found and what was expected, naming the file and place where there is one. */
  readonly message: string;
  /** What the user can do next. */
  readonly hint: string;
}

/** The project's one error class. Anything else that is thrown is a bug and is reported as `internal`. */
export class Failure extends Error implements FailureData {
  override readonly name = 'Failure';

  constructor(
    readonly code: FailureCode,
    message: string,
    readonly hint: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** Turns whatever was thrown, or what came over a wire, into a `Failure`. */
  static from(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown;
    if (isFailureData(thrown)) return new Failure(thrown.code, thrown.message, thrown.hint);
    if (thrown instanceof Error && thrown.name === 'AbortError') {
      return new Failure('cancelled', 'Cancelled.', 'Ask again when you want it.', { cause: thrown });
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new Failure('internal', message, 'This is a bug: please report it with the log.', { cause: thrown });
  }

  toData(): FailureData {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

function isFailureData(value: unknown): value is FailureData {
  return (
    typeof value === 'object' && value !== null &&
    'code' in value && typeof value.code === 'string' &&
    'message' in value && typeof value.message === 'string' &&
    'hint' in value && typeof value.hint === 'string'
  );
}
