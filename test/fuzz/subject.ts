/** What is fuzzed: a reader, and whole files for it, which are damaged one at a time. */

export interface Subject {
  readonly name: string;
  /** Small ones: each is read in every case. @param scratch a folder of its own */
  readonly seeds: (scratch: string) => Promise<readonly Seed[]>;
  /**
   * Reads what was damaged as a user's action would, all of it.
   * @param path of what is opened
   * @throws Failure where the damage was noticed; anything else is a bug
   */
  readonly read: (path: string, random: () => number) => Promise<void>;
}

export interface Seed {
  /** By name. */
  readonly files: Readonly<Record<string, Buffer>>;
  /** The file that is opened; left out, the folder. */
  readonly opened?: string;
  /** Those that are damaged; left out, all. */
  readonly damaged?: readonly string[];
}
