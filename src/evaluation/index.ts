/** Evaluation: predictions in, metrics with intervals, slices, gates and a verdict out. The procedure: docs/verdicts.md. */
export { compare } from './compare.ts';
export type {
  ColumnInput,
  CompareInput,
  GateInput,
  PredictionsInput,
  RepeatsInput,
  SliceRows,
  SuiteInput,
} from './input/types.ts';
export { compareTables } from './tables/compare-tables.ts';
export type { CompareTablesInput, TableOptions } from './tables/compare-tables.ts';
export { gatePower, seOfInterval } from './power.ts';
export type { GatePower } from './power.ts';
export { commentDocument, failureDocument, fullDocument } from './report.ts';
export type { ChangeSummary, ExampleRows, Failure, ParamChange, Provenance, ReportContext, SeedValues } from './report.ts';
