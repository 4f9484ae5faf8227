export type { Column, NumberColumn, Table, TextColumn, TimeColumn } from './table.ts';
export {
  asText,
  columnOf,
  compactText,
  concatColumns,
  isMissing,
  lengthOf,
  MAX_EXACT,
  missingCount,
  numberColumn,
  takeColumn,
  textAt,
  textColumn,
  timeColumn,
} from './columns.ts';
export type { Cell } from './columns.ts';
export {
  columnMissing,
  concatTables,
  dropColumns,
  nearestName,
  requireColumn,
  requireColumns,
  selectColumns,
  tableOf,
  takeRows,
  withColumn,
} from './tables.ts';
export { hashCells, hashRows } from './hash.ts';
export { alignById, indexById, repeatedCells, requireUniqueIds } from './ids.ts';
export { isMissingWord, parseNumber, requireNumbers } from './numbers.ts';
export { formatTime, parseTime } from './time.ts';
