export type { Column, NumberColumn, Table, TextColumn, TimeColumn } from './table.ts';
export {
  asText,
  columnOf,
  compactText,
  concatColumns,
  distinctCells,
  isMissing,
  lengthOf,
  MAX_EXACT,
  missingCount,
  numberColumn,
  takeColumn,
  textAt,
  textColumn,
  timeColumn,
  trimTexts,
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
export { firstNotNumber, parseNumber, requireNumbers } from './numbers.ts';
export { formatTime, parseTime } from './time.ts';
export { readCsv } from './csv/read.ts';
export type { ByteSource } from './csv/blocks.ts';
export { divideCsv } from './csv/divide.ts';
export type { Sink } from './csv/divide.ts';
export { csvChunks } from './csv/write.ts';
export { columnFromBigTexts } from './big-numbers.ts';
export { Dictionary } from './dictionary.ts';
export { readJsonLines } from './jsonl/read.ts';
export { divideJsonLines, jsonLineChunks } from './jsonl/write.ts';
