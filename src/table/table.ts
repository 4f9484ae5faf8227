/** Columns in memory: the only form in which rows travel between the stations. */

/** Numbers. Missing is NaN. `integer` when every present value is a whole number of at most 2^53. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
  readonly integer: boolean;
}

/**
 * Text and booleans ('true', 'false'). `codes[i]` indexes `levels`; missing is -1. Whole numbers beyond 2^53 are
 * text, so that no id is rounded.
 */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** Dates and timestamps as milliseconds since 1970-01-01T00:00Z. Missing is NaN. */
export interface TimeColumn {
  readonly kind: 'time';
  readonly values: Float64Array;
}

export type Column = NumberColumn | TextColumn | TimeColumn;

/** Named columns of equal length, in file order. */
export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
}
