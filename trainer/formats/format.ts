/** What every file of this folder that reads a format exports. */
import type { Glimpse } from './glimpse.ts';
import type { TensorFile } from './tensor-file.ts';

export interface Format {
  /** As its users call it. */
  readonly name: string;
  /** By content where that tells, by name where it does not. */
  recognise(glimpse: Glimpse): boolean | Promise<boolean>;
  /** @throws Failure `no-such-file`, `broken-model` */
  open(seen: Glimpse): Promise<TensorFile>;
}
