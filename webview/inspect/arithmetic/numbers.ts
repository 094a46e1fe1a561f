/** Rows of numbers, as many as there are, told cell by cell. */
export interface NumberColumn {
  readonly name: string;
  /** Text stands at its beginning, numbers at their end. */
  readonly isText?: true;
  readonly cell: (row: number) => string;
}

export interface Numbers {
  readonly count: number;
  readonly columns: readonly NumberColumn[];
}
