/** Evaluation: predictions in, metrics with intervals, slices, gates and a verdict out. The procedure: docs/verdicts.md. */
export { compare } from './compare.ts';
export type {
  AnyGate,
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
export { commentDocument, evaluationCharts, failureDocument, fullDocument } from './report.ts';
export type {
  ChangeSummary,
  ExampleRows,
  Failure,
  ParamChange,
  Provenance,
  ReportContext,
  SeedValues,
} from './report.ts';
export { isOnnxFile, predictionsFrom, predictOnnx, predictWithCommand } from './prediction/index.ts';
export type { CommandPredictionRequest, OnnxPredictionRequest } from './prediction/index.ts';
