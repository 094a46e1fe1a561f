/** Rows of numbers, as many as there are, told cell by cell. */

export interface NumberColumn {
  readonly name: string;
  /** Text stands at its beginning, numbers at their end. */
  readonly isText?: true;
  /** Of a few digits rather than nine. */
  readonly isShort?: true;
  /** It follows from the others, and is left out where there is no room for all. */
  readonly isSpare?: boolean;
  readonly cell: (row: number) => string;
  /** What is told where it is pointed at; left out, the same. */
  readonly more?: (row: number) => string;
}

export interface Numbers {
  readonly count: number;
  readonly columns: readonly NumberColumn[];
}
